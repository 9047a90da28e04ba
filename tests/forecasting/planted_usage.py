"""Clients with a planted truth: the same numbers every time."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from tollbook.forecasting import holiday_names

LAST = "2026-10-31"
WEEK = np.array([1.0, 1.05, 0.95, 1.0, 1.1, 0.4, 0.3])


def planted(days: int = 426, *, level: float = 4000, noise: float = 0.05, country: str | None = None) -> pd.Series:
    """Weekly shape x noise, a tenth of it on public holidays; ends on 2026-10-31."""
    index = pd.date_range(end=LAST, periods=days, freq="D")
    names = holiday_names(country, index[0].date(), index[-1].date())
    factor = np.where([day.date() in names for day in index], 0.1, 1.0)
    wobble = np.random.default_rng(7).lognormal(0, noise, days)
    return pd.Series(np.round(level * WEEK[index.day_of_week] * factor * wobble), index)


def usage_frame(history: pd.Series, *, segments: int = 1, cost: str = "0.01") -> pd.DataFrame:
    """The history as usage rows: one destination, two statuses a day, nothing on days without messages."""
    rows = [
        row(day.date(), status, int(count), segments=segments, cost=Decimal(cost))
        for day, total in history.items()
        for status, count in (("delivered", total - total // 10), ("undelivered", total // 10))
        if isinstance(day, pd.Timestamp) and count > 0
    ]
    frame = pd.DataFrame(rows, columns=list(row(date(2026, 10, 1), "sent", 1, segments=1, cost=Decimal(0))))
    return frame.astype({"day": "datetime64[us]", "messages": "int64", "segments": "int64"})


def row(day: date, status: str, messages: int, *, segments: int, cost: Decimal) -> dict[str, object]:
    return {
        "day": pd.Timestamp(day),
        "hour": 9,
        "channel": "sms",
        "direction": "mt",
        "country": "GB",
        "network": "23410",
        "category": "",
        "campaign": "",
        "status": status,
        "messages": messages,
        "segments": messages * segments,
        "cost": cost * messages,
        "cost_currency": "USD",
    }
