"""How sure a forecast is: whole simulated futures, made from the errors of forecasts that can be checked.

The model is fitted again as of up to a dozen earlier days (origins), a multiple of weeks ago, so that a day's error
is compared with errors of its own weekday. An error is kept relative to the size of what was expected and split in
two: the *level*, by which a whole month was too high or too low, and what is left, in *weeks*. A simulated future
draws one level for all its days and strings whole weeks together, so errors stay as alike from day to day as they
really were, and a month's total gets an honest spread. (Independent noise per day cancels in a sum: Prophet's own
80 % interval of a month held 18-60 % of real months.) What share of real days and months they hold is a figure of
`tollbook bench forecast`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tollbook.forecasting.calendar_terms import SEASON_FROM, Floats, Terms
from tollbook.forecasting.holidays import Flags
from tollbook.forecasting.models import fit
from tollbook.forecasting.shared import Shared

WEEK, MONTH = 7, 28
ORIGINS = 12
# From this many days on whole months are tried; before, weeks.
MONTHLY_FROM = 3 * MONTH
# A history as short as this is not asked to foretell what came after it.
LEAST_LEARNED = {WEEK: MONTH - WEEK, MONTH: 2 * MONTH}
# With fewer origins than this the tails of Student's t are no longer of this world.
LEAST_FREEDOM = 3
# Errors of nearly empty days are measured against this share of the client's mean day.
FLOOR = 0.1
# Weeks to come differ more than weeks looked back at, and now and then by much: Student's t with this freedom.
WEEK_FREEDOM, LARGEST_FACTOR = 4, 3.0
# The mean square of that Student's factor, cut at its largest.
LEVEL_SHARE = 1.5
PATHS = 1000


@dataclass(frozen=True, slots=True)
class Try:
    """One origin's forecast against what came.

    Attributes:
        origin: position of the first day that was forecast.
        relative: (actual - expected) / size, a number per day; NaN where nobody knows.
        size: what an error of each day is measured against.
        level: by how much the whole was off: (actual total - expected total) / total size.
        actual, expected: the counts, a number per day.
    """

    origin: int
    relative: Floats
    size: Floats
    level: float
    actual: Floats
    expected: Floats

    def rest(self, chosen: Flags) -> Floats:
        """What the level leaves on the chosen known days, 0 on the others."""
        return np.where(chosen & ~np.isnan(self.relative), self.relative - self.level, 0.0)


@dataclass(frozen=True, slots=True)
class Errors:
    """Relative errors of the backtests.

    Attributes:
        levels: one per origin: (actual total - expected total) / expected total.
        weeks: shape (weeks, 7): what is left of each ordinary day's error, centred per column.
        holidays: what is left on each holiday, and its opposite: they are foreseen less well, and are drawn for
            holidays only. Which way one will be missed, the few that were do not tell.
        spread: the standard deviation that a month's level is drawn with.
        tries: the forecasts tried, latest first.
    """

    levels: Floats
    weeks: Floats
    holidays: Floats
    spread: float
    tries: tuple["Try", ...] = ()

    @property
    def freedom(self) -> int:
        """Degrees of freedom of the level's Student's t: its spread is known from this many errors only."""
        return max(len(self.levels), LEAST_FREEDOM)


def sizes(expected: Floats, history: Floats) -> Floats:
    """What an error of each day is measured against: the day's expectation, or a floor where that is near 0."""
    return np.maximum(expected, FLOOR * float(np.nanmean(history)))


