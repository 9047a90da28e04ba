"""Destinations and campaigns: ranked bars with the share of messages, and the delivery rate beside them."""

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tollbook.charts import findings
from tollbook.charts.axes import percent_axis
from tollbook.charts.names import campaign_name, country_name, shortened, word
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import (
    ACCENT,
    ALERT,
    FAINT,
    GRID,
    INK,
    QUIET,
    empty_note,
    figure,
    headline,
    house_style,
)
from tollbook.charts.words import count, rate, share
from tollbook.usage.summary import OTHER

RATE = "Delivery rate: delivered or read, of outgoing messages with a final status"


@house_style()
def top_destinations(table: pd.DataFrame, *, locale: str = "en", sheet: Sheet = PAGE) -> Figure:
    """Countries by outgoing messages, most first; the delivery rate of each against that of all.

    Args:
        table: `usage.summary.destinations`, best with a limit of about ten.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    return _ranking(table, findings.destinations(table, locale), _country, locale, sheet)


@house_style()
def compare_campaigns(table: pd.DataFrame, *, locale: str = "en", sheet: Sheet = PAGE) -> Figure:
    """Campaigns by outgoing messages, most first; the delivery rate of each against that of all.

    Args:
        table: `usage.summary.campaigns`, best with a limit of about ten.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    return _ranking(table, findings.campaigns(table, locale), _campaign, locale, sheet)


def _country(key: str) -> str:
    return word("Other countries") if key == OTHER else country_name(key)


def _campaign(key: str) -> str:
    return word("Other campaigns") if key == OTHER else campaign_name(key)


def _ranking(table: pd.DataFrame, finding: str, name: Callable[[str], str], locale: str, sheet: Sheet) -> Figure:
    fig = figure(9.0, 1.75 + 0.31 * max(len(table), 3), sheet)
    headline(
        fig, finding, "Outgoing messages and their share of all; delivery rate at the right", source=RATE, sheet=sheet
    )
    if not len(table) or not table["messages"].sum():
        empty_note(fig.subplots(), word("Nothing to rank in this period"))
        return fig
    bars, dots = fig.subplots(1, 2, sharey=True, width_ratios=[2.1, 1])
    _draw_bars(bars, table, name, locale)
    _draw_rates(dots, table, locale)
    return fig


def _draw_bars(ax: Axes, table: pd.DataFrame, name: Callable[[str], str], locale: str) -> None:
    rows = range(len(table))
    colours = [FAINT if key == OTHER else ACCENT for key in table.index]
    ax.barh(rows, table["messages"], height=0.62, color=colours, linewidth=0)
    longest = float(table["messages"].max())
    for row, (messages, part) in enumerate(zip(table["messages"], table["share"], strict=True)):
        text = f"{count(messages, locale)}  ({share(part, locale)})"
        ax.annotate(text, (messages, row), (5, 0), textcoords="offset points", va="center", color=INK)
    ax.set_yticks(rows, [shortened(name(str(key)), 26) for key in table.index], color=INK)
    ax.set(ylim=(max(len(table), 3) - 0.45, -0.55), xlim=(0, longest * 1.34), xticks=[])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    ax.spines["left"].set(visible=True, color=FAINT)


def _draw_rates(ax: Axes, table: pd.DataFrame, locale: str) -> None:
    """Dots on a line from the rate of all; those more than a point below it in the alert colour, with a ring."""
    final = int(table["final"].sum())
    overall = int(table["delivered"].sum()) / max(final, 1)
    rates = table["delivery_rate"].astype(float)
    low = min(0.9, float(rates.min()) - 0.03) if rates.notna().any() else 0.0
    for row, value in enumerate(rates):
        if pd.isna(value):
            ax.annotate(
                word("none final yet"), (low, row), (4, 0), textcoords="offset points", va="center", color=QUIET
            )
            continue
        behind = findings.behind(int(table["delivered"].iloc[row]), int(table["final"].iloc[row]), overall)
        colour = ALERT if behind else ACCENT
        ax.plot([overall, value], [row, row], color=colour, linewidth=1.6, alpha=0.5)
        ax.plot(value, row, "o", color="white" if behind else colour, markeredgecolor=colour, markeredgewidth=1.8, ms=7)
        ax.annotate(
            rate(value, locale), (1, row), (8, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            va="center", color=colour if behind else INK, annotation_clip=False,
        )  # fmt: skip
    if final:
        ax.axvline(overall, color=INK, linewidth=0.9, zorder=0.5)
        ax.annotate(
            f"{word('all')}: {rate(overall, locale)}", (overall, 1), (0, 3), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha="center", va="bottom", color=QUIET, annotation_clip=False,
        )  # fmt: skip
    ax.set_xlim(max(low, 0.0), 1.005)
    ax.grid(visible=True, axis="x", color=GRID)
    ax.set_facecolor("none")
    ax.tick_params(axis="y", labelleft=False)
    percent_axis(ax.xaxis, locale)
