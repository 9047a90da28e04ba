"""Small multiples: each channel by day on a scale of its own, the period before as a grey line."""

from datetime import date
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tollbook.charts import findings_month
from tollbook.charts.axes import count_axis, day_number, day_ticks, ghost_line
from tollbook.charts.names import channel_name, from_right, say
from tollbook.charts.rows import across, start_side
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import (
    ACCENT,
    ALERT,
    CHANNELS,
    INK,
    QUIET,
    SUBTITLE_SIZE,
    empty_note,
    house_style,
    titled,
)
from tollbook.charts.words import ABOUT_EQUAL, count, signed

ACROSS = 3
MOST = 9


@house_style()
def channel_multiples(
    days: pd.DataFrame, before: pd.DataFrame | None = None, *, locale: str = "en", sheet: Sheet = PAGE
) -> Figure:
    """A small picture per channel, largest first; its count and its change a day stand above it.

    Args:
        days: `usage.summary.by_day` of the period, a column a channel.
        before: the same of the period before, laid under the same weekdays; None for no comparison.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    used = days.sum().sort_values(ascending=False, kind="stable")
    names = [str(name) for name in used.index[used > 0]][:MOST]
    wide = 2 if len(names) == 4 else min(max(len(names), 1), ACROSS)
    rows = -(-max(len(names), 1) // wide)
    finding = findings_month.channels(days, before, locale=locale)
    fig = titled(1.15 + 1.75 * rows, finding, say("channels_drawn"), sheet=sheet)
    if not names:
        empty_note(fig.subplots())
        return fig
    axes = [fig.add_subplot(rows, wide, _cell(place, wide)) for place in range(len(names))]
    moved = findings_month.channel_changes(days, before)
    for ax, name in zip(axes, names, strict=True):
        _panel(ax, days[name], None if before is None else before.get(name), locale)
        _name(ax, name, int(used[name]), moved.get(name), locale)
    return fig


def _cell(place: int, wide: int) -> int:
    """Where a panel stands among `wide` a row, counted from 1 as matplotlib does; the first is read first."""
    row, column = divmod(place, wide)
    return row * wide + (wide - 1 - column if from_right() else column) + 1


def _panel(ax: Axes, days: pd.Series, before: pd.Series | None, locale: str) -> None:
    dates = pd.DatetimeIndex(days.index).date
    place = [day_number(day) for day in dates]
    colour = CHANNELS.get(str(days.name), QUIET)
    ax.bar(place, days, 0.86, color=colour, linewidth=0)
    if before is not None and len(before):
        ghost_line(ax, before, dates[0], dates[-1])
    ax.set_xlim(min(place[0], place[-1] - 7) - 0.6, place[-1] + 0.6)
    count_axis(ax.yaxis, locale, ticks=3)
    ax.set_ylim(0, max(1.0, *ax.get_ylim()))
    _few_days(ax, dates[0], dates[-1], locale)


def _few_days(ax: Axes, first: date, last: date, locale: str) -> None:
    """A label at both ends, as far as they are apart."""
    ticks, labels = day_ticks(first, last, locale)
    shown = list(zip(ticks, labels, strict=True))
    ends = shown[:1] if len(shown) < 3 else [shown[0], shown[-1]]
    ax.set_xticks([day_number(day) for day, _ in ends], [label.split("\n")[0] for _, label in ends])
    if len(ends) > 1:  # inwards, so that they stay clear of the next panel's
        start, end = ax.get_xticklabels()
        start.set_horizontalalignment("left")
        end.set_horizontalalignment("right")


def _name(ax: Axes, name: str, messages: int, moved: float | None, locale: str) -> None:
    """Channel, count and change above a panel, each after the one before, on one line."""
    words = [(channel_name(name), INK, "bold"), (count(messages, locale), QUIET, "normal")]
    if moved is not None and abs(moved) >= ABOUT_EQUAL:
        words.append((signed(moved, locale), ACCENT if moved > 0 else ALERT, "normal"))
    before: Any = "axes fraction"
    for text, colour, weight in words:
        first = before == "axes fraction"
        points = (0 if first else 7) * (-1 if from_right() else 1)
        before = ax.annotate(
            text, (across(0.0 if first else 1.0), 1), (points, 6), xycoords=(before, "axes fraction"),
            textcoords="offset points", color=colour, weight=weight, size=SUBTITLE_SIZE, ha=start_side(),
            annotation_clip=False,
        )  # fmt: skip
