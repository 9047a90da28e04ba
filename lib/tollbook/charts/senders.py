"""Senders by cohort: what the senders first used in a month carry in the months after."""

import numpy as np
import pandas as pd
from babel.dates import format_skeleton
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tollbook.charts import findings_month
from tollbook.charts.hours import RAMP, heat_map
from tollbook.charts.names import say, spoken, word
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import INK, QUIET, empty_note, house_style, text_on, titled
from tollbook.charts.words import short_count
from tollbook.period import Month

LONG = 6  # signs: a count longer than that goes without decimals


@house_style()
def sender_cohorts(table: pd.DataFrame, *, locale: str = "en", sheet: Sheet = PAGE) -> Figure:
    """A row for each month in which senders were first used, a column a month, messages in the cells.

    Args:
        table: `usage.senders.cohorts`.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    finding, height = findings_month.senders(table, locale), 1.6 + 0.42 * max(len(table), 2)
    fig = titled(height, finding, say("senders_drawn"), sheet=sheet)
    ax = fig.subplots()
    counts = table.iloc[:, 1:]
    if not len(table) or not counts.to_numpy().sum():
        empty_note(ax, say("senders_none"))
        return fig
    shown = counts.where(counts > 0)
    heat_map(ax, shown, cbar=False)
    _write_cells(ax, counts, 0.8 * fig.get_size_inches()[0] / counts.shape[1], locale)
    ax.set(xlabel="", ylabel="")
    months = [Month.parse(str(name)) for name in counts.columns]
    ax.set_xticks([n + 0.5 for n in range(len(months))], [_short(month) for month in months], rotation=0, color=QUIET)
    rows = [
        f"{_short(Month.parse(str(first)))} {first[:4]}  ({number})"
        for first, number in zip(table.index, table["senders"], strict=True)
    ]
    ax.set_yticks([n + 0.5 for n in range(len(rows))], rows, rotation=0, color=INK)
    ax.set_title(f"{word('first used')} ({word('senders')})", loc="left", color=QUIET, size=9, pad=4)
    return fig


def _write_cells(ax: Axes, counts: pd.DataFrame, room: float, locale: str) -> None:
    """The counts in their cells, in the largest size up to 8 points at which the longest fits `room` inches."""
    top = float(counts.to_numpy().max())
    texts, longest = _written(counts, locale, digits=1)
    if longest > LONG:
        texts, longest = _written(counts, locale, digits=0)
    size = min(8.0, 72 * room / (0.62 * longest))
    for (row, column), value in np.ndenumerate(counts.to_numpy()):
        if value:
            text, colour = str(texts.iloc[row, column]), text_on(RAMP(value / top))
            ax.text(column + 0.5, row + 0.5, text, ha="center", va="center", color=colour, size=size)


def _written(counts: pd.DataFrame, locale: str, *, digits: int) -> tuple[pd.DataFrame, int]:
    texts = counts.map(lambda value: short_count(value, locale, digits=digits) if value else "")
    return texts, max(len(text) for text in texts.to_numpy().ravel())


def _short(month: Month) -> str:
    return str(format_skeleton("MMM", month.first, locale=spoken()))
