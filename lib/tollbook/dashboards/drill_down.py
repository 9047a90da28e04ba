"""Drilling down: usage split by, or narrowed to, a country, channel, status or campaign."""

from dataclasses import replace

import pandas as pd

from tollbook.charts.names import NAMED
from tollbook.dashboards.readings import Reading

DIMENSIONS = {"channel": "Channel", "country": "Destination", "status": "Status", "campaign": "Campaign"}
RECEIPTS_BY = ("channel", "country")  # that rollups keep receipts by
MOST = 25  # values of a dimension, those with most messages


def values_on_offer(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    """What a usage frame can be narrowed to: (group, `dimension:value`, name), most messages first in each group."""
    found = []
    for dimension, group in DIMENSIONS.items():
        sums = frame.groupby(dimension, observed=True)["messages"].sum().nlargest(MOST)
        found += [(group, f"{dimension}:{value}", NAMED[dimension](str(value))) for value in sums.index if value != ""]
    return found


def narrowed(reading: Reading, only: str) -> Reading:
    """The reading of one value of a dimension, `country:GB`; the whole one when `only` is empty."""
    if not only:
        return reading
    dimension, _, value = only.partition(":")
    now, before = (frame[frame[dimension] == value] for frame in (reading.now, reading.before))
    if reading.receipts is None or dimension not in RECEIPTS_BY:
        return replace(reading, now=now, before=before, receipts=None)
    return replace(reading, now=now, before=before, receipts=reading.receipts[reading.receipts[dimension] == value])


def splits_on_offer(frame: pd.DataFrame) -> list[list[str]]:
    """What a usage frame can be split by, (id, name): nothing when empty, campaigns only where a message has one."""
    if frame.empty:
        return []
    return [[by, name] for by, name in DIMENSIONS.items() if by != "campaign" or (frame["campaign"] != "").any()]
