"""Destinations and campaigns: ranked bars with the share of messages, and the delivery rate beside them."""

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tollbook.charts import findings
from tollbook.charts.axes import percent_axis
from tollbook.charts.names import campaign_name, place_name, say, shortened, word
from tollbook.charts.rows import BAR, beside, name_rows, nameless_rows, side_by_side, turn, without_scale
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import (
    ACCENT,
    ALERT,
    FAINT,
    GRID,
    INK,
    QUIET,
    empty_note,
    house_style,
    titled,
)
from tollbook.charts.words import count, rate, share
from tollbook.usage.summary import OTHER


@house_style()
def top_destinations(table: pd.DataFrame, *, locale: str = "en", sheet: Sheet = PAGE) -> Figure:
    """Countries by outgoing messages, most first; the delivery rate of each against that of all.

    Args:
        table: `usage.summary.destinations`, best with a limit of about ten.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    return _ranking(table, findings.destinations(table, locale), place_name, locale, sheet)


@house_style()
def compare_campaigns(table: pd.DataFrame, *, locale: str = "en", sheet: Sheet = PAGE) -> Figure:
    """Campaigns by outgoing messages, most first; the delivery rate of each against that of all.

    Args:
        table: `usage.summary.campaigns`, best with a limit of about ten.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    return _ranking(table, findings.campaigns(table, locale), _campaign, locale, sheet)


def _campaign(key: str) -> str:
    return word("Other campaigns") if key == OTHER else campaign_name(key)


def _ranking(table: pd.DataFrame, finding: str, name: Callable[[str], str], locale: str, sheet: Sheet) -> Figure:
    height = 1.75 + 0.31 * max(len(table), 2)
    fig = titled(height, finding, say("ranking_drawn"), source=say("rate_explained"), sheet=sheet)
    if not len(table) or not table["messages"].sum():
        empty_note(fig.subplots(), word("Nothing to rank in this period"))
        return fig
    bars, dots = side_by_side(fig, [2.1, 1])
    _draw_bars(bars, table, name, locale)
    _draw_rates(dots, table, locale)
    for ax in (bars, dots):
        turn(ax)
    return fig


def _draw_bars(ax: Axes, table: pd.DataFrame, name: Callable[[str], str], locale: str) -> None:
    rows = range(len(table))
    colours = [FAINT if key == OTHER else ACCENT for key in table.index]
    ax.barh(rows, table["messages"], height=BAR, color=colours, linewidth=0)
    longest = float(table["messages"].max())
    for row, (messages, part) in enumerate(zip(table["messages"], table["share"], strict=True)):
        beside(ax, f"{count(messages, locale)}  ({share(part, locale)})", row, messages, points=5)
    name_rows(ax, [shortened(name(str(key)), 26) for key in table.index], least=2)
    ax.set_xlim(0, longest * 1.34)
    without_scale(ax)


def _draw_rates(ax: Axes, table: pd.DataFrame, locale: str) -> None:
    """Dots on a line from the rate of all; those more than a point below it in the alert colour, with a ring."""
    final = int(table["final"].sum())
    overall = int(table["delivered"].sum()) / max(final, 1)
    rates = table["delivery_rate"].astype(float)
    low = min(0.9, float(rates.min()) - 0.03) if rates.notna().any() else 0.0
    for row, value in enumerate(rates):
        if pd.isna(value):
            beside(ax, word("none final yet"), row, low, points=4, colour=QUIET)
            continue
        behind = findings.behind(int(table["delivered"].iloc[row]), int(table["final"].iloc[row]), overall)
        colour = ALERT if behind else ACCENT
        ax.plot([overall, value], [row, row], color=colour, linewidth=1.6, alpha=0.5)
        ax.plot(value, row, "o", color="white" if behind else colour, markeredgecolor=colour, markeredgewidth=1.8, ms=7)
        beside(ax, rate(value, locale), row, points=8, colour=colour if behind else INK)
    if final:
        ax.axvline(overall, color=INK, linewidth=0.9, zorder=0.5)
        ax.annotate(
            f"{word('all')}: {rate(overall, locale)}", (overall, 1), (0, 3), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha="center", va="bottom", color=QUIET, annotation_clip=False,
        )  # fmt: skip
    ax.set_xlim(max(low, 0.0), 1.005)
    ax.grid(visible=True, axis="x", color=GRID)
    ax.set_facecolor("none")
    nameless_rows(ax)
    percent_axis(ax.xaxis, locale, ticks=3)
