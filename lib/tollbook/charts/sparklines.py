"""A table of sparklines: a row a destination, channel or campaign, with its line, its count and its change."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tollbook.charts import findings_month
from tollbook.charts.names import country_name, from_right, say, shortened, word
from tollbook.charts.rows import across, end_side, start_side
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import ACCENT, ALERT, GRID, INK, QUIET, empty_note, house_style, titled
from tollbook.charts.words import count, signed

LINE, NUMBER, CHANGE = 0.36, 0.84, 1.0  # where the columns stand, as parts of the width; numbers end there
WIDTH = 0.34
MOST = 10


@house_style()
def sparkline_table(
    days: pd.DataFrame,
    before: pd.DataFrame,
    name: Callable[[str], str] = country_name,
    *,
    locale: str = "en",
    sheet: Sheet = PAGE,
) -> Figure:
    """At most ten rows, most messages first; each line is on a scale of its own, its last day has a dot.

    Args:
        days: `usage.summary.by_day` by country, channel or campaign.
        before: the same of the period before.
        name: from a column's key to what is written.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    now, then = days.sum(), before.sum()
    names = [str(key) for key in now.sort_values(ascending=False, kind="stable").index if now[key]][:MOST]
    moved = (now[names] - then.reindex(names, fill_value=0)).abs() if names else now
    mover = name(str(moved.idxmax())) if names else ""
    finding, height = findings_month.sparklines(now[names], then, mover, locale), 1.55 + 0.36 * max(len(names), 2)
    fig = titled(height, finding, say("movers_drawn"), sheet=sheet)
    ax = fig.subplots()
    if not names:
        empty_note(ax)
        return fig
    ax.set(xlim=(0, 1), ylim=(len(names) - 0.4, -1.1), xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    for text, x in ((word("this period"), NUMBER), (word("Change"), CHANGE)):
        ax.text(across(x), -0.75, text, ha=end_side(), va="center", color=QUIET)
    for row, key in enumerate(names):
        ax.axhline(row + 0.5, color=GRID, linewidth=0.8)
        ax.text(across(0), row, shortened(name(key), 30), ha=start_side(), va="center", color=INK)
        _line(ax, days[key].to_numpy(dtype=float), row)
        ax.text(across(NUMBER), row, count(now[key], locale), ha=end_side(), va="center", color=INK)
        _change(ax, int(now[key]), int(then.get(key, 0)), row, locale)
    return fig


def _line(ax: Axes, values: np.ndarray, row: int) -> None:
    high = max(float(values.max()), 1.0)
    start = 1 - LINE - WIDTH if from_right() else LINE  # the columns change sides, time does not
    x = start + WIDTH * (np.linspace(0, 1, len(values)) if len(values) > 1 else np.ones(1))
    y = row + 0.36 - 0.72 * values / high
    ax.fill_between(x, y, row + 0.36, color=ACCENT, alpha=0.12, linewidth=0)
    ax.plot(x, y, color=ACCENT, linewidth=1.2)
    ax.plot(x[-1], y[-1], "o", color=ACCENT, markersize=3.5)


def _change(ax: Axes, now: int, before: int, row: int, locale: str) -> None:
    """The relative change; `new` where there was none before."""
    if not before:
        ax.text(across(CHANGE), row, word("new"), ha=end_side(), va="center", color=QUIET)
        return
    part = now / before - 1
    colour = QUIET if abs(part) < 0.05 else ACCENT if part > 0 else ALERT
    ax.text(across(CHANGE), row, signed(part, locale), ha=end_side(), va="center", color=colour)
