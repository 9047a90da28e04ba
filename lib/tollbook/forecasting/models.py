"""The usage model: a robust calendar regression and two views of how things are now, averaged.

The regression works on the square root of a day's count (a holiday or a weekend multiplies, but zeros stay finite),
with a trend that may bend every two months and stays where it ends. It halves an observation's weight every two
years and lets no single day pull harder than two standard deviations. What it leaves over is followed by a slow
exponential smoothing and by the last four same weekdays: the one knows the calendar, the others how things are now.
Where other clients have taught a curve of the season and the holidays (`shared`), the regression begins from it.

Prophet is what the bench compares with. It is not in the blend: adding it made the error of the months that choices
were made on 3 % larger (never more than 1 % smaller on short histories), and it takes fifty times as long.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from tollbook.forecasting.calendar_terms import SEASON_FROM, Floats, Terms, calendar_terms
from tollbook.forecasting.month_edges import edges_that_matter

# Older days no longer describe the client.
YEAR = 364
LONGEST = 3 * 365 + 1
WEEK, WEEKS = 7, 4
_HALF_LIFE = 730.0
_BEND_EVERY, _LAST_BEND, _BEND_PENALTY, _BEND_UNIT = 60, 30, 60.0, 100.0
_SMOOTHING = 0.1
# Beyond so many robust standard deviations a residual pulls no harder (Huber), or counts as an outlier.
_HUBER, _OUTLIER = 2.0, 3.0
_ROUNDS = 3
# A mean is more than the square of a mean root, for a client of rare peaks by much; never believed beyond these.
_MEAN_BOUNDS = (0.9, 1.5)
# Where other clients say what to expect, it takes so much more evidence to move from it; a client that goes along by
# half, or not at all, shows in how much of the curve it takes, for which it starts from the whole.
_FIRMER, _WHOLE_CURVE = 20.0, 1.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the model makes of a history.

    Attributes:
        fitted: expectation of the known days, by the calendar and the trend.
        expected: of the coming days, by the whole blend.
        residual: of the known days on the scale of roots of counts in units of the median count; NaN = missing.
        scale: robust standard deviation of `residual`.
    """

    fitted: Floats
    expected: Floats
    residual: Floats
    scale: float


def next_days(history: pd.Series, horizon: int) -> pd.DatetimeIndex:
    """The `horizon` days after the last one of `history`."""
    return pd.date_range(history.index[-1] + pd.Timedelta(days=1), periods=horizon, freq="D")


def terms_of(history: pd.Series, horizon: int, country: str | None) -> Terms:
    """The calendar of a history and of the `horizon` days after it."""
    days = pd.DatetimeIndex([*history.index, *next_days(history, horizon)])
    return calendar_terms(days, country, edges_that_matter(history))


def fit(history: Floats, terms: Terms, horizon: int, *, curve: Floats | None = None) -> Fitted:
    """Fit `history` and look `horizon` days ahead.

    Args:
        history: daily counts, NaN = missing; at least one is above 0.
        terms: the calendar, from the first day of `history` to at least `horizon` days after its last.
        horizon: days.
        curve: what other clients let expect of each of those days beyond weekday and level, on the scale of roots of
            counts in units of a median count; None: nothing.
    """
    days = len(history)
    unit = float(np.median(history[history > 0]))
    roots = np.sqrt(history / unit)
    columns, penalties = with_trend(terms, days, horizon)
    known = ~np.isnan(roots)
    start = np.zeros(days + horizon)
    if curve is not None:
        start, firmer = curve, np.where(terms.common[_used(terms, days)], _FIRMER, 1.0)
        penalties = np.r_[penalties[: len(firmer)] * firmer, penalties[len(firmer) :], _WHOLE_CURVE]
        columns = np.c_[columns, curve]
    coefficients, scale = ridge(
        columns[:days][known], (roots - start[:days])[known], penalties, weights_of(days)[known]
    )
    calendar = columns @ coefficients + start
    residual = roots - calendar[:days]
    ahead = [calendar[days:] + level for level in (0.0, *recent_levels(residual, scale, horizon))]
    fitted = _counts(calendar[:days], unit)
    # A holiday on a weekend is rarer than either and would fall below 0: never less than the year's quietest day.
    least = float(np.nanmin(roots[-YEAR:], initial=np.inf, where=known[-YEAR:]))
    expected = np.mean([_counts(np.maximum(roots_ahead, least), unit) for roots_ahead in ahead], axis=0)
    return Fitted(fitted, expected * _mean_factor(history, fitted), residual, scale)


