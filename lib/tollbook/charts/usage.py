"""Usage over time: a day or a month a bar, and a month's running count against the month before."""

from datetime import date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tollbook.charts import findings
from tollbook.charts.axes import LONGEST_DAILY, count_axis, day_axis, day_number, ghost_line, shade_weekends
from tollbook.charts.groups import colours
from tollbook.charts.names import month_name, say, value_name, word
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import (
    ACCENT,
    FAINT,
    PAPER,
    QUIET,
    Mark,
    empty_note,
    end_labels,
    house_style,
    titled,
)
from tollbook.charts.words import count, period, share

LONGEST_NAME = 22  # letters of a campaign beside its bars
MID_MONTH = 14  # days from the first of a month to where its bar stands


@house_style()
def usage_over_time(
    days: pd.DataFrame,
    before: pd.DataFrame | None = None,
    *,
    by: str = "channel",
    measure: str = "messages",
    locale: str = "en",
    sheet: Sheet = PAGE,
) -> Figure:
    """Stacked bars, one a day (one a month over more than 95 days); the period before as a grey line.

    Args:
        days: `usage.summary.by_day` of the period, a column a channel (country, status, campaign).
        before: the same of the period before, laid under the same weekdays; None for no comparison.
        by: what the columns are: one of `names.NAMED`, as in `by_day`.
        measure: messages or segments, as in `by_day`.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    finding = findings.usage(days, before, by=by, measure=measure, locale=locale)
    fig = titled(4.2, finding, _subtitle(days, before, measure), sheet=sheet)
    ax = fig.subplots()
    if not days.to_numpy().sum():
        empty_note(ax)
        return fig
    daily = len(days) <= LONGEST_DAILY
    first, last = _ends(days)
    stacked(ax, days if daily else _monthly(days), by, width=0.82 if daily else 24)
    if daily and before is not None:
        ghost_line(ax, before.sum(axis="columns"), first, last)
    day_axis(ax, first, last, locale)
    if daily:
        shade_weekends(ax, first, last, locale)
    else:
        ax.set_xticks(ax.get_xticks() + MID_MONTH, [label.get_text() for label in ax.get_xticklabels()])
    count_axis(ax.yaxis, locale)
    ax.set_ylim(0)
    name_stack(ax, days if daily else _monthly(days), by, locale)
    return fig


@house_style()
def month_pace(
    now: pd.Series, before: pd.Series, *, measure: str = "messages", locale: str = "en", sheet: Sheet = PAGE
) -> Figure:
    """The running count of a month in bold, the month before in grey, from day 1 on.

    Args:
        now: `usage.summary.running` of the month, up to the last day known.
        before: the same of the whole month before.
        measure: messages or segments, as in `running`.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    finding = findings.pace(now, before, measure=measure, locale=locale)
    fig = titled(3.8, finding, say(f"pace_drawn_{measure}"), sheet=sheet)
    ax = fig.subplots()
    if not len(now) or not max(now.iloc[-1], before.iloc[-1] if len(before) else 0):
        empty_note(ax)
        return fig
    marks = []
    for series, colour, width in ((before, FAINT, 2.0), (now, ACCENT, 2.8)):
        if len(series):
            place = np.arange(1, len(series) + 1)
            ax.plot(place, series.to_numpy(), color=colour, linewidth=width)
            name = f"{month_name(pd.Timestamp(series.index[-1]))}  {count(series.iloc[-1], locale)}"
            marks.append(Mark(name, float(series.iloc[-1]), QUIET if colour == FAINT else colour, colour == ACCENT))
    ax.plot(len(now), now.iloc[-1], "o", color=ACCENT, markeredgecolor=PAPER, markersize=8, clip_on=False)
    longest = max(len(now), len(before))
    step = 5 if longest <= 31 else -(-longest // 8)
    ax.set(xlim=(0.5, longest + 0.5), xlabel=word("Day of the month"), ylabel="")
    ax.set_xticks([1, *range(step, longest + 1, step)])
    count_axis(ax.yaxis, locale)
    ax.set_ylim(0)
    end_labels(ax, marks)
    return fig


def _subtitle(days: pd.DataFrame, before: pd.DataFrame | None, measure: str) -> str:
    text = say(f"{measure}_drawn_{'day' if len(days) <= LONGEST_DAILY else 'month'}")
    if before is None or not before.to_numpy().sum() or len(days) > LONGEST_DAILY:
        return text
    return say("usage_drawn_before", text=text, period=period(*_ends(before)))


def _ends(days: pd.DataFrame) -> tuple[date, date]:
    first, last = pd.DatetimeIndex(days.index[[0, -1]]).date
    return first, last


def _monthly(days: pd.DataFrame) -> pd.DataFrame:
    """Sums by month; a bar stands on the middle of its month."""
    months = pd.DatetimeIndex(days.index).to_period("M").to_timestamp()
    return days.groupby(months + pd.Timedelta(days=MID_MONTH)).sum()


def stacked(ax: Axes, days: pd.DataFrame, by: str, *, width: float) -> None:
    """A bar a row of `days`, its columns on each other in the colours of `by`."""
    place = [day_number(day) for day in pd.DatetimeIndex(days.index).date]
    floor = np.zeros(len(days))
    for value, colour in colours(days, by).items():
        height = days[value].to_numpy()
        ax.bar(place, height, width, bottom=floor, color=colour, linewidth=0.4, label=value_name(by, value))
        floor = floor + height


def name_stack(ax: Axes, days: pd.DataFrame, by: str, locale: str) -> None:
    """Beside the last bar: each value at its place in the stack, with its share of the whole period."""
    drawn, whole = colours(days, by), float(days.to_numpy().sum())
    last = np.array([float(days[value].iloc[-1]) for value in drawn])
    middles = np.cumsum(last) - last / 2
    marks = []
    for (value, colour), y in zip(drawn.items(), middles, strict=True):
        name = value_name(by, value if len(value) <= LONGEST_NAME else f"{value[:LONGEST_NAME]}\N{HORIZONTAL ELLIPSIS}")
        text = f"{name} {share(days[value].sum() / whole, locale)}" if len(drawn) > 1 else name
        marks.append(Mark(text, float(y), colour))
    end_labels(ax, marks)
