"""How long receipts take: delivered messages by the time from submission to their final status."""

import pandas as pd

BOUNDS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 14400, 43200, 86400)
"""Upper bounds of the classes, seconds, included; beyond the last there is one more class."""


def latency_table(rows: list[tuple[str, int, int]]) -> pd.DataFrame:
    """Delivered outgoing messages by the time until their final status.

    Args:
        rows: channel, place of the class in `BOUNDS`, messages; whose are the same are added.

    Returns:
        int64 counts: a row a channel (most first), a column a class, named by its upper bound in seconds
        (`BOUNDS`, then infinity). A WhatsApp message that was read counts with the time of its last status.
    """
    found = pd.DataFrame(rows, columns=["channel", "class", "messages"])
    table = found.pivot_table(index="channel", columns="class", values="messages", aggfunc="sum", fill_value=0)
    table = table.reindex(columns=range(len(BOUNDS) + 1), fill_value=0).astype("int64")
    table = table.set_axis(pd.Index([*map(float, BOUNDS), float("inf")], name="seconds"), axis="columns")
    return table.loc[table.sum(axis="columns").sort_values(ascending=False, kind="stable").index]


def frame_latency(receipts: pd.DataFrame) -> pd.DataFrame:
    """`latency_table` of a frame of `usage.rollups.read_receipts`."""
    return latency_table(list(receipts[["channel", "class", "messages"]].itertuples(index=False, name=None)))


def within(counts: pd.Series, part: float) -> float | None:
    """The smallest bound, seconds, within which `part` of the messages came; None when there are none."""
    whole = int(counts.sum())
    if not whole:
        return None
    reached = counts.cumsum() >= part * whole
    return float(str(reached.idxmax()))