def blend(history: pd.Series, horizon: int, country: str | None) -> Floats:
    """What is expected of the `horizon` days after `history`."""
    recent = history.iloc[-LONGEST:]
    return fit(recent.to_numpy(dtype=float), terms_of(recent, horizon, country), horizon).expected


def with_trend(terms: Terms, days: int, horizon: int) -> tuple[Floats, Floats]:
    """Columns and penalties: the terms that a history of `days` can teach, and a trend that ends with it."""
    used = _used(terms, days)
    time = np.minimum(np.arange(days + horizon), days - 1)
    bends = np.arange(0, max(days - _LAST_BEND, 1), _BEND_EVERY)
    trend = np.clip(time[:, None] - bends, 0, None) / _BEND_UNIT
    columns = np.hstack([terms.columns[: days + horizon, used], trend])
    return columns, np.r_[terms.penalties[used], np.full(len(bends), _BEND_PENALTY)]


def weights_of(days: int) -> Floats:
    """How much each of a history's days counts, the last one 1."""
    return np.asarray(0.5 ** ((days - 1 - np.arange(days)) / _HALF_LIFE), dtype=float)


def _used(terms: Terms, days: int) -> npt.NDArray[np.bool_]:
    return np.ones(len(terms.penalties), dtype=bool) if days >= SEASON_FROM else ~terms.seasonal


def ridge(columns: Floats, values: Floats, penalties: Floats, weights: Floats) -> tuple[Floats, float]:
    """Huber's regression with a penalty per column, and the robust standard deviation of what is left."""
    root = np.sqrt(weights)
    rows, seen = columns * root[:, None], values * root
    squares, products = rows.T @ rows + np.diag(penalties), rows.T @ seen
    far, lost = np.zeros(0, dtype=int), np.zeros(0)  # few days lie far off: only they are weighed anew
    for _ in range(_ROUNDS):
        less = rows[far] * lost[:, None]
        coefficients = np.linalg.solve(squares - rows[far].T @ less, products - less.T @ seen[far])
        left = values - columns @ coefficients
        scale = 1.4826 * float(np.median(np.abs(left))) + 1e-9
        far = np.flatnonzero(np.abs(left) > _HUBER * scale)
        lost = 1 - _HUBER * scale / np.abs(left[far])
    return np.asarray(coefficients, dtype=float), scale


def recent_levels(residual: Floats, scale: float, horizon: int) -> tuple[Floats, Floats]:
    """What is left over lately: smoothed, and by weekday; single outliers count as far as ordinary days go."""
    local = pd.Series(residual).rolling(2 * WEEK, min_periods=1).median().to_numpy()
    calm = np.clip(residual, local - _OUTLIER * scale, local + _OUTLIER * scale)
    known = calm[~np.isnan(calm)]
    faded = (1 - _SMOOTHING) ** np.arange(len(known), 0, -1)  # what is left of the start on each day
    smooth = float(known[: WEEKS * WEEK].mean() * faded[0] + _SMOOTHING * known @ (faded / (1 - _SMOOTHING)))
    recent = calm[-WEEKS * WEEK :]
    place = np.arange(len(recent)) - len(recent)  # -1 is the last known day
    by_weekday = [recent[(place % WEEK == ahead) & ~np.isnan(recent)] for ahead in range(WEEK)]
    means = np.array([float(found.mean()) if len(found) else smooth for found in by_weekday])
    return np.full(horizon, smooth), np.resize(means, horizon)


def _counts(roots: Floats, unit: float) -> Floats:
    return np.asarray(unit * np.maximum(roots, 0) ** 2, dtype=float)


def _mean_factor(history: Floats, fitted: Floats) -> float:
    """What turns an ordinary day's count into a mean: counts of the last year against what was fitted."""
    recent, made = history[-YEAR:], fitted[-YEAR:]
    known = ~np.isnan(recent)
    total = float(made[known].sum())
    return float(np.clip(recent[known].sum() / total, *_MEAN_BOUNDS)) if total > 0 else 1.0
