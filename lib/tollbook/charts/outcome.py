"""How messages ended: all of them at the left, and what was not delivered, enlarged, at the right."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tollbook.charts import findings
from tollbook.charts.axes import percent_axis
from tollbook.charts.names import channel_name, from_right, say, word
from tollbook.charts.rows import across, beside, name_rows, nameless_rows, side_by_side, start_side, turn
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import (
    FAINT,
    INK,
    QUIET,
    STATUSES,
    SUBTITLE_SIZE,
    TEXT_SIZE,
    empty_note,
    house_style,
    set_gap,
    text_on,
    titled,
)
from tollbook.charts.words import count, rate, share
from tollbook.usage.summary import DELIVERED, FINAL

REST = "not delivered"
LOST = tuple(status for status in STATUSES if status in FINAL and status not in DELIVERED)
COLOURS = {**STATUSES, REST: STATUSES["failed"]}


@house_style()
def delivery_outcome(table: pd.DataFrame, *, locale: str = "en", sheet: Sheet = PAGE) -> Figure:
    """Per channel: the statuses of outgoing messages as parts of 100 %, and the reasons of those not delivered.

    Args:
        table: `usage.summary.delivery`.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    table = table[table.sum(axis="columns") > 0]
    finding, height = findings.delivery(table, locale), 2.3 + 0.36 * max(len(table), 1)
    fig = titled(height, finding, say("delivery_drawn"), source=say("rate_explained"), sheet=sheet)
    if not len(table):
        empty_note(fig.subplots(), say("nothing_sent"))
        return fig
    parts = table.div(table.sum(axis="columns"), axis="index")
    lost = parts.reindex(columns=list(LOST), fill_value=0.0)
    kept = parts.drop(columns=list(LOST), errors="ignore").assign(**{REST: lost.sum(axis="columns")})
    set_gap(fig, 0.05)
    whole, zoom = side_by_side(fig, [1.35, 1])
    _stack(whole, kept, [*(s for s in STATUSES if s not in LOST), REST], labelled=0.07, locale=locale)
    _stack(zoom, lost, LOST, labelled=1.1, locale=locale)
    whole.set_xlim(0, 1)
    zoom.set_xlim(0, max(float(lost.sum(axis="columns").max()) * 1.02, 0.01))
    for ax, text in ((whole, word("All outgoing messages")), (zoom, word("Not delivered, enlarged"))):
        ax.set_title(text, loc=start_side(), color=INK, size=SUBTITLE_SIZE, pad=26)
        turn(ax)
    _name_rows(whole, zoom, table, locale)
    return fig


def _stack(ax: Axes, parts: pd.DataFrame, order: Sequence[str], *, labelled: float, locale: str) -> None:
    """Horizontal stacks of the columns in `order`; a part of at least `labelled` carries its per cent."""
    rows = range(len(parts))
    left = pd.Series(0.0, index=parts.index)
    for status in (status for status in order if status in parts and parts[status].sum() > 0):
        width, colour = parts[status], COLOURS[status]
        ax.barh(rows, width, 0.66, left=left, color=colour, linewidth=0.6, label=word(status))
        for row, (start, size) in enumerate(zip(left, width, strict=True)):
            if size >= labelled:
                ax.text(start + size / 2, row, share(size, locale), ha="center", va="center", color=text_on(colour))
        left = left + width
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    percent_axis(ax.xaxis, locale, digits=0 if left.max() > 0.05 else 1, ticks=5)
    bars, names = ax.get_legend_handles_labels()
    if bars:
        step = -1 if from_right() else 1
        ax.legend(
            bars[::step], names[::step], loc="lower right" if from_right() else "lower left",
            bbox_to_anchor=(across(0.0), 1.0), ncols=6, markerfirst=not from_right(), frameon=False, borderaxespad=0.1,
            borderpad=0, handlelength=0.8, handleheight=0.8, handletextpad=0.4, columnspacing=0.9, labelcolor=QUIET,
            fontsize=TEXT_SIZE - 1,
        )  # fmt: skip


def _name_rows(left: Axes, right: Axes, table: pd.DataFrame, locale: str) -> None:
    """Channel and count before the rows, the delivery rate after them."""
    outcome = findings.delivered_of(table)
    names = [
        f"{channel_name(str(key))}  {count(messages, locale)}" for key, messages in table.sum(axis="columns").items()
    ]
    name_rows(left, names)
    nameless_rows(right)
    for row, (final, delivered) in enumerate(zip(outcome["final"], outcome["delivered"], strict=True)):
        text = rate(delivered / final, locale) if final else word("none final")
        beside(right, text, row, points=8, colour=INK if final else FAINT, weight="bold" if final else "normal")
    right.annotate(
        word("Delivery rate"), (across(1), 1), (-8 if from_right() else 8, 26), xycoords="axes fraction",
        textcoords="offset points", ha=start_side(), va="baseline", color=INK, size=SUBTITLE_SIZE,
        annotation_clip=False,
    )  # fmt: skip
