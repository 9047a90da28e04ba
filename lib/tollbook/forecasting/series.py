"""The daily series a forecast is made from: one count per local day, NaN where nobody knows.

A day without usage inside the known span is a true zero; a day whose files never came is missing. The two are
never mixed: a forecast learns from zeros and steps over gaps.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from tollbook.errors import TollbookError

# A day this many times above the busiest ordinary days says nothing about the next ones.
OUTLIER_RATIO = 3.0
# The share of days, and the least number of them, that may be extraordinary.
OUTLIER_SHARE, OUTLIER_DAYS = 0.01, 2


class BadHistory(TollbookError):
    """A history that is not one count per day."""

    def __init__(self, fault: str) -> None:
        super().__init__(
            f"cannot forecast from this history: {fault}; give one count of at least 0 per local day "
            "(NaN where it is missing) on a DatetimeIndex of midnights without a time zone"
        )


def daily_series(
    usage: pd.DataFrame,
    last: date,
    *,
    counts: Literal["messages", "segments"] = "messages",
    missing: Iterable[date] = (),
) -> pd.Series:
    """Counts per local day from a usage frame, from the first day with usage up to `last`.

    Args:
        usage: rows as `Book.usage` returns them; days after `last` are left out.
        last: the last day that is known.
        counts: which column to add up.
        missing: days whose files are known to be lacking; they become NaN.

    Returns:
        float Series on a daily DatetimeIndex that ends at `last`. A client without usage gives the one day `last`.
    """
    days = pd.to_datetime(usage["day"])
    inside = days <= pd.Timestamp(last)
    sums = usage.loc[inside, counts].groupby(days[inside]).sum()
    busy = sums.index[sums > 0]
    start = busy.min() if len(busy) else pd.Timestamp(last)
    series = sums.reindex(pd.date_range(start, last, freq="D"), fill_value=0).astype(float)
    series[series.index.isin(pd.to_datetime(list(missing)))] = np.nan
    return series.rename(counts).rename_axis("day")


def checked(history: pd.Series) -> pd.Series:
    """`history` as floats on every day of its span, in order, from its first day with usage.

    Days absent from the index become NaN, as if they had been given as missing. A history of zeros stays whole.

    Raises:
        BadHistory: no days, no DatetimeIndex, a time zone, a time of day, a day twice, a count below 0 or infinite.
    """
    fault = _fault(history)
    if fault:
        raise BadHistory(fault)
    values = pd.Series(history.to_numpy(dtype=float, na_value=np.nan), index=history.index)
    if (values < 0).any() or np.isinf(values).any():
        raise BadHistory("a count is below 0 or infinite")
    daily = values.sort_index().asfreq("D")
    busy = daily.index[daily > 0]
    return daily[busy[0] :] if len(busy) else daily


def _fault(history: pd.Series) -> str:
    index = history.index
    if not len(index):
        return "it has no days"
    if not isinstance(index, pd.DatetimeIndex):
        return f"its index is {type(index).__name__}"
    if index.tz is not None:
        return f"its index is in {index.tz}"
    if (index != index.normalize()).any():
        return "its index has times of day"
    if index.has_duplicates:
        return f"{index[index.duplicated()][0]:%Y-%m-%d} is there twice"
    return ""


def set_aside(history: pd.Series) -> tuple[pd.Series, tuple[date, ...]]:
    """The history without its freak days (made NaN), and those days.

    A freak day is more than three times the busiest ordinary day, where one day in a hundred (and at least two
    days) need not be ordinary: a client that sends big campaigns keeps them, one runaway script does not triple
    the forecast.
    """
    known = np.sort(history.dropna().to_numpy())
    extraordinary = max(OUTLIER_DAYS, int(np.ceil(len(known) * OUTLIER_SHARE)))
    if len(known) <= extraordinary:
        return history, ()
    freak = history > OUTLIER_RATIO * known[-1 - extraordinary]
    if known[-1 - extraordinary] == 0 or not freak.any():
        return history, ()
    return history.mask(freak), tuple(stamp.date() for stamp in history.index[freak])


def zero_share(history: pd.Series, days: int) -> float:
    """Share of days without usage among the last `days` known ones (0 when none is known)."""
    known = history.dropna().iloc[-days:]
    return float((known == 0).mean()) if len(known) else 0.0
