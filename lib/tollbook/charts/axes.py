"""What pictures by day or amount share: axes whose numbers are written as on the invoice, days, weekends.

Numbers follow the client's locale, months and days the language spoken.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from babel.dates import format_skeleton
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator

from tollbook.charts.names import spoken
from tollbook.charts.style import INK, WEEKEND
from tollbook.charts.words import day_text, short_count, short_money
from tollbook.money import format_count, format_share, known_locale
from tollbook.period import Month, days_between

LONGEST_DAILY = 95  # days: up to here pictures and ticks go by day, beyond it by month


def count_axis(axis: Axis, locale: str = "en", *, ticks: int = 5) -> None:
    """Whole numbers with the locale's separators; never a half message."""
    axis.set_major_locator(MaxNLocator(ticks, integer=True, steps=[1, 2, 2.5, 5, 10]))

    def text(value: float, _place: object) -> str:
        crowded = max(axis.get_view_interval()) >= 1_000_000
        return short_count(value, locale) if crowded else format_count(value, locale)

    axis.set_major_formatter(FuncFormatter(text))


def money_axis(axis: Axis, currency: str, locale: str = "en", *, ticks: int = 5) -> None:
    """Amounts with the currency's sign; the decimals of the minor unit only where the ticks need them."""
    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: short_money(value, currency, locale)))


def percent_axis(axis: Axis, locale: str = "en", *, digits: int = 0, ticks: int = 5) -> None:
    """Fractions as per cent: 0.25 -> `25%`; ticks only where `digits` decimals tell them apart."""
    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: format_share(value, locale, digits)))


def day_axis(ax: Axes, first: date, last: date, locale: str = "en") -> None:
    """Ticks for the days `first` to `last`: every day, every week, every month or every year, as they fit."""
    ticks, labels = day_ticks(first, last, locale)
    spare = max(7 - (last - first).days, 1) / 2  # a single day is no wider than a day of a week
    ax.set_xlim(day_number(first) - spare, day_number(last) + spare)
    ax.set_xticks([day_number(day) for day in ticks], labels)


def shade_weekends(ax: Axes, first: date, last: date, locale: str = "en") -> None:
    """A light band behind each day of the weekend as the client's country keeps it (CLDR)."""
    known = known_locale(locale)
    for day in days_between(first, last):
        if (day.weekday() - known.weekend_start) % 7 <= (known.weekend_end - known.weekend_start) % 7:
            ax.axvspan(day_number(day) - 0.5, day_number(day) + 0.5, color=WEEKEND, linewidth=0, zorder=0)


def ghost_line(ax: Axes, before: pd.Series, first: date, last: date) -> None:
    """The period before as a grey line of steps, moved by whole weeks: each day lies under the same weekday."""
    shift = 7 * round(len(before) / 7) or (first - pd.Timestamp(before.index[0]).date()).days
    moved = before.set_axis(pd.DatetimeIndex(before.index) + pd.Timedelta(days=shift))
    moved = moved[(moved.index >= pd.Timestamp(first)) & (moved.index <= pd.Timestamp(last))]
    if len(moved):
        edges = day_number(moved.index[0].date()) - 0.5 + np.arange(len(moved) + 1)
        ax.stairs(moved.to_numpy(), edges, color=INK, alpha=0.5, linewidth=1.1, baseline=None)


def day_number(day: date) -> float:
    """Where a day stands on a day axis: days since 1970-01-01."""
    return float((day - date(1970, 1, 1)).days)


def day_ticks(first: date, last: date, locale: str = "en") -> tuple[list[date], list[str]]:
    """At most fourteen days to label from `first` to `last`, and their labels; a year stands under its first tick."""
    span = (last - first).days + 1
    if span <= LONGEST_DAILY:
        step = 1 if span <= 10 else 7
        ticks = [first + timedelta(days=n) for n in range(0, span, step)]
        return ticks, [day_text(day, locale) for day in ticks]
    months = _firsts(first, last)
    if len(months) <= 36:
        ticks = months[:: -(-len(months) // 14)]
        return ticks, [_month_text(day, day == ticks[0] or day.month == 1) for day in ticks]
    years = [day for day in months if day.month == 1]
    ticks = years[:: -(-len(years) // 12)]
    return ticks, [str(day.year) for day in ticks]


def _firsts(first: date, last: date) -> list[date]:
    month, days = Month.of(first), []
    while month.first <= last:
        days.append(max(month.first, first))
        month = month.shift(1)
    return days


def _month_text(day: date, with_year: bool) -> str:  # noqa: FBT001 - private, called once
    name = format_skeleton("MMM", day, locale=spoken())
    return f"{name}\n{day.year}" if with_year else name
