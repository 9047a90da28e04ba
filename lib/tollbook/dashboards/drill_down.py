"""Drilling down: a reading narrowed to one country, channel, status or campaign."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from tollbook.charts.names import campaign_name, channel_name, country_name
from tollbook.dashboards.readings import Reading

DIMENSIONS: dict[str, tuple[str, Callable[[str], str]]] = {
    "country": ("Destination", country_name),
    "channel": ("Channel", channel_name),
    "status": ("Status", str),
    "campaign": ("Campaign", campaign_name),
}
MOST = 25  # values of a dimension, those with most messages


def values_on_offer(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    """What a usage frame can be narrowed to: (group, `dimension:value`, name), most messages first in each group."""
    found = []
    for dimension, (group, name) in DIMENSIONS.items():
        sums = frame.groupby(dimension, observed=True)["messages"].sum().nlargest(MOST)
        found += [(group, f"{dimension}:{value}", name(str(value))) for value in sums.index if value != ""]
    return found


def narrowed(reading: Reading, only: str) -> Reading:
    """The reading of one value of a dimension, `country:GB`; the whole one when `only` is empty."""
    if not only:
        return reading
    dimension, _, value = only.partition(":")
    now, before = (frame[frame[dimension] == value] for frame in (reading.now, reading.before))
    return replace(reading, now=now, before=before)
