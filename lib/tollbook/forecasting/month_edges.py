"""Pay days, statements, reminders: clients whose months begin or end with a day unlike its weekday.

An edge is used only where it shows plainly: on public series without one it would cost a per cent of accuracy, on
one with a pay day it nearly halves the error.
"""

import numpy as np
import pandas as pd

EDGES = ("first", "second", "last")
LEAST_MONTHS = 4
# An edge matters when its days differ by a fifth from their weekday, four times out of five to the same side.
LEAST_CHANGE, LEAST_SHARE = 0.2, 0.8
# How far Prophet may bend for one edge (its prior scale); holidays, seen once a year, get 10.
PRIOR = 0.3
_NEIGHBOURS = (-14, -7, 7, 14)


def edges_that_matter(history: pd.Series) -> tuple[str, ...]:
    """Which of `EDGES` stand out from the same weekdays up to two weeks before and after.

    Args:
        history: daily counts, NaN = missing.
    """
    usual = pd.DataFrame({lag: history.shift(lag) for lag in _NEIGHBOURS}).median(axis=1)
    ratio = (history / usual.where(usual > 0)).dropna()
    names = _edges(pd.DatetimeIndex(ratio.index))
    return tuple(edge for edge in EDGES if _matters(ratio[(names == edge).to_numpy()]))


def edge_events(days: pd.DatetimeIndex, edges: tuple[str, ...]) -> pd.DataFrame:
    """The days that are one of `edges`, as Prophet's events: columns ds, holiday, prior_scale."""
    events = pd.DataFrame({"ds": days, "holiday": _edges(days), "prior_scale": PRIOR})
    return events[events["holiday"].isin(edges)].reset_index(drop=True)


def _edges(days: pd.DatetimeIndex) -> pd.Series:
    """The edge each day is, "" for none."""
    return pd.Series(np.select([days.day == 1, days.day == 2, days.is_month_end], EDGES, ""))


def _matters(ratios: pd.Series) -> bool:
    change = float(ratios.median()) - 1 if len(ratios) >= LEAST_MONTHS else 0.0
    same_side = float((np.sign(ratios - 1) == np.sign(change)).mean()) if change else 0.0
    return abs(change) > LEAST_CHANGE and same_side >= LEAST_SHARE
