"""What a day is, as numbers a regression can weigh: weekday, season, holidays and their neighbours, place in the month.

Every column has a penalty: how much evidence it takes to move it from 0. The penalties were chosen on months 5 to 10
before the end of the public series of `tollbook bench forecast`; it reports months 1 to 4.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from tollbook.forecasting.holidays import holiday_names
from tollbook.forecasting.month_edges import EDGES, edge_flags

Floats = npt.NDArray[np.float64]

YEAR = 365.25
# A season, and the days about New Year, are learned when at least this many days have been seen.
SEASON_FROM = 420
_SEASON, _SEASON_OF_WEEKDAYS, _MONTH = 12, 2, 4
_FREE, _WEEKDAY, _HOLIDAY, _HOLIDAY_NAME, _NEIGHBOUR, _EDGE = 1e-6, 1.0, 0.1, 0.03, 0.1, 0.1
_SEASON_PENALTY, _WEEKDAY_SEASON_PENALTY, _MONTH_PENALTY = 0.5, 10.0, 3.0
_TURN_OF_YEAR = [(12, day) for day in range(23, 32)] + [(1, day) for day in range(1, 4)]


@dataclass(frozen=True, slots=True)
class Terms:
    """Columns for consecutive days.

    Attributes:
        columns: shape (days, terms).
        penalties: one per term.
        seasonal: which terms need `SEASON_FROM` days of history.
        common: which terms clients of a country can have in common: not their weekdays, nor their pay days.
    """

    columns: Floats
    penalties: Floats
    seasonal: npt.NDArray[np.bool_]
    common: npt.NDArray[np.bool_]


def calendar_terms(days: pd.DatetimeIndex, country: str | None, edges: tuple[str, ...] = ()) -> Terms:
    """The calendar of `days`.

    Args:
        days: consecutive local days, the coming ones included.
        country: ISO 3166 alpha-2, for public holidays.
        edges: which of `month_edges.EDGES` the client has.
    """
    weekdays = (days.day_of_week.to_numpy()[:, None] == np.arange(7)).astype(float)
    year = waves(days.day_of_year.to_numpy() / YEAR, _SEASON)
    month = waves((days.day - 1).to_numpy() / days.days_in_month.to_numpy(), _MONTH)
    of_weekdays = [
        weekdays * wave[:, None] for wave in waves(days.day_of_year.to_numpy() / YEAR, _SEASON_OF_WEEKDAYS).T
    ]
    turn = [(days.month == month) & (days.day == day) for month, day in _TURN_OF_YEAR]
    edge = [edge_flags(days, name) for name in EDGES if name in edges]
    own: list[tuple[Floats, npt.ArrayLike, bool]] = [
        (np.ones((len(days), 1)), _FREE, False),
        (weekdays, _WEEKDAY, False),
        (_columns(edge, len(days)), _EDGE, False),
    ]
    common: list[tuple[Floats, npt.ArrayLike, bool]] = [
        (year, _SEASON_PENALTY * np.tile(np.arange(1.0, _SEASON + 1), 2), True),
        (np.hstack(of_weekdays), _WEEKDAY_SEASON_PENALTY, True),
        (month, _MONTH_PENALTY * np.tile(np.arange(1.0, _MONTH + 1), 2), False),
        (_columns(turn, len(days)), _HOLIDAY, True),
        *((_columns(flags, len(days)), penalty, False) for flags, penalty in _holidays(days, country)),
    ]
    groups = [*own, *common]
    widths = [columns.shape[1] for columns, _, _ in groups]
    penalties = [np.broadcast_to(penalty, width) for (_, penalty, _), width in zip(groups, widths, strict=True)]
    return Terms(
        np.hstack([columns for columns, _, _ in groups]),
        np.concatenate(penalties),
        np.repeat([seasonal for _, _, seasonal in groups], widths),
        np.arange(sum(widths)) >= sum(widths[: len(own)]),
    )


def waves(turns: Floats, order: int) -> Floats:
    """Sines, then cosines, of 1 to `order` times `turns`: shape (days, 2 x order)."""
    angles = 2 * np.pi * np.outer(turns, np.arange(1, order + 1))
    return np.hstack([np.sin(angles), np.cos(angles)])


def _holidays(days: pd.DatetimeIndex, country: str | None) -> list[tuple[list[npt.NDArray[np.bool_]], float]]:
    """Flags of holidays and of the days beside them: what they share, and what each has of its own."""
    around = pd.date_range(days[0] - timedelta(days=1), days[-1] + timedelta(days=1), freq="D")
    names = holiday_names(country, around[0].date(), around[-1].date())
    if not names:
        return []
    found = np.array(
        [names.get(day, "").removesuffix(" (observed)").removesuffix(" (substitute day)") for day in around.date]
    )
    after, on, eve = found[:-2], found[1:-1], found[2:]
    free = on == ""
    eve, after = np.where(free, eve, ""), np.where(free, after, "")
    named = [(on == name) for name in sorted(set(on) - {""})]
    beside = [near == name for near in (eve, after) for name in sorted(set(near) - {""})]
    return [
        ([~free], _HOLIDAY),
        (named, _HOLIDAY_NAME),
        ([eve != "", after != "", *beside], _NEIGHBOUR),
    ]


def _columns(flags: list[npt.NDArray[np.bool_]], days: int) -> Floats:
    return np.stack(flags, axis=1).astype(float) if flags else np.zeros((days, 0))
