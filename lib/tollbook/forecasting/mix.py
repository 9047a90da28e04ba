"""What coming usage is made of: the recent mix of channels, destinations and statuses, scaled to a total."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from tollbook.forecasting.calendar_terms import Floats

MIX_DAYS = 28
_KINDS = ["channel", "direction", "country", "network", "category", "campaign", "status", "cost_currency"]
_NOON = 12


def recent_mix(usage: pd.DataFrame, known_to: date) -> pd.DataFrame:
    """Messages, segments and cost by kind over the last 28 known days, or over all days when those are empty.

    Args:
        usage: the usage frame up to `known_to`.
        known_to: the last known local day.
    """
    start = pd.Timestamp(known_to) - pd.Timedelta(days=MIX_DAYS - 1)
    recent = usage[pd.to_datetime(usage["day"]) >= start]
    chosen = recent if recent["messages"].sum() > 0 else usage
    return chosen.groupby(_KINDS, as_index=False, observed=True)[["messages", "segments", "cost"]].sum()


def by_day(usage: pd.DataFrame) -> pd.DataFrame:
    """The usage frame without its hours (all at noon): no price looks at them, and fewer rows are rated faster."""
    sums = usage.groupby(["day", *_KINDS], as_index=False, observed=True)[["messages", "segments", "cost"]].sum()
    return sums.assign(hour=_NOON)[list(usage.columns)] if len(usage) else usage


def scaled(mix: pd.DataFrame, total: int, day: date, columns: Sequence[str]) -> pd.DataFrame:
    """A usage frame of `total` messages on `day` in the proportions of `mix`.

    Rows stay whole numbers and add up to `total` exactly; segments keep their number per message.

    Args:
        mix: as `recent_mix` returns it.
        total: messages.
        day: the local day all of it is dated on.
        columns: the usage frame's columns, in order.
    """
    whole = int(mix["messages"].sum())
    if whole == 0 or total == 0:
        return mix.iloc[:0].assign(day=pd.Timestamp(day), hour=_NOON)[list(columns)]
    factor = total / whole
    grown = mix.assign(
        day=pd.Timestamp(day),
        hour=_NOON,
        messages=_whole(mix["messages"].to_numpy(dtype=float) * factor),
        segments=_whole(mix["segments"].to_numpy(dtype=float) * factor),
        cost=[cost * total / Decimal(whole) for cost in mix["cost"]],
    )
    used = (grown["messages"] > 0) | (grown["segments"] > 0)
    return grown.loc[used, list(columns)]


def _whole(parts: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Whole numbers that follow `parts` so closely that every running total is right to half a unit."""
    running = np.floor(np.cumsum(parts) + 0.5).astype(np.int64)
    return np.diff(running, prepend=0)
