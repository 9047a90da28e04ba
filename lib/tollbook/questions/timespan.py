"""Periods as people say them, and the days they stand for. A part of a month is never compared with a whole one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tollbook.errors import TollbookError
from tollbook.period import BadMonth, Month

_DAYS = re.compile(r"last (\d{1,3}) days")
_MONTHS = re.compile(r"last (\d{1,2}) months")
_SPAN = re.compile(r"(\d{4}-\d{2}(?:-\d{2})?) to (\d{4}-\d{2}(?:-\d{2})?)")
NAMED = ("last month", "this month", "yesterday", "this week", "this quarter", "last quarter", "this year")


class BadPeriod(TollbookError):
    """A period that cannot be read."""

    def __init__(self, text: object) -> None:
        super().__init__(
            f"unknown period {str(text)[:60]!r}: use {', '.join(NAMED)}, `last N days`, `last N months`, YYYY-MM, "
            "`YYYY-MM to YYYY-MM` or `YYYY-MM-DD to YYYY-MM-DD`"
        )


@dataclass(frozen=True, slots=True)
class Period:
    """A period as said.

    Attributes:
        kind: one of `NAMED`, "last N days", "last N months", "month" or "span".
        number: of days or months.
        month: for the kind "month".
        span: for the kind "span".
    """

    kind: str
    number: int = 0
    month: Month | None = None
    span: "Days | None" = None

    @property
    def dated(self) -> bool:
        """Whether it names days of the calendar, and so means something else to every asker."""
        return self.kind in ("month", "span")


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
        if found := _SPAN.fullmatch(text):
            return Period("span", span=_span(*found.groups()))
        return Period("month", month=Month.parse(text))
    except (BadMonth, ValueError) as error:
        raise BadPeriod(text) from error


def _span(first: str, last: str) -> Days:
    days = Days(
        date.fromisoformat(first) if first.count("-") > 1 else Month.parse(first).first,
        date.fromisoformat(last) if last.count("-") > 1 else Month.parse(last).last,
    )
    if days.count < 1:
        raise ValueError("ends before it begins")
    return days


_BEGINNINGS: Mapping[str, Callable[[date], date]] = {
    "yesterday": lambda day: day,
    "this week": lambda day: day - timedelta(days=day.weekday()),
    "this month": lambda day: day.replace(day=1),
    "this quarter": lambda day: day.replace(month=day.month - (day.month - 1) % 3, day=1),
    "this year": lambda day: day.replace(month=1, day=1),
}


def days_of(period: Period, known_to: date) -> Days:
    """The days of a period, none after `known_to`, the last day whose usage is complete."""
    this = Month.of(known_to)
    over = known_to == this.last
    if period.kind == "last N days":
        return Days(known_to - timedelta(days=period.number - 1), known_to)
    if period.kind in _BEGINNINGS:
        return Days(_BEGINNINGS[period.kind](known_to), known_to)
    if period.kind == "last quarter":
        begin = Month.of(known_to + timedelta(days=1))
        begin = begin.shift(-3 - (begin.number - 1) % 3)
        return Days(begin.first, begin.shift(2).last)
    if period.span is not None:
        return Days(period.span.first, max(period.span.first, min(period.span.last, known_to)))
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
