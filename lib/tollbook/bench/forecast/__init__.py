"""`tollbook bench forecast`: the forecast beside default Prophet, on real daily series that nobody here made.

Series are read from the folder in TOLLBOOK_BENCH_SERIES, else from `shared/data/forecasting` beside the project.
TOLLBOOK_BENCH_MOST=0 takes every series (default: at most 28 of a file), TOLLBOOK_BENCH_CHOICES=1 the months on which
choices were made instead of those that are reported (see `tollbook.forecasting.evaluation`), TOLLBOOK_BENCH_ALONE=1
forecasts each series as the only client of its book; without it the series of a file are the book.
"""

import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from tollbook.bench.forecast.client import whole_client
from tollbook.bench.forecast.judging import KNOWN_DAYS, MODELS, Judged, judge
from tollbook.bench.result import Goal, Result, peak_memory_gb
from tollbook.forecasting import shared_index
from tollbook.forecasting.evaluation import ratio_with_bounds, read_series

MOST = 28
WORKERS = 2
GOALS = {
    "mase_vs_prophet": 0.80,
    "mase_vs_prophet_upper": 0.85,
    "bill_ape_0": 5.0,
    "bill_ape_10": 3.5,
    "bill_ape_20": 1.7,
    "seconds_per_1000_clients": 300.0,
}
MONTHS_HELD = {"80": (0.75, 0.85), "95": (0.92, 0.98)}


def measure() -> Result:
    """All figures; one line per source among the yardsticks.

    Raises:
        NoSeries: no series where they are looked for.
    """
    named = os.environ.get("TOLLBOOK_BENCH_SERIES")
    folder = Path(named) if named else Path.cwd().parent / "shared" / "data" / "forecasting"
    series = read_series(folder, most=int(os.environ.get("TOLLBOOK_BENCH_MOST", MOST)) or None)
    # As in the product's own kernels: on matrices as small as a client's, more threads only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with ProcessPoolExecutor(min(WORKERS, os.cpu_count() or 1), mp_context=get_context("spawn")) as pool:
        books = [[other.counts for other in series if other.source == one.source] for one in series]
        judged = [one for one in pool.map(judge, series, books) if one.mase["prophet"]]
        start = time.perf_counter()
        sum(pool.map(whole_client, series, [shared_index(book) for book in books]))
        seconds = (time.perf_counter() - start) * 1000 / len(series)
    figures, yardsticks = _summed(judged)
    figures |= {"seconds_per_1000_clients": seconds, "peak_memory_gb": peak_memory_gb()}
    return Result("forecast", figures, yardsticks, _goals(figures, yardsticks))


def _goals(figures: Mapping[str, float], yardsticks: Mapping[str, float]) -> list[Goal]:
    worst = max(value for key, value in yardsticks.items() if key.endswith(".mase_vs_prophet"))
    return [
        *(Goal(key, figures[key], most=most) for key, most in GOALS.items()),
        Goal("mase_vs_prophet of the worst source", worst, most=1.0),
        *(Goal(f"month_coverage_{level}", figures[f"month_coverage_{level}"], least=low, most=high)
          for level, (low, high) in MONTHS_HELD.items()),
    ]  # fmt: skip


def _summed(judged: Sequence[Judged]) -> tuple[dict[str, float], dict[str, float]]:
    sources = [one.source for one in judged]
    means = {model: np.array([np.nanmean(one.mase[model]) for one in judged]) for model in MODELS}
    ratio, low, high, per_source = ratio_with_bounds(sources, means["tollbook"], means["prophet"])
    figures = {"mase_vs_prophet": ratio, "mase_vs_prophet_lower": low, "mase_vs_prophet_upper": high}
    yardsticks: dict[str, float] = {}
    kinds = list(dict.fromkeys(sources))
    for key in ("day_80", "day_95", "month_80", "month_95", "width_80", "bill_0", "bill_10", "bill_20"):
        values = {kind: _mean(judged, kind, key) for kind in kinds}
        name = key.replace("day_", "day_coverage_").replace("month_", "month_coverage_").replace("bill_", "bill_ape_")
        figures[name] = float(np.mean(list(values.values())))
        yardsticks |= {f"{kind}.{name}": value for kind, value in values.items()}
    for known in KNOWN_DAYS:
        yardsticks[f"run_rate.bill_ape_{known}"] = float(
            np.mean([_mean(judged, kind, f"bill_run_rate_{known}") for kind in kinds])
        )
    for model in MODELS:
        scores = {kind: _owa(judged, kind, model) for kind in kinds}
        (figures if model == "tollbook" else yardsticks)["owa" if model == "tollbook" else f"{model}.owa"] = float(
            np.mean(list(scores.values()))
        )
        yardsticks |= {f"{kind}.{model}.owa": score for kind, score in scores.items()}
    yardsticks |= {f"{kind}.mase_vs_prophet": value for kind, value in per_source.items()}
    yardsticks |= {"series": len(judged), "windows": sum(len(one.mase["prophet"]) for one in judged)}
    return figures, yardsticks


def _mean(judged: Sequence[Judged], source: str, key: str) -> float:
    """Coverages as shares, bill errors in %."""
    bill = key.startswith("bill_")
    found = [
        value
        for one in judged
        if one.source == source
        for value in (one.bill.get(key.removeprefix("bill_"), []) if bill else one.held[key])
    ]
    return (100 if bill else 1) * float(np.mean(found)) if found else float("nan")


def _owa(judged: Sequence[Judged], source: str, model: str) -> float:
    """M4's overall weighted average: MASE and sMAPE, each against Naive2's."""
    mine = [one for one in judged if one.source == source]
    halves = []
    for scores in ("mase", "smape"):
        ours, base = (np.nanmean([v for one in mine for v in getattr(one, scores)[name]]) for name in (model, "naive2"))
        halves.append(float(ours / base))
    return sum(halves) / 2
