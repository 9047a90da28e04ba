"""Pay days, statements, reminders: clients whose months begin or end with a day unlike its weekday.

An edge is used only where it shows plainly: on public series without one it would cost a per cent of accuracy, on
one with a pay day it nearly halves the error.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

EDGES = ("first", "second", "last")
LEAST_MONTHS = 4
# An edge matters when its days differ by a fifth from their weekday, four times out of five to the same side.
LEAST_CHANGE, LEAST_SHARE = 0.2, 0.8
_NEIGHBOURS = (-14, -7, 7, 14)


def edges_that_matter(history: pd.Series) -> tuple[str, ...]:
    """Which of `EDGES` stand out from the same weekdays up to two weeks before and after.

    Args:
        history: daily counts, NaN = missing.
    """
    around = np.stack([history.shift(lag).to_numpy() for lag in _NEIGHBOURS])
    with np.errstate(all="ignore"):
        usual = pd.DataFrame(around).median().to_numpy()
        ratio = history.to_numpy() / np.where(usual > 0, usual, np.nan)
    days = pd.DatetimeIndex(history.index)
    return tuple(edge for edge in EDGES if _matters(ratio[edge_flags(days, edge) & ~np.isnan(ratio)]))


def edge_flags(days: pd.DatetimeIndex, edge: str) -> npt.NDArray[np.bool_]:
    """Which of `days` are that edge of their month."""
    flags = {"first": days.day == 1, "second": days.day == 2, "last": days.is_month_end}
    return np.asarray(flags[edge], dtype=bool)


def _matters(ratios: npt.NDArray[np.float64]) -> bool:
    change = float(np.median(ratios)) - 1 if len(ratios) >= LEAST_MONTHS else 0.0
    same_side = float((np.sign(ratios - 1) == np.sign(change)).mean()) if change else 0.0
    return abs(change) > LEAST_CHANGE and same_side >= LEAST_SHARE
