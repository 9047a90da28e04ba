"""Unusual days: days that lie far from what the same weekday brought in the weeks before."""

from datetime import date

import numpy as np
import pandas as pd

WEEKS = 8
FEWEST = 3  # same weekdays needed before a day can be called unusual
LIMIT = 3.5  # robust standard deviations (Iglewicz and Hoaglin 1993)
LEAST = 10  # messages: a smaller difference is nobody's concern


def unusual_days(daily: pd.Series, first: date, last: date) -> pd.DataFrame:
    """Each day against the median of the same weekday in the eight weeks before it.

    The spread is that of the logarithms around their medians (1.4826 x median absolute deviation), but never less
    than 10 % nor than counting noise. Days called unusual do not enter the medians of later ones.

    Args:
        daily: messages by local day (DatetimeIndex without gaps), with up to eight weeks before `first`.
        first: the first day to judge.
        last: the last one.

    Returns:
        A row a day: `messages`, `expected`, `low`, `high` (NaN without enough history), `unusual` (bool).
    """
    counts = daily.astype(float)
    calm = counts.copy()
    scale = _spread(counts)
    rows = {}
    for day in pd.date_range(first, last):
        before = [calm.get(day - pd.Timedelta(weeks=n), np.nan) for n in range(1, WEEKS + 1)]
        known = [value for value in before if not np.isnan(value)]
        messages = float(counts.get(day, 0.0))
        expected = float(np.median(known)) if len(known) >= FEWEST else np.nan
        width = LIMIT * np.hypot(scale, 1 / np.sqrt(expected + 1)) if known else np.nan
        low, high = (expected + 1) * np.exp(-width) - 1, (expected + 1) * np.exp(width) - 1
        unusual = bool(not low <= messages <= high and abs(messages - expected) >= LEAST)
        if unusual:
            calm[calm.index == day] = np.nan
        rows[day] = (int(messages), expected, max(low, 0.0), high, unusual)
    columns = ["messages", "expected", "low", "high", "unusual"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("day")


def _spread(counts: pd.Series) -> float:
    """Robust standard deviation of log counts around the median of their weekday."""
    logs = np.log1p(counts)
    rest = logs - logs.groupby(pd.DatetimeIndex(logs.index).dayofweek).transform("median")
    return max(float(1.4826 * rest.abs().median()), 0.1) if len(rest) else 0.1
