"""The forecast chart: what was, what is expected, how sure, with the holidays named."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tollbook.charts.axes import count_axis, day_axis, day_number
from tollbook.charts.names import say, spoken, word
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import (
    ACCENT,
    FAINT,
    GRID,
    INK,
    QUIET,
    TEXT_SIZE,
    Mark,
    empty_note,
    end_labels,
    figure,
    headline,
    house_style,
    isolate,
)
from tollbook.charts.words import long_date
from tollbook.forecasting import Forecast, holiday_names
from tollbook.period import Month

PAST_DAYS = 90
# Names of holidays stand in up to this many rows above the picture; the rest keep their line only.
BESIDE = 1.6  # inches for margins, numbers and names at both sides of the axes, at most
HOLIDAY_ROWS = 3
JOINED_DAYS = 3
SIZED = re.compile(r"(new prices|unexpected|new level|silent)((?: [+-]\d+%)?)")
BAND_95, BAND_80 = "#DCEBE9", "#A9D0CB"


@house_style()
def forecast_chart(  # noqa: PLR0913 - keyword-only words of one picture
    history: pd.Series,
    forecast: Forecast,
    *,
    title: str,
    subtitle: str = "",
    locale: str = "en",
    actual: pd.Series | None = None,
    named: Mapping[date, str] | None = None,
    sheet: Sheet = PAGE,
) -> Figure:
    """The last 90 known days and the forecast after them, in one line.

    Args:
        history: daily counts up to the day before the forecast; NaN leaves a gap in the line.
        forecast: what comes after.
        title: the finding.
        subtitle: what is drawn; by default the unit, the last known day and the meaning of the bands.
        locale: of the numbers on the axis.
        actual: what came on the days that were forecast, for a forecast made earlier.
        named: other days to name beside the holidays: campaigns, price changes, surprises.
        sheet: what it is drawn for.
    """
    fig = figure(9.0, 4.4, sheet)
    ax = fig.subplots()
    past = history.iloc[-PAST_DAYS:]
    known_to = forecast.first - timedelta(days=1)
    headline(
        fig, title, subtitle or say("forecast_drawn", day=long_date(known_to)), source=_source(forecast), sheet=sheet
    )
    first = pd.Timestamp(past.index[0]).date() if len(past) else known_to
    day_axis(ax, first, forecast.last, locale)
    count_axis(ax.yaxis, locale)
    _draw(ax, past, forecast)
    if actual is not None:
        ax.plot(_numbers(actual.index), actual, color=INK, linewidth=1.4)
        ax.set_ylim(0, max(ax.get_ylim()[1], 1.06 * float(actual.max())))
    _month_lines(ax, first, forecast.last)
    inside = {day: _in_words(name) for day, name in (named or {}).items() if first <= day <= forecast.last}
    holidays = holiday_names(forecast.country, first, forecast.last, language=spoken())
    if past.sum() or forecast.mean.sum():
        end_labels(ax, _marks(forecast, actual))
    else:
        empty_note(ax, say("forecast_none"))
    _name_holidays(ax, dict(sorted((holidays | inside).items())))
    return fig


def _source(forecast: Forecast) -> str:
    made = ", ".join(f"{name} {release}" for name, release in forecast.versions)
    freaks = ", ".join(long_date(day) for day in forecast.set_aside)
    method = say("forecast_method", method=word(forecast.method))
    parts = [method, isolate(made), say("forecast_freaks", days=freaks) if freaks else ""]
    return "; ".join(part for part in parts if part)


def _draw(ax: Axes, past: pd.Series, forecast: Forecast) -> None:
    days, levels = _numbers(forecast.mean.index), forecast.quantiles
    ax.fill_between(days, levels[0.025], levels[0.975], color=BAND_95, linewidth=0)
    ax.fill_between(days, levels[0.1], levels[0.9], color=BAND_80, linewidth=0)
    known = past.dropna()
    joined = [float(known.iloc[-1])] if len(known) and known.index[-1] == past.index[-1] else []
    ax.plot([*[days[0] - 1] * len(joined), *days], [*joined, *forecast.mean], color=ACCENT)
    ax.plot(_numbers(past.index), past, color=INK, linewidth=1.4)
    shown = [past.max(), levels[0.9].max(), levels[0.975].quantile(0.9)]
    ax.set_ylim(0, max(1.0, 1.06 * float(np.nanmax(shown))))


def _numbers(days: pd.Index) -> list[float]:
    return [day_number(pd.Timestamp(day).date()) for day in days]


def _marks(forecast: Forecast, actual: pd.Series | None) -> list[Mark]:
    last = forecast.quantiles.iloc[-1]
    marks = [
        Mark("95%", float(last[0.975]), QUIET),
        Mark("80%", float(last[0.9]), QUIET),
        Mark(word("expected"), float(forecast.mean.iloc[-1]), ACCENT, bold=True),
    ]
    if actual is None or not actual.count():
        return marks
    return [*marks, Mark(word("came"), float(actual.dropna().iloc[-1]), INK, bold=True)]


def _month_lines(ax: Axes, first: date, last: date) -> None:
    month = Month.of(first).shift(1)
    while month.first <= last:
        ax.axvline(day_number(month.first) - 0.5, color=GRID, linewidth=0.9, zorder=0)
        month = month.shift(1)


def _name_holidays(ax: Axes, names: dict[date, str]) -> None:
    """A dotted line per holiday, its name above the picture in the first row where it does not touch another."""
    ends = [float("-inf")] * HOLIDAY_ROWS
    fig = ax.get_figure(root=True)
    assert fig is not None  # noqa: S101 - axes of a figure
    # Laying the figure out would tell exactly, and cost as much as drawing it.
    width_in_days = (ax.get_xlim()[1] - ax.get_xlim()[0]) / ((fig.get_figwidth() - BESIDE) * 72)
    for day in names:
        ax.axvline(day_number(day), color=FAINT, linewidth=0.8, linestyle=(0, (1, 2)), zorder=0.5)
    for day, name in _joined(names):
        at = day_number(day)
        reach = len(name) * (TEXT_SIZE - 1.5) * 0.56 * width_in_days / 2
        row = next((row for row, end in enumerate(ends) if at - reach > end), None)
        if row is None:
            continue
        ends[row] = at + reach
        ax.annotate(
            isolate(name), xy=(at, 1), xycoords=("data", "axes fraction"), xytext=(0, 3 + 11 * row),
            textcoords="offset points", ha="center", va="bottom", size=TEXT_SIZE - 1.5, color=QUIET,
            annotation_clip=False,
        )  # fmt: skip


def _in_words(name: str) -> str:
    """A day's name (`named_days`) in the language spoken; a campaign keeps its own."""
    found = SIZED.fullmatch(name)
    return f"{word(found[1])}{found[2]}" if found else name


def _joined(names: dict[date, str]) -> list[tuple[date, str]]:
    """Holidays in order; those within three days share the first one's place: `Christmas Day, Boxing Day`.

    A day given in lieu of a holiday at a weekend adds no name.
    """
    found: list[tuple[date, date, list[str]]] = []
    for day, name in names.items():
        short = name.removesuffix(" (observed)")
        if found and (day - found[-1][1]).days <= JOINED_DAYS:
            start, _, before = found.pop()
            found.append((start, day, before if short in before else [*before, short]))
        else:
            found.append((day, day, [short]))
    return [(start, ", ".join(texts)) for start, _, texts in found]
