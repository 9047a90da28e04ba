"""How many messages to expect on each local day: level, growth, weekday, holidays and bursts."""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tollbook.demo.world import Burst, Stream

LEVEL_DAY = date(2025, 9, 15)  # the day on which `Stream.monthly` holds, before growth
_DAYS_A_MONTH = 365.25 / 12
_DECAY = 0.6


@dataclass(frozen=True, slots=True)
class Wave:
    """Expected messages per day of one stream's base, or of one burst; `campaign` is "" where it has no name."""

    campaign: str
    hours: str
    expected: NDArray[np.float64]


def waves(stream: Stream, days: Sequence[date], country: str) -> list[Wave]:
    """The base of a stream and each of its bursts that touches `days` (consecutive local days)."""
    growth = stream.growth ** (np.array([(day - LEVEL_DAY).days for day in days]) / 365.25)
    level = stream.monthly / _DAYS_A_MONTH / np.mean(stream.week)
    base = level * growth * _weekday_factors(stream, days) * _holiday_factors(stream, days, country)
    found = [Wave("", stream.hours, base)]
    for burst in stream.bursts:
        for name, start in _occurrences(burst, days):
            expected = _burst_shape(burst, days, start) * growth
            if expected.any():
                found.append(Wave(name if burst.campaign else "", burst.hours, expected))
    return found


def _weekday_factors(stream: Stream, days: Sequence[date]) -> NDArray[np.float64]:
    return np.array([stream.week[day.weekday()] for day in days])


def _holiday_factors(stream: Stream, days: Sequence[date], country: str) -> NDArray[np.float64]:
    import holidays

    public = holidays.country_holidays(country, years=range(days[0].year, days[-1].year + 1))
    return np.array([stream.holiday if day in public else 1.0 for day in days])


def _occurrences(burst: Burst, days: Sequence[date]) -> Iterator[tuple[str, date]]:
    """Name and first day of a burst, in every year (or month) that `days` touch, and in the one before."""
    for year in range(days[0].year - 1, days[-1].year + 1):
        if burst.when == "black-friday":
            yield f"{burst.name}-{year}", black_friday(year)
        elif burst.when.startswith("*-"):
            for month in range(1, 13):
                yield f"{burst.name}-{year}-{month:02d}", date(year, month, int(burst.when[2:]))
        else:
            yield f"{burst.name}-{year}", date.fromisoformat(f"{year}-{burst.when}")


def black_friday(year: int) -> date:
    """The day after the fourth Thursday of November."""
    thursdays = [week[calendar.THURSDAY] for week in calendar.monthcalendar(year, 11) if week[calendar.THURSDAY]]
    return date(year, 11, thursdays[3] + 1)


def _burst_shape(burst: Burst, days: Sequence[date], start: date) -> NDArray[np.float64]:
    shares = _DECAY ** np.arange(burst.days)
    shares *= burst.messages / shares.sum()
    placed = np.zeros(len(days))
    for offset, messages in enumerate(shares):
        index = (start - days[0]).days + offset
        if 0 <= index < len(days):
            placed[index] = messages
    return placed
