"""The bill in one picture: how the lines and the taxes add up to what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tollbook.billing.bill import Bill, Line
from tollbook.charts import findings
from tollbook.charts.axes import money_axis
from tollbook.charts.names import isolate, shortened, word
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import ACCENT, ALERT, FAINT, INK, QUIET, figure, headline, house_style
from tollbook.charts.words import count, money
from tollbook.money import ZERO

MOST_LINES = 9
FEES = "#8BBFFB"  # recurring: lighter than usage in grey as well


@dataclass(frozen=True, slots=True)
class Row:
    """One bar of the waterfall: from `start` by `amount`."""

    label: str
    note: str
    start: Decimal
    amount: Decimal
    colour: str


@house_style()
def bill_lines(bill: Bill, *, locale: str = "en", sheet: Sheet = PAGE) -> Figure:
    """A waterfall: each line where the one before ended, then the taxes, then the total.

    Args:
        bill: lines beyond nine are drawn as one, the largest ones by themselves.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    rows = waterfall(bill, locale)
    fig = figure(9.0, 1.7 + 0.34 * len(rows), sheet)
    ax = fig.subplots()
    headline(
        fig,
        findings.bill(bill, locale),
        f"What is due for {bill.month.label()}, {bill.currency}",
        source=_note(bill, locale),
        sheet=sheet,
    )
    draw_rows(ax, rows, bill.currency, locale)
    return fig


def waterfall(bill: Bill, locale: str = "en") -> list[Row]:
    """The bars from top to bottom; they begin at 0, and the last one is the total."""
    shown = _largest(bill.lines)
    hidden = [line for line in bill.lines if line not in shown]
    steps = [(isolate(line.label), _quantity(line, locale), line.amount, _colour(line)) for line in shown]
    if hidden:
        steps.append(
            (
                word("{count} other lines").format(count=len(hidden)),
                "",
                sum((line.amount for line in hidden), ZERO),
                FAINT,
            )
        )
    steps += [(isolate(tax.label), "", tax.amount, QUIET) for tax in bill.taxes if tax.amount]
    starts = accumulate((amount for _, _, amount, _ in steps), initial=ZERO)
    rows = [
        Row(label, note, start, amount, colour)
        for (label, note, amount, colour), start in zip(steps, starts, strict=False)
    ]
    return [*rows, Row(word("Total"), "", ZERO, bill.total, INK)]


def _largest(lines: tuple[Line, ...]) -> list[Line]:
    """All lines, or the largest ones, in the bill's order."""
    if len(lines) <= MOST_LINES:
        return list(lines)
    large = sorted(lines, key=lambda line: (-abs(line.amount), line.charge))[: MOST_LINES - 1]
    return [line for line in lines if line in large]


def _quantity(line: Line, locale: str) -> str:
    return f"{count(line.quantity, locale)} {word(line.unit)}" if line.kind == "usage" else ""


def _colour(line: Line) -> str:
    if line.amount < 0:
        return ALERT
    return ACCENT if line.kind == "usage" else FEES


def _note(bill: Bill, locale: str) -> str:
    kinds = "Green: usage. Blue: fees. Grey: tax."
    if not bill.unrated:
        return kinds
    missing = sum(usage.messages for usage in bill.unrated)
    return f"{kinds} {count(missing, locale)} messages have no price yet and are not in this total."


def draw_rows(ax: Axes, rows: Sequence[Row], currency: str, locale: str) -> None:
    """Draw the bars from top to bottom, each with its amount beside it."""
    ends = [float(edge) for row in rows for edge in (row.start, row.start + row.amount)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = (high - low) or 1.0
    for place, row in enumerate(rows):
        start, amount = float(row.start), float(row.amount)
        ax.barh(place, amount, 0.62, left=start, color=row.colour, linewidth=0)
        if place + 1 < len(rows):
            ax.plot([start + amount] * 2, [place - 0.31, place + 1.31], color=FAINT, linewidth=0.8, zorder=0.6)
        label = ax.annotate(
            money(row.amount, currency, locale), (max(start, start + amount), place), (6, 0),
            textcoords="offset points", va="center", color=INK, weight="bold" if row.colour == INK else "normal",
        )  # fmt: skip
        if row.note:
            ax.annotate(
                row.note, (1, 0.5), (7, 0), xycoords=label, textcoords="offset points", va="center", color=QUIET
            )
    ax.set_yticks(range(len(rows)), [shortened(row.label, 44) for row in rows], color=INK)
    ax.set(ylim=(len(rows) - 0.45, -0.55), xlim=(low - 0.02 * room * (low < 0), high + 0.42 * room))
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    ax.spines["bottom"].set_visible(False)
    ax.axvline(0, color=FAINT, linewidth=1)
    money_axis(ax.xaxis, currency, locale)
    ax.set_xticks([tick for tick in ax.get_xticks() if low <= tick <= high * 1.02])
