"""How good a forecast made earlier would have been: the same code, as of an earlier day, against what came."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from tollbook.forecasting.calendar_terms import Floats
from tollbook.forecasting.daily import Forecast, outlook
from tollbook.forecasting.series import checked, set_aside

WEEK = 7


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """A forecast held against the truth; days that are missing in the truth count on neither side.

    Attributes:
        made_on: last day the forecast knew.
        actual: the days that came, float Series.
        expected_total, actual_total: over the known days that came.
        total_80, total_95: the intervals of the total that the forecast gave.
        day_80, day_95: share of days inside their intervals.
        mase: mean absolute error per day in units of the history's mean absolute week-on-week change (freak days
            set aside); None when the history never changed from week to week.
        naive_total_error: |error| of the total had the last week been repeated, as a share; None when that week
            has gaps.
    """

    made_on: date
    forecast: Forecast
    actual: pd.Series
    expected_total: float
    actual_total: float
    total_80: tuple[float, float]
    total_95: tuple[float, float]
    day_80: float
    day_95: float
    mase: float | None
    naive_total_error: float | None

    @property
    def total_error(self) -> float | None:
        """(expected - actual) / actual of the total; None when nothing was sent."""
        return (self.expected_total - self.actual_total) / self.actual_total if self.actual_total else None


def look_back(
    history: pd.Series,
    made_on: date,
    *,
    country: str | None = None,
    seed: int = 0,
    index: pd.Series | None = None,
) -> TrackRecord | None:
    """Forecast the days of `history` after `made_on` from those before, and compare; arguments as of `forecast`.

    Returns:
        None when no day is known before or none after `made_on`.

    Raises:
        BadHistory: not one count of at least 0 per day.
        BadHorizon: more than a year lies after `made_on`.
    """
    daily = checked(history)
    past = daily[: pd.Timestamp(made_on)]
    actual = daily[pd.Timestamp(made_on) + timedelta(days=1) :]
    if not past.count() or not actual.count():
        return None
    made = outlook(past, len(actual), country=country, seed=seed, index=index)
    return _compared(made, past, actual, made_on)


def _compared(made: Forecast, past: pd.Series, actual: pd.Series, made_on: date) -> TrackRecord:
    known = actual.notna().to_numpy()
    truth = actual[known].to_numpy()
    bands = {level: made.quantiles[level].to_numpy()[known] for level in made.quantiles}
    low, bottom, top, high = np.quantile(made.paths[:, known].sum(axis=1), (0.025, 0.1, 0.9, 0.975))
    error = np.abs(made.mean.to_numpy()[known] - truth).mean()
    ordinary, _ = set_aside(past)
    change = float((ordinary - ordinary.shift(WEEK)).abs().mean())
    return TrackRecord(
        made_on=made_on,
        forecast=made,
        actual=actual,
        expected_total=float(made.mean.to_numpy()[known].sum()),
        actual_total=float(truth.sum()),
        total_80=(float(bottom), float(top)),
        total_95=(float(low), float(high)),
        day_80=float(((bands[0.1] <= truth) & (truth <= bands[0.9])).mean()),
        day_95=float(((bands[0.025] <= truth) & (truth <= bands[0.975])).mean()),
        mase=float(error / change) if change > 0 else None,
        naive_total_error=_naive_error(past, truth, known),
    )


def _naive_error(past: pd.Series, truth: Floats, known: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float | None:
    """|error| of the total when the last week is repeated, as a share of the truth; None when it has gaps."""
    week = past.iloc[-WEEK:]
    if week.count() < WEEK or not truth.sum():
        return None
    repeated = np.resize(week.to_numpy(), len(known))[known]
    return float(abs(repeated.sum() - truth.sum()) / truth.sum())
