"""The anomaly strip: each day against what its weekday usually brings; the days that stand out are named."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tollbook.charts import findings_month
from tollbook.charts.axes import count_axis, day_axis, day_number
from tollbook.charts.names import say, word
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import ALERT, FAINT, INK, PAPER, QUIET, empty_note, house_style, titled
from tollbook.charts.words import day_text

BAND = "#E3EAF0"
MOST_NAMED = 4


@house_style()
def anomaly_strip(table: pd.DataFrame, *, locale: str = "en", sheet: Sheet = PAGE) -> Figure:
    """A dot a day over the band in which its weekday usually lies; a ring and a date where a day leaves it.

    Args:
        table: `forecasting.Watched.days`.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    fig = titled(3.2, findings_month.unusual(table, locale), say("unusual_drawn"), sheet=sheet)
    ax = fig.subplots()
    if not table["messages"].sum() and not table["unusual"].any():
        empty_note(ax)
        return fig
    days = pd.DatetimeIndex(table.index).date
    place = np.array([day_number(day) for day in days])
    ax.fill_between(place, table["low"], table["high"], step="mid", color=BAND, linewidth=0)
    ax.plot(place, table["expected"], color=FAINT, linewidth=1.2, drawstyle="steps-mid")
    ax.plot(place, table["messages"], "o", color=INK, markersize=4)
    day_axis(ax, days[0], days[-1], locale)
    count_axis(ax.yaxis, locale, ticks=4)
    ceiling = max(float(table["messages"].max()), float(table["high"].fillna(0).quantile(0.9)), 1.0)
    ax.set_ylim(-0.05 * ceiling, ceiling * 1.22)
    _name_unusual(ax, table, place, locale)
    return fig


def _name_unusual(ax: Axes, table: pd.DataFrame, place: np.ndarray, locale: str) -> None:
    odd = np.flatnonzero(table["unusual"].to_numpy())
    values, expected = table["messages"].to_numpy(), table["expected"].to_numpy()
    ax.plot(place[odd], values[odd], "o", color=PAPER, markeredgecolor=ALERT, markeredgewidth=2, markersize=8)
    named: list[int] = []
    for at in sorted(odd, key=lambda one: -abs(values[one] - expected[one])):
        if len(named) < MOST_NAMED and all(abs(place[at] - place[other]) >= 0.11 * len(place) for other in named):
            named.append(int(at))
            label = day_text(pd.Timestamp(table.index[int(at)]).date(), locale)
            ax.annotate(
                label, (place[at], values[at]), (0, 8), textcoords="offset points", ha="center", color=ALERT,
                weight="bold", annotation_clip=False,
            )  # fmt: skip
    if table["expected"].notna().any():
        known = int(np.flatnonzero(table["expected"].notna())[-1])
        ax.annotate(
            word("expected"), (place[known] + 0.5, expected[known]), (8, 0), textcoords="offset points", va="center",
            color=QUIET, annotation_clip=False,
        )  # fmt: skip
