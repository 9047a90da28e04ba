"""What is measured on one series: errors, coverages and bills of the forecast, of default Prophet and of Naive2."""

import logging
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pandas as pd

from tollbook.forecasting import Forecast, outlook, shared_index
from tollbook.forecasting.calendar_terms import Floats
from tollbook.forecasting.evaluation import CHOSEN_ON, HORIZON, REPORTED, Series, mase, naive2, smape, windows
from tollbook.period import Month
from tollbook.rating import price_model

KNOWN_DAYS = (0, 10, 20)
MONTHS = 3  # as many whole months as surely lie in four blocks
# As if each client were the only one of its book.
ALONE = bool(os.environ.get("TOLLBOOK_BENCH_ALONE"))
MODELS = ("tollbook", "prophet", "naive2")


@dataclass
class Judged:
    """A series' errors: by model one number per window, coverages per window, bill errors by days known."""

    source: str
    mase: dict[str, list[float]] = field(default_factory=lambda: {model: [] for model in MODELS})
    smape: dict[str, list[float]] = field(default_factory=lambda: {model: [] for model in MODELS})
    held: dict[str, list[float]] = field(default_factory=dict)
    bill: dict[str, list[float]] = field(default_factory=dict)


def judge(series: Series, book: Sequence[pd.Series]) -> Judged:
    """Everything that is measured on one series; default Prophet included.

    Args:
        series: the one.
        book: the counts of all series of its source: what the other clients of a book would be.
    """
    found = Judged(series.source)
    blocks = CHOSEN_ON if os.environ.get("TOLLBOOK_BENCH_CHOICES") else REPORTED
    for window in windows(series.counts, blocks):
        made = outlook(window.past, HORIZON, country=series.country, index=_index(book, window.past.index[-1]))
        guesses = {
            "tollbook": made.mean.to_numpy(),
            "prophet": default_prophet(window.past, HORIZON),
            "naive2": naive2(window.past),
        }
        for model, guess in guesses.items():
            found.mase[model].append(mase(guess, window))
            found.smape[model].append(smape(guess, window.truth))
        _hold(found, made, window.truth)
    for month in _months(series.counts, max(blocks[0] - 1, 0) * HORIZON):
        for known in KNOWN_DAYS:
            _bill(found, series, month, known, book)
    return found


def _hold(found: Judged, made: Forecast, truth: Floats) -> None:
    known = ~np.isnan(truth)
    totals, total = made.paths[:, known].sum(axis=1), truth[known].sum()
    for name, low, high in (("80", 0.1, 0.9), ("95", 0.025, 0.975)):
        inside = (made.quantiles[low] <= truth) & (truth <= made.quantiles[high])
        bottom, top = np.quantile(totals, (low, high))
        found.held.setdefault(f"day_{name}", []).append(float(inside[known].mean()))
        found.held.setdefault(f"month_{name}", []).append(float(bottom <= total <= top))
    width = float(np.diff(np.quantile(totals, (0.1, 0.9)))[0])
    found.held.setdefault("width_80", []).append(width / total)


def _months(counts: pd.Series, skipped: int) -> list[Month]:
    """The last whole calendar months of a series, before its last `skipped` days."""
    last = Month.of((counts.index[-1] + pd.Timedelta(days=1 - skipped)).date()).shift(-1)
    return [last.shift(-back) for back in range(MONTHS)]


def _bill(found: Judged, series: Series, month: Month, known: int, book: Sequence[pd.Series]) -> None:
    """The middle of the priced futures of a month, of which `known` days are over, against the bill that came.

    The contract is graduated, its tiers at half, once and one and a half times the mean month of the year before.
    Missing days count on neither side.
    """
    start, end = pd.Timestamp(month.first), pd.Timestamp(month.last)
    until = start + pd.Timedelta(days=known - 1)
    past, truth = series.counts[:until], series.counts[start:end]
    there = truth.notna().to_numpy()
    usual = float(past.iloc[-364:].mean()) * len(truth)
    if past.count() < HORIZON or not usual > 0 or not truth.sum() > 0:
        return
    made = outlook(past, int((end - until).days), country=series.country, index=_index(book, until))
    totals = float(truth.iloc[:known].sum()) + made.paths[:, there[known:]].sum(axis=1)
    middle, actual = _price(float(np.median(totals)), usual), _price(float(truth.sum()), usual)
    found.bill.setdefault(str(known), []).append(abs(float(middle / actual) - 1))
    run_rate = float(truth.iloc[:known].mean()) if known else float(past.iloc[-HORIZON:].mean())
    simple = float(truth.iloc[:known].sum()) + run_rate * int(there[known:].sum())
    found.bill.setdefault(f"run_rate_{known}", []).append(abs(float(_price(simple, usual) / actual) - 1))


def _index(book: Sequence[pd.Series], until: pd.Timestamp) -> pd.Series | None:
    """What a book would have kept on that day, `ALONE` aside."""
    return None if ALONE else shared_index([counts[:until] for counts in book])


def _price(total: float, usual: float) -> Decimal:
    """A rising bill, so the middle of the priced futures is the price of the middle future."""
    tiers = [
        {"up_to": str(round(share * usual, 3)), "unit": unit}
        for share, unit in ((0.5, "0.050"), (1.0, "0.045"), (1.5, "0.040"))
    ]
    model = price_model({"model": "graduated", "tiers": [*tiers, {"unit": "0.035"}]})
    return model.rate(Decimal(repr(round(total, 3)))).amount


def default_prophet(past: pd.Series, horizon: int) -> Floats:
    """Prophet as it comes out of the box: no holidays, no options."""
    logging.getLogger("cmdstanpy").disabled = True
    logging.getLogger("prophet.plot").disabled = True
    from prophet import Prophet

    with tempfile.TemporaryDirectory(prefix="tollbook-bench-") as scratch:
        model = Prophet(uncertainty_samples=0)
        logging.getLogger("cmdstanpy").disabled = True
        model.fit(pd.DataFrame({"ds": past.index, "y": past.to_numpy()}), output_dir=scratch, seed=1)
        days = pd.date_range(past.index[-1] + pd.Timedelta(days=1), periods=horizon)
        return np.asarray(model.predict(pd.DataFrame({"ds": days}))["yhat"], dtype=float)
