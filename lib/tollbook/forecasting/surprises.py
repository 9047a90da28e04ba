"""What was not expected: single days, a new level, silence, each with its size in messages and in money.

The days that are looked at are held against a forecast made before them, and its errors against those of the same
forecast at earlier dates (`usual`): what is usual for this client is never called a surprise. A client of pure noise is
announced in fewer than one of twenty looks; a test holds that, and that a change of level by a fifth is found where its
own noise does not hide it. Reports, alerts and dashboards all have their unusual days from here.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import numpy as np
import pandas as pd

from tollbook.forecasting.holidays import are_holidays, known_country
from tollbook.forecasting.intervals import MONTH, Try, backtest, try_again
from tollbook.forecasting.models import LONGEST, terms_of
from tollbook.forecasting.series import checked, set_aside
from tollbook.forecasting.usual import Usual, new_level, usual_errors
from tollbook.money import round_money

Kind = Literal["day", "level", "silence"]

# Smaller changes are nobody's concern.
LEAST_SHARE, LEAST_MESSAGES = 0.1, 10
SILENCE_DAYS, SILENCE_CHANCE, LEAST_SILENCE = 84, 0.002, 2
# A new level is spoken of over this many days.
TWO_WEEKS = 14
COLUMNS = ["messages", "expected", "low", "high", "unusual"]


@dataclass(frozen=True, slots=True)
class Surprise:
    """Something that the weeks before did not let expect.

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


@dataclass(frozen=True, slots=True)
class Watched:
    """What a look at some days gave.

    Attributes:
        days: a row a day: `messages`, `expected`, `low`, `high` (NaN without enough history), `unusual` (bool). From a
            new level's first day on `expected` and the band lie on it.
        surprises: the largest first.
        visible: the lasting rise of the last two weeks, as a share, that nine of ten such looks would find; None when
            no level is looked for, with less than about four months of history before.
        currency: of the amounts.
    """

    days: pd.DataFrame
    surprises: tuple[Surprise, ...]
    visible: float | None
    currency: str = ""


def watch(
    history: pd.Series,
    *,
    first: date | None = None,
    country: str | None = None,
    price: Decimal | None = None,
    currency: str = "EUR",
) -> Watched:
    """Look at the days of `history` from `first` on (default: its last four weeks), against what came before.

    Args:
        history: daily counts, NaN = missing; with fewer than about seven weeks before only silence is looked for.
        first: the first day to look at.
        country: ISO 3166 alpha-2, for public holidays.
        price: what a message is worth.
        currency: of `price`.

    Raises:
        BadHistory: not one count of at least 0 per day.
    """
    daily = checked(history)
    start = pd.Timestamp(first) if first else daily.index[-1] - pd.Timedelta(days=MONTH - 1)
    seen = daily.iloc[-LONGEST - max((daily.index[-1] - start).days, 0) :]
    days = seen[start:]
    look = _look(seen, len(days), known_country(country)) if len(days) else None
    table = pd.DataFrame({"messages": days, "expected": np.nan, "low": np.nan, "high": np.nan, "unusual": False})
    found = _silence(daily)
    if look is not None:
        usual, now = look
        errors = usual.errors(now.actual, now.expected)
        turn = new_level(errors, usual)
        level = _level(days, now, turn) if turn is not None else None
        expected = now.expected.copy()
        if level is not None and turn is not None:
            expected[turn:] *= 1 + level.share
        low, high = usual.band(expected)
        far = ~((low <= now.actual) & (now.actual <= high)) & ~np.isnan(now.actual)
        far &= np.abs(now.actual - expected) >= np.maximum(LEAST_MESSAGES, LEAST_SHARE * expected)
        table = table.assign(expected=expected, low=low, high=high, unusual=far)
        found = found or [*([level] if level else []), *_days(table[far])]
    priced = tuple(_priced(one, price, currency) for one in found)
    visible = look[0].visible(TWO_WEEKS, float(look[1].expected.mean())) if look else None
    largest_first = tuple(sorted(priced, key=lambda one: -abs(one.difference)))
    return Watched(table.rename_axis("day")[COLUMNS], largest_first, visible, currency)


def _look(seen: pd.Series, days: int, country: str | None) -> tuple[Usual, Try] | None:
    """How far off is usual before the last `days`, and the forecast of them; None without enough history."""
    before, _ = set_aside(seen.iloc[:-days])
    if before.count() < MONTH or not (before > 0).any():
        return None
    terms = terms_of(seen, 0, country)
    holiday = are_holidays(pd.DatetimeIndex(before.index), country)
    usual = usual_errors(backtest(before, terms, holiday).tries)
    whole = np.r_[before.to_numpy(dtype=float), seen.to_numpy(dtype=float)[-days:]]
    now = try_again(whole, len(before), days, terms) if usual else None
    return (usual, now) if usual and now else None


def _level(days: pd.Series, now: Try, turn: int) -> Surprise | None:
    known = ~np.isnan(now.actual[turn:])
    actual, expected = float(now.actual[turn:][known].sum()), float(now.expected[turn:][known].sum())
    found = Surprise("level", _day(days.index[turn]), _day(days.index[-1]), actual, expected, None)
    large = abs(found.difference) >= max(LEAST_MESSAGES, LEAST_SHARE * expected)
    return found if large else None


def _days(far: pd.DataFrame) -> list[Surprise]:
    return [
        Surprise("day", _day(day), _day(day), float(row["messages"]), float(row["expected"]), None)
        for day, row in far.iterrows()
    ]


def _silence(daily: pd.Series) -> list[Surprise]:
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
    return [Surprise("silence", _day(ends[0]), _day(ends[-1]), 0.0, expected, None)]


def _priced(one: Surprise, price: Decimal | None, currency: str) -> Surprise:
    amount = None if price is None else round_money(Decimal(round(one.difference)) * price, currency)
    return Surprise(one.kind, one.first, one.last, one.actual, one.expected, amount)


def _day(stamp: object) -> date:
    return pd.Timestamp(str(stamp)).date()
