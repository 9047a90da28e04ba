"""How forecasts are judged: the series, the days they are made on, the errors, and what they are compared with.

Rolling origins, fixed here: a series is cut into blocks of 28 days, counted backwards from its end. Figures are
reported on blocks 1 to 4, each forecast from the three years before it. Whatever was chosen when the model was made,
was chosen on blocks 5 to 10; nobody looked at the others until it was done.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tollbook.errors import TollbookError
from tollbook.forecasting.calendar_terms import Floats
from tollbook.forecasting.models import LONGEST, WEEK

HORIZON = 28
REPORTED = (1, 2, 3, 4)
CHOSEN_ON = (5, 6, 7, 8, 9, 10)
# Where the public sets were counted; other files say it in their name, as `requests.DE.csv`.
COUNTRIES = {"nn5_daily_atm": "GB", "chicago_l_station_daily": "US"}
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_RESAMPLES = 2000
_CODE = 2


class NoSeries(TollbookError):
    """A folder without daily series."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"no daily series in {folder}: put CSV files there whose first column is `date` (YYYY-MM-DD), the others "
            "one series each (NAME.GB.csv for British holidays), or name another folder in TOLLBOOK_BENCH_SERIES"
        )


@dataclass(frozen=True, slots=True)
class Series:
    """A daily series: the file it is from, its column, its country if known, and its counts (NaN = missing)."""

    source: str
    name: str
    country: str | None
    counts: pd.Series


@dataclass(frozen=True, slots=True)
class Window:
    """What was known on the day of a forecast, and what came in the `HORIZON` days after it."""

    block: int
    past: pd.Series
    truth: Floats


def read_series(folder: Path, *, most: int | None = None) -> list[Series]:
    """The daily series of all CSV files of a folder; at most so many of each file, evenly spaced.

    Raises:
        NoSeries: there are none.
    """
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8") as file:
            head, first = (file.readline().split(",")[0].strip() for _ in range(2))
        if head != "date" or not _ISO.fullmatch(first):
            continue
        frame = pd.read_csv(path, parse_dates=["date"], index_col="date").astype(float).asfreq("D")
        source, _, code = path.stem.partition(".")
        country = code if len(code) == _CODE else COUNTRIES.get(source)
        apart = -(-len(frame.columns) // most) if most else 1
        found += [Series(source, str(name), country, frame[name]) for name in frame.columns[::apart]]
    if not found:
        raise NoSeries(folder)
    return found


def windows(counts: pd.Series, blocks: tuple[int, ...] = REPORTED) -> Iterator[Window]:
    """The windows of a series: those with at least four weeks known before and one day with usage after."""
    for block in blocks:
        end = len(counts) - HORIZON * block
        past, truth = counts.iloc[max(end - LONGEST, 0) : max(end, 0)], counts.iloc[max(end, 0) : end + HORIZON]
        if past.count() >= HORIZON and truth.sum() > 0:
            yield Window(block, past, truth.to_numpy(dtype=float))


def mase(expected: Floats, window: Window) -> float:
    """Mean absolute error per day in units of the past's mean week-on-week change (NaN when there is none)."""
    change = float((window.past - window.past.shift(WEEK)).abs().mean())
    return float(np.nanmean(np.abs(expected - window.truth))) / change if change > 0 else float("nan")


def smape(expected: Floats, truth: Floats) -> float:
    """Symmetric mean absolute percentage error, %, as in the M4 competition."""
    size = np.abs(expected) + np.abs(truth)
    with np.errstate(invalid="ignore"):
        return float(200 * np.nanmean(np.where(size > 0, np.abs(expected - truth) / size, 0 * truth)))


def naive2(past: pd.Series, horizon: int = HORIZON) -> Floats:
    """The M4 yardstick: the last day, seasonally adjusted where the week shows (at 90 %) in the autocorrelation."""
    filled = past.interpolate(limit_direction="both")
    values = filled.to_numpy(dtype=float)
    centred = values - values.mean()
    power = float(centred @ centred)
    lags = [float(centred[lag:] @ centred[:-lag]) / power if power else 0.0 for lag in range(1, WEEK + 1)]
    limit = 1.645 * np.sqrt((1 + 2 * np.sum(np.square(lags[:-1]))) / len(values))
    if abs(lags[-1]) <= limit or values.min() <= 0:
        return np.full(horizon, values[-1])
    ratio = (filled / filled.rolling(WEEK, center=True).mean()).to_numpy()
    place = np.arange(len(values)) % WEEK
    index = np.array([np.nanmean(ratio[place == day]) for day in range(WEEK)])
    index *= WEEK / index.sum()
    coming = (len(values) + np.arange(horizon)) % WEEK
    return np.asarray(values[-1] / index[place[-1]] * index[coming], dtype=float)


def ratio_with_bounds(
    sources: list[str], ours: Floats, theirs: Floats, *, seed: int = 0
) -> tuple[float, float, float, dict[str, float]]:
    """The geometric mean over series of ours / theirs, its 95 % bootstrap bounds (over series), and it per source.

    Every series weighs the same within its source and every source the same in the whole, however many series it
    has; bounds come from drawing series anew within their source.

    Args:
        sources: of each series.
        ours: each series' mean error.
        theirs: the same of the other model.
        seed: of the bootstrap.
    """
    logs = np.log(ours / theirs)
    groups = {name: logs[np.array(sources) == name] for name in dict.fromkeys(sources)}
    random = np.random.default_rng(seed)
    drawn = [random.choice(group, (_RESAMPLES, len(group))).mean(axis=1) for group in groups.values()]
    low, high = np.exp(np.quantile(np.mean(drawn, axis=0), (0.025, 0.975)))
    per_source = {name: float(np.exp(group.mean())) for name, group in groups.items()}
    return float(np.exp(np.mean([group.mean() for group in groups.values()]))), float(low), float(high), per_source
