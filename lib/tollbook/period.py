"""Calendar months and days in a time zone: the billing period and its bounds in UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import total_ordering
from typing import Self
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from tollbook.errors import TollbookError
from tollbook.money import known_locale


class BadMonth(TollbookError):
    """A text that is not a month."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{text!r} is not a month: write it as YYYY-MM, for example 2026-10")


class FutureMonth(TollbookError):
    """A month that has not begun."""

    def __init__(self, month: "Month", now: datetime) -> None:
        self.month = month
        super().__init__(f"{month} has not begun (it is {now:%Y-%m-%d} UTC): choose a month up to {now:%Y-%m}")


@total_ordering
@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month. Its bounds in UTC depend on the time zone in which it is cut."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `YYYY-MM`.

        Raises:
            BadMonth: the text has another form, or no such month.
        """
        found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text.strip())
        if not found or found[1] == "0000":
            raise BadMonth(text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The month a day (or a moment, by its own date) falls in."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def __lt__(self, other: "Month") -> bool:
        return (self.year, self.number) < (other.year, other.number)

    def shift(self, months: int) -> "Month":
        """This month moved by whole months, forwards or back."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    @property
    def first(self) -> date:
        """First day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Last day."""
        return self.shift(1).first - timedelta(days=1)

    @property
    def days(self) -> list[date]:
        """Every day, in order."""
        return days_between(self.first, self.last)

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """[start, end) in UTC of the month as the clocks of `zone` (an IANA name) show it."""
        return day_start(self.first, zone), day_start(self.shift(1).first, zone)

    def label(self, locale: str = "en") -> str:
        """The month as people write it: `October 2026`."""
        return format_skeleton("yMMMM", self.first, locale=known_locale(locale))


def days_between(first: date, last: date) -> list[date]:
    """Days from `first` to `last`, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def day_start(day: date, zone: str) -> datetime:
    """The UTC moment at which `day` begins in `zone`."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def utc_offsets(start: datetime, end: datetime, zone: str) -> list[tuple[datetime, datetime, timedelta]]:
    """[start, end) cut where the clocks of `zone` change: (from, until, what its clocks are ahead of UTC)."""
    clocks = ZoneInfo(zone)

    def ahead(moment: datetime) -> timedelta:
        offset = moment.astimezone(clocks).utcoffset()
        return timedelta() if offset is None else offset

    found = []
    while start < end:
        before, after = start, min(start + timedelta(days=1), end)
        while after < end and ahead(after) == ahead(start):
            before, after = after, min(after + timedelta(days=1), end)
        if ahead(after) != ahead(start):
            while after - before > timedelta(seconds=1):  # clocks change at whole seconds
                middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
                before, after = (middle, after) if ahead(middle) == ahead(start) else (before, middle)
        found.append((start, after, ahead(start)))
        start = after
    return found


def utc_days(start: datetime, end: datetime) -> list[date]:
    """The UTC days that [start, end) touches: the ledger partitions to read."""
    return days_between(start.astimezone(UTC).date(), (end.astimezone(UTC) - timedelta(microseconds=1)).date())
