"""When messages go out: weekday by hour of the client's own clock."""

from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure

from tollbook.charts import findings
from tollbook.charts.names import say, weekday_name
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import FAINT, INK, PAPER, QUIET, empty_note, house_style, titled
from tollbook.charts.words import count
from tollbook.money import known_locale

# One hue from paper to ink, lightness falling all the way: it reads the same in grey.
RAMP = sns.blend_palette(["#F4F7F6", "#B9D8D3", "#4E9F97", "#0F766E", "#0B3B45"], as_cmap=True)


@house_style()
def busy_hours(table: pd.DataFrame, *, locale: str = "en", sheet: Sheet = PAGE) -> Figure:
    """A heat map of weekday by hour; the week begins on the day it begins where the client is.

    Args:
        table: `usage.summary.by_hour`.
        locale: of the numbers, and of the first day of the week.
        sheet: what it is drawn for.
    """
    fig = titled(3.9, findings.hours(table, locale), say("hours_drawn"), sheet=sheet)
    ax = fig.subplots()
    if not table.to_numpy().sum():
        empty_note(ax)
        return fig
    start = known_locale(locale).first_week_day
    order = [(start + n) % 7 for n in range(7)]
    bar = heat_map(
        ax, table.loc[order], cbar_kws={"pad": 0.015, "aspect": 14, "ticks": [0, int(table.to_numpy().max())]}
    )
    if bar is not None:
        bar.outline.set_visible(False)
        bar.ax.set_yticks(bar.get_ticks(), [count(tick, locale) for tick in bar.get_ticks()])
        bar.ax.tick_params(length=0, labelcolor=QUIET)
    ax.set(xlabel="", ylabel="")
    ax.set_xticks(list(range(0, 25, 3)), [f"{hour:02d}:00" for hour in range(0, 25, 3)], rotation=0)
    ax.set_yticks([n + 0.5 for n in range(7)], [weekday_name(day) for day in order], rotation=0, color=INK)
    ax.tick_params(axis="x", length=3, color=FAINT)
    return fig


def heat_map(ax: Axes, table: pd.DataFrame, **options: Any) -> Colorbar | None:
    """Seaborn's, in our colours and without its labels; the colour bar, if there is one.

    Seaborn draws the whole figure on the way, to see whether its labels touch: here on a canvas that draws nothing.
    """
    fig = ax.figure.figure
    FigureCanvasBase(fig)
    sns.heatmap(
        table,
        ax=ax,
        cmap=RAMP,
        vmin=0,
        linewidths=1.2,
        linecolor=PAPER,
        xticklabels=False,
        yticklabels=False,
        **options,
    )
    FigureCanvasAgg(fig)
    return ax.collections[0].colorbar
