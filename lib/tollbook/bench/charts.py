"""`tollbook bench charts`: a client's full set of figures against plain seaborn defaults on the same frame."""

import time
import tracemalloc
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from tollbook.bench.result import Result, peak_memory_gb
from tollbook.charts.rendering import to_png
from tollbook.charts.sheet import PAGE
from tollbook.reports.material import Material
from tollbook.reports.pictures import PICTURES
from tollbook.reports.sample import KINDS, sample_material, sample_usage

REPEATS = 3
SETTLED = sorted(PICTURES)
KEYS = ("day", "country", "hour", "status", "channel")


def measure() -> Result:
    """CPU seconds of every picture there is as PNG, and of as many bare seaborn figures of the same frame."""
    material, frame = sample_material(), sample_usage(KINDS["usual"])

    def ours() -> None:
        _set(material)

    def plain() -> None:
        _plain(frame, len(SETTLED))

    seconds, yardstick = _cpu(ours), _cpu(plain)
    return Result(
        "charts",
        {
            "seconds_per_set": seconds,
            "ratio_to_seaborn": seconds / yardstick,
            "memory_to_seaborn": _memory(ours) / _memory(plain),
            "peak_memory_gb": peak_memory_gb(),
        },
        {"plain_seaborn_seconds": yardstick, "pictures": len(SETTLED)},
    )


def _set(material: Material) -> None:
    for name in SETTLED:
        to_png(PICTURES[name].draw(material, PAGE))


def _plain(frame: pd.DataFrame, number: int) -> None:
    """Bare seaborn figures, one after the other through the keys of the frame."""
    for place in range(number):
        key = KEYS[place % len(KEYS)]
        fig = Figure(figsize=(9, 4.2))
        totals = frame.groupby([key], as_index=False)["messages"].sum()
        draw = sns.lineplot if key == "day" else sns.barplot
        draw(totals, x=key, y="messages", ax=fig.subplots(), errorbar=None)
        fig.savefig(BytesIO(), format="png", dpi=144)


def _cpu(work: Callable[[], None]) -> float:
    """Median CPU seconds of a few runs, after one that warms up."""
    work()
    spent = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return float(np.median(spent))


def _memory(work: Callable[[], None]) -> float:
    """The most memory that one run allocates at once, bytes, as Python's allocators see it."""
    tracemalloc.start()
    try:
        work()
        return float(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
