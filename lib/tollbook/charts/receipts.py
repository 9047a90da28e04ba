"""Receipts: how quickly deliveries are confirmed, and where messages are lost on the way."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tollbook.charts import findings_month
from tollbook.charts.axes import percent_axis
from tollbook.charts.findings import delivered_of
from tollbook.charts.names import channel_name, say, word
from tollbook.charts.rows import beside, name_rows, turn, without_scale
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import (
    ACCENT,
    CHANNELS,
    FAINT,
    INK,
    QUIET,
    STATUSES,
    Mark,
    empty_note,
    end_labels,
    house_style,
    titled,
)
from tollbook.charts.words import count, share
from tollbook.usage.latency import within

TICKS = {1: "1 s", 5: "5 s", 30: "30 s", 120: "2 min", 600: "10 min", 3600: "1 h", 14400: "4 h", 86400: "24 h"}
MOST_LINES = 5
LATE = 1800  # seconds; what is reached later has its name at the left


@house_style()
def receipt_latency(table: pd.DataFrame, *, locale: str = "en", sheet: Sheet = PAGE) -> Figure:
    """The part of deliveries confirmed within a time, a line a channel, time on a logarithmic axis.

    Args:
        table: `usage.latency.latency_table`.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    fig = titled(3.9, findings_month.latency(table, locale), say("receipts_drawn"), sheet=sheet)
    ax = fig.subplots()
    table = table[table.sum(axis="columns") > 0].iloc[:MOST_LINES]
    if not len(table):
        empty_note(ax, say("receipts_none"))
        return fig
    bounds = np.array([float(bound) for bound in table.columns[:-1]])
    marks = []
    for name, counts in table.iterrows():
        reached = counts.cumsum().to_numpy()[:-1] / counts.sum()
        colour = CHANNELS.get(str(name), QUIET)
        ax.plot(bounds, reached, color=colour, marker="o", markersize=3.5, clip_on=False)
        marks.append(Mark(channel_name(str(name)), float(reached[-1]), colour, bold=True))
    ax.set_xscale("log")
    ax.set(xlim=(1, 86400), ylim=(0, 1.0))
    ax.set_xticks(list(TICKS), [_tick(text) for text in TICKS.values()])
    ax.minorticks_off()
    percent_axis(ax.yaxis, locale)
    for level in (0.5, 0.95):
        _note_level(ax, table.sum(), level, locale)
    end_labels(ax, marks)
    return fig


@house_style()
def delivery_funnel(table: pd.DataFrame, *, locale: str = "en", sheet: Sheet = PAGE) -> Figure:
    """Messages sent, with a final status, delivered, and read where the channel tells; the loss between the steps.

    Args:
        table: `usage.summary.delivery`.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    steps = funnel_steps(table)
    fig = titled(1.35 + 0.44 * len(steps), findings_month.funnel(table, locale), say("funnel_drawn"), sheet=sheet)
    ax = fig.subplots()
    sent = steps["Sent"]
    if not sent:
        empty_note(ax, say("nothing_sent"))
        return fig
    colours = {"Sent": STATUSES["accepted"], "Status final": STATUSES["sent"], "Delivered": ACCENT, "Read": INK}
    before = sent
    for row, (name, messages) in enumerate(steps.items()):
        ax.barh(row, messages, 0.66, color=colours[name], linewidth=0)
        text = f"{count(messages, locale)}  ({share(messages / sent, locale)})"
        if row and before > messages:
            text += f"   \N{LEFT-TO-RIGHT MARK}\N{MINUS SIGN}{count(before - messages, locale)}"
        beside(ax, text, row, messages)
        before = messages
    name_rows(ax, [word(name) for name in steps])
    ax.set_xlim(0, sent * 1.4)
    without_scale(ax)
    turn(ax)
    return fig


def funnel_steps(table: pd.DataFrame) -> dict[str, int]:
    """Sent, Status final, Delivered, and Read where any was read: each step holds those after it."""
    outcome = delivered_of(table)
    steps = {
        "Sent": int(table.to_numpy().sum()),
        "Status final": int(outcome["final"].sum()),
        "Delivered": int(outcome["delivered"].sum()),
    }
    read = int(table["read"].sum()) if "read" in table else 0
    return {**steps, "Read": read} if read else steps


def _note_level(ax: Axes, counts: pd.Series, level: float, locale: str) -> None:
    """A dotted line at a level of all channels, named at the left."""
    ax.axhline(level, color=FAINT, linewidth=0.9, linestyle=(0, (1, 2)), zorder=0.5)
    bound = within(counts, level)
    if bound is None or bound == float("inf"):
        return
    right = bound <= LATE  # beyond where it is reached the curve lies above the line, before that below it
    ax.annotate(
        f"{share(level, locale)}: {_short(bound)}", (0.988 if right else 0.012, level), (0, -3),
        xycoords=("axes fraction", "data"), textcoords="offset points", ha="right" if right else "left", va="top",
        color=QUIET,
    )  # fmt: skip


def _short(seconds: float) -> str:
    """`5 s`, `10 min`, `4 h`."""
    size, unit = next(pair for pair in ((3600, "h"), (60, "min"), (1, "s")) if seconds >= pair[0])
    return f"\N{LESS-THAN OR EQUAL TO} {seconds / size:g} {word(unit)}"


def _tick(text: str) -> str:
    number, unit = text.split()
    return f"{number} {word(unit)}"
