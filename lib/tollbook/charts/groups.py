"""The colours of what counts are told apart by, and the order in which values stand."""

import pandas as pd

from tollbook.charts.style import CHANNELS, FAINT, QUIET, STATUSES
from tollbook.usage.summary import OTHER

PALETTES = {"channel": CHANNELS, "status": STATUSES}
IN_TURN = tuple(CHANNELS.values())


def colours(counts: pd.DataFrame, by: str) -> dict[str, str]:
    """Value -> colour of the columns that hold anything, in the order of a stack from below.

    Channels and statuses have their own colours and order; of others the largest comes first, and colours are given
    in turn.
    """
    sums = counts.sum().sort_values(ascending=False, kind="stable")
    used = [str(value) for value in sums.index[sums > 0]]
    if palette := PALETTES.get(by):
        known = [value for value in palette if value in used]
        others = sorted(value for value in used if value not in palette)
        return {value: palette.get(value, QUIET) for value in (*known, *others)}
    found = dict(zip((value for value in used if value != OTHER), IN_TURN, strict=False))
    return found | ({OTHER: FAINT} if OTHER in used else {})
