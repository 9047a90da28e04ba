"""How far from its forecast a client's usage usually lies, by the day and by the week: what a surprise is measured by.

Errors are taken on logarithms, where a day half as busy and one twice as busy are equally far, and in units of the
client's own spread joined with that of counting. Each month ahead that was forecast again from earlier days says how
far a mean of some days strays by itself: neighbours that resemble each other and forecasts that miss the level are in
it, so a lasting change has to stand out from both.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tollbook.forecasting.calendar_terms import Floats
from tollbook.forecasting.intervals import MONTH, WEEK, Try

# A day is a surprise beyond so many robust standard deviations, and well beyond the wildest fiftieth of earlier days.
DAY_LIMIT, WILDEST, BEYOND_WILDEST = 4.5, 0.98, 1.25
# How rarely the errors of an unchanged client may look like a new level over one stretch; all are worth about seven.
CHANCE, STRETCHES = 0.004, (7, 10, 14, 21, 28)
# No single day counts for more than so many standard deviations of a new level.
CLIP = 3.0
LEAST_TRIES, LEAST_FREEDOM = 4, 3
LEAST_SPREAD = 0.02
# Of normal errors: what nine in ten do not exceed.
NINE_IN_TEN = 1.2816


@dataclass(frozen=True, slots=True)
class Usual:
    """What a client's errors are like.

    Attributes:
        bias: their mean, on logarithms.
        spread: their robust standard deviation beyond that of counting.
        day_limit: how far a day may be off, in standard deviations.
        strays: standard deviation of the mean error over so many days; empty with too little history for a level.
        level_limit: how many of them a mean may be off.
    """

    bias: float
    spread: float
    day_limit: float
    strays: dict[int, float]
    level_limit: float

    def errors(self, actual: Floats, expected: Floats) -> Floats:
        """Errors of days in standard deviations; NaN where nobody knows."""
        return np.asarray((_logs(actual, expected) - self.bias) / self._size(expected), dtype=float)

    def band(self, expected: Floats) -> tuple[Floats, Floats]:
        """The lowest and the highest count of a day that is none too far off."""
        middle, reach = np.log(expected + 1) + self.bias, self.day_limit * self._size(expected)
        return np.maximum(np.exp(middle - reach) - 1, 0), np.exp(middle + reach) - 1

    def visible(self, days: int, expected: float) -> float | None:
        """The rise over the last `days`, as a share, that nine of ten looks would find; None: none is sought."""
        stray = self.strays.get(days)
        if stray is None:
            return None
        size = float(self._size(np.array([expected]))[0])
        return float(np.expm1((self.level_limit + NINE_IN_TEN) * stray * size))

    def _size(self, expected: Floats) -> Floats:
        return np.hypot(self.spread, 1 / np.sqrt(expected + 1))


def usual_errors(tries: tuple[Try, ...]) -> Usual | None:
    """What forecasts as of earlier days say; None when there are fewer than four."""
    if len(tries) < LEAST_TRIES:
        return None
    logs = np.stack([_logs(one.actual, one.expected) for one in tries])
    counting = float(np.median(1 / (np.stack([one.expected for one in tries]) + 1)))
    bias = float(np.nanmedian(logs))
    spread = float(np.sqrt(max(_spread(logs - bias) ** 2 - counting, LEAST_SPREAD**2)))
    size = np.hypot(spread, 1 / np.sqrt(np.stack([one.expected for one in tries]) + 1))
    errors = (logs - bias) / size
    bias += float(np.nanmean(np.clip(errors, -CLIP, CLIP) * size))
    errors = (logs - bias) / size
    wild = np.abs(errors - np.nanmean(errors, axis=1, keepdims=True))
    months = len({one.origin // MONTH for one in tries})
    return Usual(
        bias=bias,
        spread=spread,
        day_limit=max(DAY_LIMIT, BEYOND_WILDEST * float(np.nanquantile(wild, WILDEST))),
        strays=_strays(np.clip(errors, -CLIP, CLIP)) if errors.shape[1] == MONTH else {},
        level_limit=_students(max(months, LEAST_FREEDOM)),
    )


def new_level(errors: Floats, usual: Usual) -> int | None:
    """The day (position) from which errors lie on another level; None when they do not.

    The means of the last 7 to 28 days are held against the same means of earlier months, by Student's t with as many
    degrees of freedom as there are months.
    """
    clipped = np.clip(errors, -CLIP, CLIP)
    fitting = {days: stray for days, stray in usual.strays.items() if days <= len(clipped)}
    means = {days: _mean(clipped[-days:]) for days in fitting}
    scores = {days: abs(means[days]) / stray for days, stray in fitting.items()}
    if not scores or max(scores.values()) <= usual.level_limit:
        return None
    return _turn(clipped, np.sign(means[max(scores, key=lambda days: scores[days])]))


def _turn(errors: Floats, sign: float) -> int:
    """Where errors turn to a level on the side of `sign`, a week at least: the split that leaves the least squares."""
    filled = np.where(np.isnan(errors), 0.0, errors)
    best = (np.inf, 0)
    for at in range(len(filled) - WEEK + 1):
        after = filled[at:]
        if np.sign(after.mean()) == sign:
            best = min(best, (float((filled[:at] ** 2).sum() + ((after - after.mean()) ** 2).sum()), at))
    return best[1]


def _strays(errors: Floats) -> dict[int, float]:
    """The root mean square of the mean over every stretch of so many days; never less than chance gives."""
    found = {}
    for days in STRETCHES:
        windows = np.lib.stride_tricks.sliding_window_view(errors, days, axis=1)
        known = (~np.isnan(windows)).sum(axis=2) > days // 2
        means = np.nanmean(np.where(known[..., None], windows, 0.0), axis=2)[known]
        found[days] = float(np.sqrt(max(float(np.mean(means**2)) if len(means) else 0.0, 1 / days)))
    return found


@lru_cache(maxsize=64)
def _students(freedom: int) -> float:
    """Beyond what Student's t lies by `CHANCE`, to either side."""
    drawn = np.abs(np.random.default_rng(0).standard_t(freedom, 400_000))
    return float(np.quantile(drawn, 1 - CHANCE))


def _logs(actual: Floats, expected: Floats) -> Floats:
    return np.asarray(np.log((actual + 1) / (expected + 1)), dtype=float)


def _spread(values: Floats) -> float:
    return 1.4826 * float(np.nanmedian(np.abs(values)))


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else 0.0
