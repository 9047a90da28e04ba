"""How sure a forecast is: whole simulated futures, made from the errors of forecasts that can be checked.

The blend is fitted again as of some earlier days (origins), a multiple of weeks ago, so that a day's error is
compared with errors of its own weekday. An error is kept relative to the size of what was expected and split in
two: the *level*, by which a whole month was too high or too low, and what is left, in *weeks*. A simulated future
draws one level for all its days and strings whole weeks together, so errors stay as alike from day to day as they
really were, and a month's total gets an honest spread. (Independent noise per day cancels in a sum: Prophet's own
80 % interval of a month held 18-60 % of real months.)

On the last four months of 31 public series (22 NN5, 9 Chicago) the 80 and 95 % intervals of a month's total held 90
and 98 %, those of a day 85 and 94 %: a little wide on NN5 (94 and 100 %), right on Chicago (78 and 94 %).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tollbook.forecasting.holidays import Flags, are_holidays
from tollbook.forecasting.models import Floats, blend, next_days

WEEK, MONTH = 7, 28
ORIGINS = 4
# From this many days on the origins lie months apart; before, weeks.
MONTHLY_FROM = 3 * MONTH
# With fewer origins than this the tails of Student's t are no longer of this world.
LEAST_FREEDOM = 3
# Errors of nearly empty days are measured against this share of the client's mean day.
FLOOR = 0.1
PATHS = 1000


@dataclass(frozen=True, slots=True)
class Errors:
    """Relative errors of the backtests.

    Attributes:
        levels: one per origin: (actual total - expected total) / expected total.
        weeks: shape (weeks, 7): what is left of each ordinary day's error, centred per column.
        holidays: what is left on each holiday: they are foreseen less well, and are drawn for holidays only.
        spread: the standard deviation that a month's level is drawn with.
    """

    levels: Floats
    weeks: Floats
    holidays: Floats
    spread: float

    @property
    def freedom(self) -> int:
        """Degrees of freedom of the level's Student's t: its spread is known from this many errors only."""
        return max(len(self.levels), LEAST_FREEDOM)


def sizes(expected: Floats, history: pd.Series) -> Floats:
    """What an error of each day is measured against: the day's expectation, or a floor where that is near 0."""
    return np.maximum(expected, FLOOR * float(history.mean()))


def backtest(history: pd.Series, country: str | None) -> Errors:
    """Fit the blend as of up to four earlier origins and keep its relative errors.

    Args:
        history: checked daily counts, at least 28 days.
        country: ISO 3166 alpha-2, for the holidays.
    """
    block = MONTH if len(history) >= MONTHLY_FROM else WEEK
    learn = MONTH if block == MONTH else MONTH - WEEK
    origins = [len(history) - block * n for n in range(1, ORIGINS + 1)]
    found = [_errors(history, origin, block, country) for origin in origins if origin >= learn]
    kept = [errors for errors in found if errors is not None]
    levels = np.array([level for level, _, _ in kept])
    weeks = np.concatenate([rest.reshape(-1, WEEK) for _, rest, _ in kept] or [np.zeros((1, WEEK))])
    holidays = np.concatenate([rest for _, _, rest in kept] or [np.zeros(0)])
    # Weeks differ among themselves even where the few levels happen to agree: never surer than that.
    least = float(np.mean(weeks.mean(axis=1) ** 2)) / (MONTH / WEEK)
    observed = float(np.mean(levels**2)) if len(levels) else 0.0
    return Errors(levels, weeks - weeks.mean(axis=0), holidays, float(np.sqrt(max(observed, least))))


def _errors(history: pd.Series, origin: int, block: int, country: str | None) -> tuple[float, Floats, Floats] | None:
    """One origin's level and what is left on ordinary days (0 on others) and on holidays.

    None when hardly anything is known before or after it.
    """
    past, actual = history.iloc[:origin], history.iloc[origin : origin + block].to_numpy()
    known = ~np.isnan(actual)
    if past.count() < WEEK or known.sum() < WEEK // 2 or not (past > 0).any():
        return None
    expected = blend(past, block, country)
    size = sizes(expected, past)
    relative = (actual - expected) / size
    level = float((relative * size)[known].sum() / size[known].sum())
    rest = relative - level
    holiday = are_holidays(next_days(past, block), country)
    return level, np.where(known & ~holiday, rest, 0.0), rest[known & holiday]


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
    weeks = drawn.reshape(PATHS, -1)[:, : len(expected)]
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