def backtest(history: pd.Series, terms: Terms, holiday: Flags, shared: Shared | None = None) -> Errors:
    """Fit the model as of earlier origins and keep its relative errors.

    Args:
        history: checked daily counts, at least 28 days.
        terms: their calendar, from the first day on.
        holiday: which days of the history are public holidays.
        shared: what other clients' days were like, up to each origin.
    """
    daily = history.to_numpy(dtype=float)
    block = MONTH if len(daily) >= MONTHLY_FROM else WEEK
    found = [try_again(daily, origin, block, terms, shared) for origin in origins(len(daily), block)]
    tries = tuple(one for one in found if one is not None)
    free = [~holiday[one.origin : one.origin + block] for one in tries]
    levels = np.array([one.level for one in tries])
    rests = [one.rest(ordinary).reshape(-1, WEEK) for one, ordinary in zip(tries, free, strict=True)]
    weeks = np.concatenate(rests or [np.zeros((1, WEEK))])
    known = [~ordinary & ~np.isnan(one.relative) for one, ordinary in zip(tries, free, strict=True)]
    holidays = [sign * one.rest(chosen)[chosen] for one, chosen in zip(tries, known, strict=True) for sign in (1, -1)]
    # Weeks drawn one by one make a month's total uncertain by themselves: the level adds only what is missing.
    noise = LEVEL_SHARE * float(np.mean(weeks.mean(axis=1) ** 2)) / (MONTH / WEEK)
    observed = float(np.mean(levels**2)) if len(levels) else 0.0
    spread = float(np.sqrt(max(observed - noise, noise)))
    return Errors(levels, weeks - weeks.mean(axis=0), np.concatenate(holidays or [np.zeros(0)]), spread, tries)


def origins(days: int, block: int) -> list[int]:
    """The days (positions) whose `block` of days after them are forecast again, latest first.

    Months apart where the history allows a dozen, weeks where not; only from when the season could be learned, if
    that leaves three months to try.
    """
    first = SEASON_FROM if days >= SEASON_FROM + 3 * MONTH else LEAST_LEARNED[block]
    room = days - block - first
    if room < 0:
        return []
    apart = WEEK * min(max(room // (ORIGINS - 1) // WEEK, 1), MONTH // WEEK)
    return [days - block - apart * back for back in range(min(room // apart + 1, ORIGINS))]


def try_again(daily: Floats, origin: int, block: int, terms: Terms, shared: Shared | None = None) -> Try | None:
    """The forecast of one origin; None when hardly anything is known before or after it."""
    past, actual = daily[:origin], daily[origin : origin + block]
    known = ~np.isnan(actual)
    if (~np.isnan(past)).sum() < WEEK or known.sum() < min(WEEK // 2, block) or not (past > 0).any():
        return None
    expected = fit(past, terms, block, curve=shared.curve(origin, block) if shared else None).expected
    size = sizes(expected, past)
    relative = (actual - expected) / size
    level = float((relative * size)[known].sum() / size[known].sum())
    return Try(origin, relative, size, level, actual, expected)


def simulate(expected: Floats, size: Floats, errors: Errors, holiday: Flags, seed: int) -> Floats:
    """Futures around `expected`: array (paths, days), never below 0, the same for the same seed.

    Args:
        expected: per coming day.
        size: what a relative error of that day is multiplied by.
        errors: of the backtests.
        holiday: which coming days are public holidays.
        seed: of the draws.
    """
    random = np.random.default_rng(seed)
    count = -(-len(expected) // WEEK)
    drawn = errors.weeks[random.integers(0, len(errors.weeks), (PATHS, count))]
    factor = np.sqrt(WEEK_FREEDOM / random.chisquare(WEEK_FREEDOM, (PATHS, count, 1)))
    weeks = (drawn * np.minimum(factor, LARGEST_FACTOR)).reshape(PATHS, -1)[:, : len(expected)]
    if len(errors.holidays):
        weeks[:, holiday] = random.choice(errors.holidays, (PATHS, int(holiday.sum())))
    level = random.standard_t(errors.freedom, (PATHS, 1)) * errors.spread
    return np.clip(expected + (weeks + level) * size, 0, None)


def resample(recent: Floats, horizon: int, seed: int) -> Floats:
    """Futures for a client without a rhythm: weeks cut anywhere out of `recent` (its end joined to its start).

    Any day of `recent` is equally likely on any coming day, so every coming day has the quantiles of `recent`.
    """
    random = np.random.default_rng(seed)
    count = -(-horizon // WEEK)
    starts = random.integers(0, len(recent), (PATHS, count, 1))
    picked = recent[(starts + np.arange(WEEK)) % len(recent)]
    return np.asarray(picked.reshape(PATHS, -1)[:, :horizon], dtype=float)
