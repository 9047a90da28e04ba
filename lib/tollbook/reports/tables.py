"""The tables beside the report's pictures: pace, unusual days, funnel, receipts, movers, senders, changes, tiers."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pandas as pd

from tollbook.billing.split import Split
from tollbook.charts.findings import Tiered, tier_of, tier_price
from tollbook.charts.names import country_name, spoken, word
from tollbook.charts.receipts import funnel_steps
from tollbook.charts.words import count, day_text, duration, money, share
from tollbook.period import Month
from tollbook.usage.latency import within

LEVELS = (0.5, 0.9, 0.95, 0.99)
MOST = 10
WEEK = 7
NONE = "\N{EN DASH}"


def pace_table(now: pd.Series, before: pd.Series, locale: str = "en") -> pd.DataFrame:
    """The running counts at the end of each week and at the last day known (`running`).

    A month before that is shorter stands with all it had.
    """
    known = len(now)
    days = [*range(WEEK, known, WEEK), *([known] if known else [])]
    return pd.DataFrame(
        {
            "this period": [count(now.iloc[day - 1], locale) for day in days],
            "period before": [
                count(before.iloc[min(day, len(before)) - 1], locale) if len(before) else NONE for day in days
            ],
        },
        index=[f"{word('Day of the month')} {day}" for day in days],
    )


def funnel_table(table: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """Messages of each step (`summary.delivery`) and their share of those sent."""
    steps = funnel_steps(table)
    whole = max(steps["Sent"], 1)
    return pd.DataFrame(
        {
            "messages": [count(value, locale) for value in steps.values()],
            "share": [share(value / whole, locale) for value in steps.values()],
        },
        index=[word(name) for name in steps],
    )


def commitment_table(daily: Mapping[date, Decimal], committed: Decimal, currency: str, locale: str) -> pd.DataFrame:
    """What is committed, what of it is used (`spent_by_day`), and what is left."""
    spent = sum(daily.values(), Decimal(0))
    rows = {"committed": committed, "used": spent, "left": max(committed - spent, Decimal(0))}
    shown = {word(name): [money(amount, currency, locale)] for name, amount in rows.items()}
    return pd.DataFrame.from_dict(shown, orient="index", columns=["amount"])


def tiers_table(quantity: Decimal, price: Tiered, currency: str, locale: str = "en") -> pd.DataFrame:
    """The bands of a price, and how much of the quantity each of them prices."""
    reached = tier_of(quantity, price)
    lows = [Decimal(0), *(tier.up_to for tier in price.tiers[:-1] if tier.up_to is not None)]
    rows = {}
    for index, (low, tier) in enumerate(zip(lows, price.tiers, strict=True)):
        inside = min(quantity, tier.up_to or quantity) - low if price.model == "graduated" else quantity
        used = max(inside, Decimal(0)) if price.model == "graduated" or index == reached else Decimal(0)
        bound = "" if tier.up_to is None else count(tier.up_to, locale)
        rows[f"{count(low, locale)}\N{EN DASH}{bound}"] = [tier_price(tier, currency, locale), count(used, locale)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["price", "quantity"])


def unusual_table(table: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """The days that stood out (`forecasting.Watched.days`)."""
    odd = table[table["unusual"]]
    return pd.DataFrame(
        {
            "messages": [count(value, locale) for value in odd["messages"]],
            "expected": [count(round(value), locale) for value in odd["expected"]],
        },
        index=[day_text(pd.Timestamp(str(day)).date(), locale) for day in odd.index],
    )


def latency_table(table: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """Within how long which part of deliveries was confirmed (`latency_table`)."""
    whole = table.sum()
    bounds = {level: within(whole, level) for level in LEVELS}
    rows = {share(level, locale): [_time(bound)] for level, bound in bounds.items() if bound is not None}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["confirmed within"])


def _time(seconds: float) -> str:
    return duration(seconds) if seconds != float("inf") else f"> {duration(86400)}"


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
        index=[Month.parse(str(first)).label(spoken()) for first in table.index],
    )


def changes_table(split: Split | None, currency: str, locale: str = "en") -> pd.DataFrame:
    """The effects that make up the change of the bill."""
    if split is None:
        return pd.DataFrame(columns=["amount"])
    rows = {word("Before"): split.before, **{word(key): value for key, value in split.effects().items() if value}}
    rows |= {word("Now"): split.after}
    shown = {name: [money(amount, currency, locale)] for name, amount in rows.items()}
    return pd.DataFrame.from_dict(shown, orient="index", columns=["amount"])
