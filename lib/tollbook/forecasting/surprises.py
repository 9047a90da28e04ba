"""What was not expected: single days, a new level, silence, each with its size in messages and in money.

The last four weeks are held against a forecast made before them, and its errors against those of the same forecast
at earlier dates: what is usual for this client is never called a surprise. A client of pure noise is announced in
fewer than one of twenty looks; a test holds that, and that a change of level by a fifth is found.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from tollbook.forecasting.calendar_terms import Floats
from tollbook.forecasting.holidays import are_holidays, known_country
from tollbook.forecasting.intervals import MONTH, WEEK, Try, backtest
from tollbook.forecasting.models import LONGEST, terms_of
from tollbook.forecasting.series import checked, set_aside
from tollbook.money import round_money

Kind = Literal["day", "level", "silence"]

# A day is a surprise beyond so many robust standard deviations, and well beyond the wildest of earlier days.
DAY_LIMIT, WILDEST, BEYOND_WILDEST = 4.5, 0.995, 1.25
# Smaller changes are nobody's concern.
LEAST_SHARE, LEAST_MESSAGES = 0.1, 10
# How rarely a look at an unchanged client may find a new level, over all stretches that are tried.
CHANCE, STRETCHES = 0.02, (7, 10, 14, 21, 28)
LEAST_TRIES = 4
SILENCE_DAYS, SILENCE_CHANCE, LEAST_SILENCE = 84, 0.002, 2


@dataclass(frozen=True, slots=True)
class Surprise:
    """Something in the last four weeks that the weeks before did not let expect.

    Attributes:
        kind: `day`: one day; `level`: from `first` on, until now; `silence`: nothing since `first`.
        actual, expected: messages from `first` to `last`.
        amount: what the difference is worth, in the client's currency; None without a price.
    """

    kind: Kind
    first: date
    last: date
    actual: float
    expected: float
    amount: Decimal | None

    @property
    def difference(self) -> float:
        """Messages more (or, negative, fewer) than expected."""
        return self.actual - self.expected

    @property
    def share(self) -> float:
        """The difference as a share of what was expected."""
        return self.difference / self.expected if self.expected else float("inf")


def surprises(
    history: pd.Series, *, country: str | None = None, price: Decimal | None = None, currency: str = "EUR"
) -> tuple[Surprise, ...]:
    """Surprises of the last four weeks of `history`, the largest first.

    Args:
        history: daily counts, NaN = missing; with fewer than about five months only silence is looked for.
        country: ISO 3166 alpha-2, for public holidays.
        price: what a message is worth.
        currency: of `price`.

    Raises:
        BadHistory: not one count of at least 0 per day.
    """
    daily = checked(history).iloc[-LONGEST:]
    found = _silence(daily) or _unlike(daily, known_country(country))
    priced = [
        Surprise(kind, first, last, actual, expected, _worth(actual - expected, price, currency))
        for kind, first, last, actual, expected in found
    ]
    return tuple(sorted(priced, key=lambda one: -abs(one.difference)))


Found = tuple[Kind, date, date, float, float]


def _worth(messages: float, price: Decimal | None, currency: str) -> Decimal | None:
    return None if price is None else round_money(Decimal(round(messages)) * price, currency)


def _silence(daily: pd.Series) -> list[Found]:
    """Days without usage at the end that the weekdays' own share of such days makes all but impossible."""
    known = daily.dropna()
    busy = np.flatnonzero(known.to_numpy() > 0)
    silent = len(known) - 1 - int(busy[-1]) if len(busy) else 0
    before = known.iloc[: len(known) - silent].iloc[-SILENCE_DAYS:]
    if silent < LEAST_SILENCE or len(before) < MONTH:
        return []
    weekdays = pd.DatetimeIndex(before.index).day_of_week
    ends = known.index[len(known) - silent :]
    empty = [(before[weekdays == day] == 0) for day in pd.DatetimeIndex(ends).day_of_week]
    chance = float(np.prod([(found.sum() + 0.5) / (len(found) + 1) for found in empty]))
    if chance >= SILENCE_CHANCE:
        return []
    expected = sum(float(before[weekdays == day].mean()) for day in pd.DatetimeIndex(ends).day_of_week)
    return [("silence", _day(ends[0]), _day(ends[-1]), 0.0, expected)]


