"""Forecasts that were issued, kept as they were, and how good they turned out to be.

A forecast is stored when it is issued and never changed; when its days have come it is judged against them and
against the naive forecast of the same day, the weekday means of the four weeks before. A model that has lately been
worse than that is not used for the client: `standing` says so, and the naive forecast is issued in its place.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from tollbook.forecasting.bill import BillForecast
from tollbook.forecasting.calendar_terms import Floats
from tollbook.forecasting.daily import NAIVE, QUANTILES, Forecast, weekly
from tollbook.forecasting.series import checked
from tollbook.storage.documents import Document, Documents

COLLECTION = "forecasts"
# Forecasts are judged on the days that came, at least so many of them.
LEAST_DAYS = 7
# So many judged forecasts can condemn a model, the latest ones counting.
LEAST_JUDGED, LATEST = 3, 6


@dataclass(frozen=True, slots=True)
class Judged:
    """An issued forecast against the truth.

    Attributes:
        known_to: last day it knew.
        days: known days that came.
        total_error: (expected - actual) / actual; None when nothing was sent.
        error, naive_error: mean absolute error per day, its own and that of the naive forecast.
        day_80, day_95: share of days inside their intervals.
        bill_error: (p50 - charged) / charged of the bill forecast issued with it; None when unknown.
    """

    known_to: date
    method: str
    days: int
    total_error: float | None
    error: float
    naive_error: float
    day_80: float
    day_95: float
    bill_error: float | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """How good a client's issued forecasts turned out, or those of all clients.

    Attributes:
        judged: every forecast whose days have come, oldest first.
        bias: mean error of the total, signed; None when nothing can be said.
        ape: mean absolute error of the total.
        day_80, day_95: share of days inside their intervals.
        bill_ape: mean absolute error of the bills forecast with them; None when none has come.
        against_naive: its mean absolute errors over the naive ones; above 1 it was worse.
        trusted: False when the latest forecasts were worse than the naive ones.
    """

    judged: tuple[Judged, ...]
    bias: float | None
    ape: float | None
    day_80: float | None
    day_95: float | None
    bill_ape: float | None
    against_naive: float | None
    trusted: bool


def issue(
    documents: Documents, client: str, history: pd.Series, made: Forecast, *, bill: BillForecast | None = None
) -> bool:
    """Store a forecast with what it was made from; False, and nothing changed, when that day's is there already.

    Args:
        documents: where.
        client: whose.
        history: the daily counts it was made from.
        made: the forecast.
        bill: the bill forecast issued with it.
    """
    daily = checked(history)
    known_to = made.first - timedelta(days=1)
    document: Document = {
        "client": client,
        "known_to": known_to.isoformat(),
        "issued_at": datetime.now(UTC),
        "method": made.method,
        "versions": dict(made.versions),
        "country": made.country,
        "history_days": int(daily.count()),
        "history_sha": hashlib.sha256(daily.to_numpy(dtype=float).tobytes()).hexdigest(),
        "mean": [float(value) for value in made.mean],
        "quantiles": {_key(level): [float(value) for value in made.quantiles[level]] for level in QUANTILES},
        "naive": [float(value) for value in weekly(daily, len(made.mean)).mean],
        "bill": None if bill is None else _bill(bill),
    }
    return documents.insert(COLLECTION, f"{client}/{known_to}", document)


def _bill(bill: BillForecast) -> dict[str, Any]:
    return {"month": str(bill.month), "currency": bill.currency, "p10": bill.p10, "p50": bill.p50, "p90": bill.p90}


def _key(level: float) -> str:
    return f"p{round(1000 * level):03d}"


def issued_bills(documents: Documents, client: str) -> set[str]:
    """The months (`YYYY-MM`) whose bills were forecast for a client."""
    return {one["bill"]["month"] for one in documents.find(COLLECTION, {"client": client}) if one["bill"]}


def standing(
    documents: Documents,
    client: str,
    history: pd.Series,
    *,
    before: date | None = None,
    charged: dict[str, Decimal] | None = None,
) -> Record:
    """The record of a client's issued forecasts, as far as their days have come.

    Args:
        documents: where they are.
        client: whose.
        history: the daily counts up to now.
        before: only forecasts issued on what was known before this day.
        charged: what months turned out to cost, by `YYYY-MM`.
    """
    daily = checked(history)
    found = documents.find(COLLECTION, {"client": client}, sort=[("known_to", 1)])
    kept = [one for one in found if before is None or one["known_to"] < before.isoformat()]
    return summed([one for document in kept if (one := judge(document, daily, charged or {})) is not None])


def judge(document: Document, daily: pd.Series, charged: dict[str, Decimal]) -> Judged | None:
    """A stored forecast against the days that came; None while fewer than a week of them is known."""
    known_to = date.fromisoformat(document["known_to"])
    days = pd.date_range(known_to + timedelta(days=1), periods=len(document["mean"]))
    truth = daily.reindex(days).to_numpy(dtype=float)
    known = ~np.isnan(truth)
    if known.sum() < LEAST_DAYS:
        return None
    mean, naive = np.array(document["mean"]), np.array(document["naive"])
    bands = {level: np.array(document["quantiles"][_key(level)]) for level in QUANTILES}
    actual = float(truth[known].sum())
    bill = document["bill"]
    cost = charged.get(bill["month"]) if bill else None
    return Judged(
        known_to=known_to,
        method=document["method"],
        days=int(known.sum()),
        total_error=(float(mean[known].sum()) - actual) / actual if actual else None,
        error=float(np.abs(mean - truth)[known].mean()),
        naive_error=float(np.abs(naive - truth)[known].mean()),
        day_80=_inside(bands[0.1], bands[0.9], truth, known),
        day_95=_inside(bands[0.025], bands[0.975], truth, known),
        bill_error=float(bill["p50"] / cost) - 1 if cost else None,
    )


def _inside(low: Floats, high: Floats, truth: Floats, known: Any) -> float:
    return float(((low <= truth) & (truth <= high))[known].mean())


def summed(judged: list[Judged]) -> Record:
    """Many judged forecasts as one record; of one client, or of all."""
    errors = [one.total_error for one in judged if one.total_error is not None]
    bills = [one.bill_error for one in judged if one.bill_error is not None]
    own = [one for one in judged if one.method != NAIVE][-LATEST:]
    ratio = _ratio(own)
    return Record(
        judged=tuple(judged),
        bias=float(np.mean(errors)) if errors else None,
        ape=float(np.mean(np.abs(errors))) if errors else None,
        day_80=float(np.mean([one.day_80 for one in judged])) if judged else None,
        day_95=float(np.mean([one.day_95 for one in judged])) if judged else None,
        bill_ape=float(np.mean(np.abs(bills))) if bills else None,
        against_naive=_ratio(judged),
        trusted=not (len(own) >= LEAST_JUDGED and ratio is not None and ratio > 1),
    )


def _ratio(judged: list[Judged]) -> float | None:
    naive = sum(one.naive_error for one in judged)
    return sum(one.error for one in judged) / naive if naive else None
