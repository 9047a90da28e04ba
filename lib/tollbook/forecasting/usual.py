"""How far from its forecast a client's usage usually lies, by the day and by the week: what a surprise is measured by.

Errors are taken on logarithms, where a day half as busy and one twice as busy are equally far, and in units of the
client's own spread joined with that of counting. The months ahead that were forecast again from earlier days say how
much neighbouring days resemble each other and by how much forecasts miss the level of a whole month. A lasting change
has to stand out from both: each day on which one could have begun is tried by a generalised likelihood ratio, and the
largest is held against what months without a change give.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tollbook.forecasting.calendar_terms import Floats
from tollbook.forecasting.intervals import MONTH, WEEK, Try
from tollbook.forecasting.tails import tail_limit

# A month of days without a surprise has one announced with this chance: the client's own tail says how far that is.
DAY_CHANCE = 0.005
# The largest ratio, in standard deviations, of a month without a change: passed in under one of thirty, by
# simulation (noise of 5 to 30 %, neighbours correlated by 0 to .8, seven months to two and a half years of history).
LIMIT, FOR_FEW_MONTHS, FOR_ALIKE = 3.5, 2.0, 1.0
MOST_ALIKE, LEAST_VARIANCE = 0.9, 0.25
# No single day counts for more than so many standard deviations of a new level.
CLIP = 3.0
LEAST_TRIES = 4
LEAST_SPREAD = 0.02
# Of normal errors: what nine in ten do not exceed.
NINE_IN_TEN = 1.2816


@dataclass(frozen=True, slots=True)
class Noise:
    """How the errors of a month's days hang together.

    Attributes:
        variance: of a day's error, the month's level aside.
        alike: correlation of neighbouring days.
        level: variance of the level by which a whole month is missed.
        months: how many months all this is known from.
    """

    variance: float
    alike: float
    level: float
    months: int

    @property
    def limit(self) -> float:
        """Beyond so many standard deviations a change is one."""
        return LIMIT + FOR_FEW_MONTHS / self.months + FOR_ALIKE * self.alike**4

    def scores(self, days: npt.NDArray[np.int64], errors: Floats, begins: npt.NDArray[np.int64]) -> Floats:
        """How plainly errors lie on another level from each of the days `begins` on, in standard deviations.

        Args:
            days: positions of the known days.
            errors: on these days.
            begins: positions on which the level may have changed.
        """
        steps = (days >= begins[:, None]).astype(float)
        against = steps @ self._weights(days)
        return np.asarray(against @ errors / np.sqrt((against * steps).sum(axis=1)), dtype=float)

    def spread_of(self, last: int) -> float:
        """Standard deviation of the estimate of a level that began `last` days before a month's end."""
        step = (np.arange(MONTH) >= MONTH - last).astype(float)
        return float(1 / np.sqrt(step @ self._weights(np.arange(MONTH)) @ step))

    def _weights(self, days: npt.NDArray[np.int64]) -> Floats:
        apart = np.abs(np.subtract.outer(days, days)).astype(float)
        return np.asarray(np.linalg.inv(self.variance * self.alike**apart + self.level), dtype=float)


@dataclass(frozen=True, slots=True)
class Usual:
    """What a client's errors are like.

    Attributes:
        bias: their mean, on logarithms.
        spread: their robust standard deviation beyond that of counting.
        day_limit: how far a day may be off, in standard deviations.
        noise: how errors of days hang together; None with too little history for a level.
    """

    bias: float
    spread: float
    day_limit: float
    noise: Noise | None

    def errors(self, actual: Floats, expected: Floats) -> Floats:
        """Errors of days in standard deviations; NaN where nobody knows."""
        return np.asarray((_logs(actual, expected) - self.bias) / self._size(expected), dtype=float)

    def band(self, expected: Floats) -> tuple[Floats, Floats]:
        """The lowest and the highest count of a day that is none too far off."""
        middle, reach = np.log(expected + 1) + self.bias, self.day_limit * self._size(expected)
        return np.maximum(np.exp(middle - reach) - 1, 0), np.exp(middle + reach) - 1

    def visible(self, days: int, expected: float) -> float | None:
        """The rise over the last `days`, as a share, that nine of ten looks would find; None: none is sought."""
        if self.noise is None:
            return None
        size = float(self._size(np.array([expected]))[0])
        return float(np.expm1((self.noise.limit + NINE_IN_TEN) * self.noise.spread_of(days) * size))

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
    months = len({one.origin // MONTH for one in tries})
    seen = len({one.origin + ahead for one in tries for ahead in range(errors.shape[1])})
    return Usual(
        bias=bias,
        spread=spread,
        day_limit=tail_limit(errors, days=MONTH, chance=DAY_CHANCE, seen=seen),
        noise=_noise(errors, months) if errors.shape[1] == MONTH else None,
    )


def new_level(errors: Floats, usual: Usual) -> int | None:
    """The day (position) from which errors lie on another level, a week ago at least; None when they do not.

    Source: Lai, Sequential changepoint detection in quality control and dynamical systems (1995), the
    window-limited generalised likelihood ratio.
    """
    days = np.flatnonzero(~np.isnan(errors))
    begins = np.arange(max(len(errors) - MONTH, 0), len(errors) - WEEK + 1)
    begins = begins[begins <= days.max(initial=-1)]
    if usual.noise is None or not len(begins):
        return None
    scores = np.abs(usual.noise.scores(days, np.clip(errors[days], -CLIP, CLIP), begins))
    return int(begins[scores.argmax()]) if scores.max() > usual.noise.limit else None


def _noise(errors: Floats, months: int) -> Noise:
    """What months (a row each) of errors say; differences of neighbours leave the month's level out."""
    clipped = np.nan_to_num(np.clip(errors, -CLIP, CLIP))
    near, next_but_one = (float(np.mean((clipped[:, lag:] - clipped[:, :-lag]) ** 2)) / 2 for lag in (1, 2))
    alike = float(np.clip(next_but_one / near - 1, 0, MOST_ALIKE)) if near else 0.0
    variance = max(min(near / (1 - alike), float(np.mean(clipped**2))) if alike else near, LEAST_VARIANCE)
    apart = np.abs(np.subtract.outer(np.arange(MONTH), np.arange(MONTH)))
    by_chance = variance * float(np.mean(alike**apart))
    level = max(float(np.mean(clipped.mean(axis=1) ** 2)) - by_chance, 0.0)
    return Noise(variance, alike, level, max(months, 1))


def _logs(actual: Floats, expected: Floats) -> Floats:
    return np.asarray(np.log((actual + 1) / (expected + 1)), dtype=float)


def _spread(values: Floats) -> float:
    return 1.4826 * float(np.nanmedian(np.abs(values)))