def _unlike(daily: pd.Series, country: str | None) -> list[Found]:
    """A new level, and days unlike it."""
    if daily.count() < MONTH or not (daily > 0).any():
        return []
    calm, _ = set_aside(daily.iloc[:-MONTH])
    seen = pd.concat([calm, daily.iloc[-MONTH:]]) if len(calm) else daily
    holiday = are_holidays(pd.DatetimeIndex(seen.index), country)
    tries = backtest(seen, terms_of(seen, 0, country), holiday).tries
    last = tries[0] if tries and tries[0].origin == len(seen) - MONTH else None
    earlier = [one for one in tries if one.origin + MONTH <= len(seen) - MONTH]
    if last is None or len(earlier) < LEAST_TRIES:
        return []
    days = pd.DatetimeIndex(seen.index[-MONTH:])
    actual = daily.to_numpy(dtype=float)[-MONTH:]
    expected = actual - last.relative * last.size
    limit = _day_limit(earlier)
    start, shift = new_level(_calm(last, limit), earlier)
    found: list[Found] = []
    if start is not None:
        there = ~np.isnan(actual[start:])
        sums = float(actual[start:][there].sum()), float(expected[start:][there].sum())
        found.append(("level", _day(days[start]), _day(days[-1]), *sums))
    left = last.relative - np.where(np.arange(MONTH) >= (MONTH if start is None else start), shift, 0.0)
    for at in map(int, np.flatnonzero(np.abs(left) > limit)):
        size = abs(float(left[at] * last.size[at]))
        if size >= max(LEAST_MESSAGES, LEAST_SHARE * float(last.size[at])):
            found.append(("day", _day(days[at]), _day(days[at]), float(actual[at]), float(expected[at])))
    return found


def _calm(last: Try, limit: float) -> Try:
    """Without days that are far even from the week around them: one wild day is no new level."""
    series = pd.Series(last.relative)
    around = series.rolling(WEEK, center=True, min_periods=1).median()
    return replace(last, relative=np.asarray(series.where((series - around).abs() <= limit), dtype=float))


def new_level(last: Try, earlier: list[Try]) -> tuple[int | None, float]:
    """The day (position in `last`) from which its errors lie on another level, and by what share; (None, 0): none.

    The means of its last 7 to 28 days are held against the same means of earlier tries, by Student's t with as many
    degrees of freedom as those have months.
    """
    months = len({one.origin // MONTH for one in earlier})
    limit = _students(max(months, 3))
    best: tuple[float, int, float] = (limit, 0, 0.0)
    for stretch in STRETCHES:
        usual = np.array([_mean(one.relative[-stretch:]) for one in earlier])
        single = _spread(np.concatenate([one.relative for one in earlier])) / np.sqrt(stretch)
        spread = max(float(np.sqrt(np.nanmean(usual**2))), single)
        shift = _mean(last.relative[-stretch:])
        score = abs(shift) / spread if spread else 0.0
        if score > best[0] and abs(shift) >= LEAST_SHARE:
            best = (score, stretch, shift)
    if not best[1]:
        return None, 0.0
    return _turn(last.relative, best[2])


@lru_cache(maxsize=64)
def _students(freedom: int) -> float:
    """Beyond what an unchanged client's score lies by `CHANCE`; the stretches are worth about three looks."""
    drawn = np.abs(np.random.default_rng(0).standard_t(freedom, 200_000))
    return float(np.quantile(drawn, 1 - CHANCE / 3))


def _turn(relative: Floats, shift: float) -> tuple[int, float]:
    """Where errors turn to `shift`: the split that leaves the least squares, at least a week from the end."""
    filled = np.where(np.isnan(relative), 0.0, relative)
    splits = range(MONTH - WEEK + 1)
    cost = [float((filled[:at] ** 2).sum() + ((filled[at:] - filled[at:].mean()) ** 2).sum()) for at in splits]
    start = int(np.argmin(cost))
    found = _mean(relative[start:])
    return start, found if np.sign(found) == np.sign(shift) else shift


def _day_limit(earlier: list[Try]) -> float:
    """How far a day may be off."""
    past = np.concatenate([np.abs(one.relative - one.level) for one in earlier])
    known = past[~np.isnan(past)]
    return max(DAY_LIMIT * _spread(known), BEYOND_WILDEST * float(np.quantile(known, WILDEST)))


def _spread(values: Floats) -> float:
    return 1.4826 * float(np.nanmedian(np.abs(values)))


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else 0.0


def _day(stamp: object) -> date:
    return pd.Timestamp(str(stamp)).date()
