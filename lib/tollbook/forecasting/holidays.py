"""Public holidays of a client's country, by name; a country the calendar does not know has none."""

from datetime import date
from functools import lru_cache
from importlib.metadata import version

import numpy as np
import numpy.typing as npt
import pandas as pd

Flags = npt.NDArray[np.bool_]


@lru_cache(maxsize=1024)
def known_country(country: str | None) -> str | None:
    """`country` (ISO 3166 alpha-2) if the holiday calendar has it, else None."""
    from holidays import list_supported_countries

    return country if country in list_supported_countries() else None


def holiday_names(country: str | None, first: date, last: date, *, language: str = "") -> dict[date, str]:
    """Holidays from `first` to `last`, both included, in order; two on one day are joined with `; `.

    Args:
        country: ISO 3166 alpha-2.
        first: the first day.
        last: the last one.
        language: `en`, `he`: of the names where the calendar has it; the country's own otherwise.
    """
    known = known_country(country)
    if known is None:
        return {}
    years = range(first.year, last.year + 1)
    return {day: name for year in years for day, name in _holidays_of(known, year, language) if first <= day <= last}


@lru_cache(maxsize=1024)
def _holidays_of(country: str, year: int, language: str) -> tuple[tuple[date, str], ...]:
    from holidays import country_holidays

    spoken = country_holidays(country).supported_languages if language else ()
    written = next((one for one in spoken if one.split("_")[0] == language), None)
    calendar = country_holidays(country, years=year, language=written)
    return tuple((day, calendar[day]) for day in sorted(calendar) if day.year == year)


def are_holidays(days: pd.DatetimeIndex, country: str | None) -> Flags:
    """Which of `days` are public holidays."""
    names = holiday_names(country, days[0].date(), days[-1].date())
    return np.asarray(days.isin(pd.to_datetime(list(names))), dtype=bool)


def calendar_version() -> str:
    """Release of the holiday calendar: names and dates change with it, so each forecast records it."""
    return version("holidays")
