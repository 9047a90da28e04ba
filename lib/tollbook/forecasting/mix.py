"""What coming usage is made of: the recent mix of channels, destinations and statuses, scaled to a total."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from tollbook.forecasting.calendar_terms import Floats
from tollbook.usage.cube import Cell, cells_of

MIX_DAYS = 28


@dataclass(frozen=True, slots=True)
class Mix:
    """Cells with their messages, segments and cost over the days the mix was taken from."""

    cells: Sequence[Cell]

    @property
    def messages(self) -> int:
        """Messages of all cells."""
        return sum(cell.messages for cell in self.cells)

    def scaled(self, total: int, day: date) -> list[Cell]:
        """Usage of `total` messages on `day` in the proportions of the mix.

        Counts stay whole numbers and add up to `total` exactly; segments keep their number per message.
        """
        whole = self.messages
        if whole == 0 or total == 0:
            return []
        messages, segments = (
            _whole(np.array([getattr(cell, name) for cell in self.cells], dtype=float) * (total / whole))
            for name in ("messages", "segments")
        )
        share = Decimal(total) / Decimal(whole)
        return [
            cell._replace(
                day=day,
                messages=int(count),
                segments=int(parts),
                units=Decimal(int(parts)),
                cost=cell.cost * share,
            )
            for cell, count, parts in zip(self.cells, messages, segments, strict=True)
            if count > 0 or parts > 0
        ]


def recent_mix(usage: pd.DataFrame, known_to: date) -> Mix:
    """Messages, segments and cost by kind over the last 28 known days, or over all days when those are empty.

    Args:
        usage: the usage frame up to `known_to`.
        known_to: the last known local day.
    """
    start = pd.Timestamp(known_to) - pd.Timedelta(days=MIX_DAYS - 1)
    recent = usage[pd.to_datetime(usage["day"]) >= start]
    chosen = recent if recent["messages"].sum() > 0 else usage
    return Mix(cells_of(chosen.assign(day=pd.Timestamp(known_to))) if len(chosen) else [])


def _whole(parts: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Whole numbers that follow `parts` so closely that every running total is right to half a unit."""
    running = np.floor(np.cumsum(parts) + 0.5).astype(np.int64)
    return np.diff(running, prepend=0)
