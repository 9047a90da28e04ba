"""The tables beside the report's own pictures: unusual days, receipts, movers, senders, changes."""

import pandas as pd

from tollbook.billing.split import Split
from tollbook.charts.names import country_name, word
from tollbook.charts.words import count, day_text, money, share
from tollbook.period import Month
from tollbook.usage.latency import within

LEVELS = (0.5, 0.9, 0.95, 0.99)
MOST = 10


def unusual_table(table: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """The days that stood out (`unusual_days`)."""
    odd = table[table["unusual"]]
    return pd.DataFrame(
        {
            "messages": [count(value, locale) for value in odd["messages"]],
            "expected": [count(round(value), locale) for value in odd["expected"]],
        },
        index=[day_text(pd.Timestamp(str(day)).date(), locale) for day in odd.index],
    )


def latency_table(table: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """Within how long which part of deliveries was confirmed (`read_latency`)."""
    whole = table.sum()
    bounds = {level: within(whole, level) for level in LEVELS}
    rows = {share(level, locale): [_time(bound)] for level, bound in bounds.items() if bound is not None}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["confirmed within"])


def _time(seconds: float) -> str:
    if seconds == float("inf"):
        return "> 24 " + word("h")
    size, unit = next(pair for pair in ((3600, "h"), (60, "min"), (1, "s")) if seconds >= pair[0])
    return f"{seconds / size:g} {word(unit)}"


def movers_table(days: pd.DataFrame, before: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """Messages by country, now and before."""
    now, then = days.sum(), before.sum()
    ranked = now.sort_values(ascending=False, kind="stable").index[:MOST]
    return pd.DataFrame(
        {
            "this period": [count(now[key], locale) for key in ranked],
            "period before": [count(then.get(key, 0), locale) for key in ranked],
        },
        index=[country_name(str(key)) for key in ranked],
    )


def senders_table(table: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """Cohorts of senders: how many, and their messages in the last month."""
    last = table.iloc[:, -1]
    return pd.DataFrame(
        {
            "senders": [count(value, locale) for value in table["senders"]],
            "messages": [count(value, locale) for value in last],
        },
        index=[Month.parse(str(first)).label() for first in table.index],
    )


def changes_table(split: Split | None, currency: str, locale: str = "en") -> pd.DataFrame:
    """The effects that make up the change of the bill."""
    if split is None:
        return pd.DataFrame(columns=["amount"])
    rows = {word("Before"): split.before, **{word(key): value for key, value in split.effects().items() if value}}
    rows |= {word("Now"): split.after}
    shown = {name: [money(amount, currency, locale)] for name, amount in rows.items()}
    return pd.DataFrame.from_dict(shown, orient="index", columns=["amount"])
