"""Small tables to read, with numbers as everywhere else; values stay in the forecast itself."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tollbook.forecasting.bill import BillForecast
from tollbook.forecasting.calendar_terms import Floats
from tollbook.forecasting.daily import Forecast
from tollbook.forecasting.findings import chance_text
from tollbook.money import format_count, format_share, told_money
from tollbook.period import Month

PAST_MONTHS = 6


def past_table(history: pd.Series, locale: str = "en") -> pd.DataFrame:
    """The last six months of a history: messages, known days, and messages a known day."""
    months = history.groupby(pd.DatetimeIndex(history.index).to_period("M")).agg(["sum", "count", "mean"])
    recent = months.iloc[-PAST_MONTHS:]
    return pd.DataFrame(
        {
            "month": [Month.parse(str(month)).label() for month in recent.index],
            "messages": [format_count(total, locale) for total in recent["sum"]],
            "known days": [str(days) for days in recent["count"]],
            "a day": [format_count(mean, locale) if mean == mean else "" for mean in recent["mean"]],  # noqa: PLR0124 - NaN: no day is known
        }
    ).set_index("month")


def outlook_table(forecast: Forecast, locale: str = "en") -> pd.DataFrame:
    """Per month the expected total and its 80 and 95 % intervals, as chances."""
    months = forecast.by_month()
    columns: list[tuple[str, float | str]] = [
        ("one in 40 below", 0.025),
        ("one in 10 below", 0.1),
        ("expected", "mean"),
        ("one in 10 above", 0.9),
        ("one in 40 above", 0.975),
    ]
    shown = pd.DataFrame({name: [format_count(total, locale) for total in months[source]] for name, source in columns})
    shown.insert(0, "days", [str(days) for days in months["days"]])
    return shown.set_index(pd.Index([Month.parse(str(month)).label() for month in months.index], name="month"))


def parts_table(parts: Mapping[str, Forecast], *, days: int | None = None, locale: str = "en") -> pd.DataFrame:
    """Per part the expected total of the first `days` (all by default), its share, its intervals and its method."""
    totals = {name: one.paths[:, :days].sum(axis=1) for name, one in parts.items()}
    means = {name: float(one.mean.iloc[:days].sum()) for name, one in parts.items()}
    whole = sum(means.values())
    rows = {
        name: {
            "expected": format_count(means[name], locale),
            "share": format_share(means[name] / whole, locale) if whole else "",
            "80% between": _between(totals[name], 0.1, 0.9, locale),
            "95% between": _between(totals[name], 0.025, 0.975, locale),
            "method": one.method,
        }
        for name, one in parts.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("part")


def _between(totals: Floats, low: float, high: float, locale: str) -> str:
    return " - ".join(format_count(float(end), locale) for end in np.quantile(totals, (low, high)))


def bill_table(bill: BillForecast, locale: str = "en") -> pd.DataFrame:
    """The bill to come, one fact a row."""
    amounts = {
        "known usage and fees come to": bill.so_far,
        "one future in ten costs at most": bill.p10,
        "half of them cost at most": bill.p50,
        "nine in ten cost at most": bill.p90,
    }
    rows = {fact: told_money(amount, bill.currency, locale) for fact, amount in amounts.items()}
    if bill.budget is not None and bill.over_budget is not None:
        rows["budget"] = told_money(bill.budget, bill.currency, locale)
        rows["chance to pass the budget"] = chance_text(bill.over_budget, locale)
    return pd.DataFrame({bill.month.label(): rows})
