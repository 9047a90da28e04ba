"""`tollbook bench charts`: a client's set of figures against plain seaborn defaults on the same frame."""

import time
from io import BytesIO

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from tollbook.bench.result import Result, peak_memory_gb
from tollbook.charts.hours import busy_hours
from tollbook.charts.outcome import delivery_outcome
from tollbook.charts.places import top_destinations
from tollbook.charts.style import to_png
from tollbook.charts.usage import usage_over_time
from tollbook.usage import summary

DAYS, COUNTRIES = 61, ("GB", "IE", "FR", "DE", "ES", "US")
REPEATS = 5


def measure() -> Result:
    """CPU seconds of the four usage figures as PNG, and of four bare seaborn figures of the same frame."""
    usage = _usage()
    days = usage["day"].dt.date
    frame, before = usage[days >= days.max() - pd.Timedelta(days=30)], usage
    first, last = frame["day"].min().date(), frame["day"].max().date()

    def ours() -> None:
        for fig in (
            usage_over_time(summary.by_day(frame, first, last), summary.by_day(before, first, last)),
            top_destinations(summary.destinations(frame, limit=10)),
            busy_hours(summary.by_hour(frame)),
            delivery_outcome(summary.delivery(frame)),
        ):
            to_png(fig)

    seconds, plain = _cpu(ours), _cpu(lambda: _plain(frame))
    return Result(
        "charts",
        {"seconds_per_set": seconds, "ratio_to_seaborn": seconds / plain, "peak_memory_gb": peak_memory_gb()},
        {"plain_seaborn_seconds": plain},
    )


def _cpu(work: object) -> float:
    """Median CPU seconds of a few runs, after one that warms up."""
    assert callable(work)  # noqa: S101 - for the type checker
    work()
    spent = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return float(np.median(spent))


def _plain(frame: pd.DataFrame) -> None:
    for draw, keys in (
        (sns.lineplot, ["day"]),
        (sns.barplot, ["country"]),
        (sns.barplot, ["hour"]),
        (sns.barplot, ["status"]),
    ):
        fig = Figure(figsize=(9, 4.2))
        totals = frame.groupby(keys, as_index=False)["messages"].sum()
        draw(totals, x=keys[0], y="messages", ax=fig.subplots(), errorbar=None)
        fig.savefig(BytesIO(), format="png", dpi=144)


def _usage() -> pd.DataFrame:
    """Two months of made-up usage in the usage frame's shape."""
    draw = np.random.default_rng(1)
    places = pd.MultiIndex.from_product(
        [pd.date_range("2026-09-01", periods=DAYS), range(24), COUNTRIES, ("delivered", "undelivered")],
        names=["day", "hour", "country", "status"],
    )
    frame = places.to_frame(index=False)
    frame["messages"] = draw.poisson(np.where(frame["status"] == "delivered", 40, 2))
    return frame.assign(segments=frame["messages"], channel="sms", direction="mt", network="", category="", campaign="")
