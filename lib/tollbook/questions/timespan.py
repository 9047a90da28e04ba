"""Periods as people say them, and the days they stand for. A part of a month is never compared with a whole one."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tollbook.errors import TollbookError
from tollbook.period import BadMonth, Month

_DAYS = re.compile(r"last (\d{1,3}) days")
_MONTHS = re.compile(r"last (\d{1,2}) months")
NAMED = ("last month", "this month", "yesterday")


class BadPeriod(TollbookError):
    """A period that cannot be read."""

    def __init__(self, text: object) -> None:
        super().__init__(
            f"unknown period {str(text)[:60]!r}: use {', '.join(NAMED)}, `last N days`, `last N months` or YYYY-MM"
        )


@dataclass(frozen=True, slots=True)
class Period:
    """A period as said.

    Attributes:
        kind: "last month", "this month", "yesterday", "last N days", "last N months" or "month".
        number: of days or months.
        month: for the kind "month".
    """

    kind: str
    number: int = 0
    month: Month | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """Days `first` to `last`, both included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


def read_period(text: str) -> Period:
    """The period a text names.

    Raises:
        BadPeriod: none.
    """
    if not isinstance(text, str):
        raise BadPeriod(text)
    if text in NAMED:
        return Period(text)
    for pattern, kind, most in ((_DAYS, "last N days", 400), (_MONTHS, "last N months", 36)):
        if found := pattern.fullmatch(text):
            if 1 <= int(found[1]) <= most:
                return Period(kind, int(found[1]))
            raise BadPeriod(text)
    try:
        return Period("month", month=Month.parse(text))
    except BadMonth as error:
        raise BadPeriod(text) from error


def days_of(period: Period, known_to: date) -> Days:
    """The days of a period, none after `known_to`, the last day whose usage is complete."""
    this = Month.of(known_to)
    over = known_to == this.last
    if period.kind == "yesterday":
        return Days(known_to, known_to)
    if period.kind == "last N days":
        return Days(known_to - timedelta(days=period.number - 1), known_to)
    if period.kind == "this month":
        return Days(this.first, known_to)
    last = this if over else this.shift(-1)
    if period.kind == "last N months":
        return Days(last.shift(1 - period.number).first, last.last)
    month = period.month or last
    return Days(month.first, max(month.first, min(month.last, known_to)))


def before(days: Days, compare: str) -> Days:
    """The like of `days` to compare with: whole months with whole months, a part with as long a part.

    Args:
        days: the days asked about.
        compare: `previous` or `year`.
    """
    start = Month.of(days.first)
    whole = days.first == start.first and days.last == Month.of(days.last).last
    months = (days.last.year - days.first.year) * 12 + days.last.month - days.first.month + 1
    if compare == "year":
        earlier = start.shift(-12)
    elif days.first == start.first:
        earlier = start.shift(-months)
    else:
        return Days(days.first - timedelta(days=days.count), days.first - timedelta(days=1))
    if whole:
        return Days(earlier.first, earlier.shift(months - 1).last)
    offset = min(days.first.day, earlier.days[-1].day) - 1
    first = earlier.first + timedelta(days=offset)
    like = first + timedelta(days=days.count - 1)
    return Days(first, min(like, days.first - timedelta(days=1), earlier.shift(months - 1).last))
