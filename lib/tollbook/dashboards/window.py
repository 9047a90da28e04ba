"""The days a page shows, and the days it compares them with."""

from dataclasses import dataclass
from datetime import date, timedelta

from tollbook.period import Month

ROLLING = {"7d": 7, "30d": 30, "90d": 90}
DEFAULT = "30d"
MONTHS_OFFERED = 14


@dataclass(frozen=True, slots=True)
class Window:
    """Two spans of local days, all four ends included, and how people call them."""

    first: date
    last: date
    before_first: date
    before_last: date
    label: str
    before_label: str

    @property
    def days(self) -> int:
        """Length of the span in days."""
        return (self.last - self.first).days + 1


def months_offered(today: date) -> tuple[str, ...]:
    """The months a reader can choose, newest first: the current one and those before it."""
    return tuple(str(Month.of(today).shift(-n)) for n in range(MONTHS_OFFERED))


def window(period: str, *, latest: date, today: date) -> Window:
    """The window of a period that was checked before: `7d`, `30d`, `90d` or a month `YYYY-MM`.

    Args:
        period: one of `ROLLING` or a month that has begun.
        latest: the last day with usage; rolling windows end there, so that a page is never empty for want of
            yesterday's file.
        today: the client's local date; a month that is not over ends today and is compared with as many days of
            the month before.
    """
    if period in ROLLING:
        return _rolling(ROLLING[period], latest)
    month = Month.parse(period)
    before = month.shift(-1)
    last, before_last = month.last, before.last
    if today < month.last:
        last = today
        before_last = min(before.last, before.first + (today - month.first))
    compared = before.label() if before_last == before.last else f"the same days of {before.label()}"
    return Window(month.first, last, before.first, before_last, month.label(), compared)


def _rolling(days: int, last: date) -> Window:
    first = last - timedelta(days=days - 1)
    return Window(
        first=first,
        last=last,
        before_first=first - timedelta(days=days),
        before_last=first - timedelta(days=1),
        label=f"{days} days",
        before_label=f"the {days} days before",
    )
