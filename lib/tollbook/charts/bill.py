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
from tollbook.charts.names import isolate, say, shortened_apart, spoken, word
from tollbook.charts.rows import BAR, beside, name_rows, turn
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import ACCENT, ALERT, FAINT, INK, QUIET, house_style, titled
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
    drawn = say("bill_drawn", month=bill.month.label(spoken()), currency=bill.currency)
    finding, height = findings.bill(bill, locale), 1.7 + 0.34 * len(rows)
    fig = titled(height, finding, drawn, source=_note(bill, locale), sheet=sheet)
    ax = fig.subplots()
    draw_rows(ax, rows, bill.currency, locale)
    turn(ax)
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
    kinds = say("bill_colours")
    if not bill.unrated:
        return kinds
    missing = sum(usage.messages for usage in bill.unrated)
    return say("bill_missing_1" if missing == 1 else "bill_missing", text=kinds, n=count(missing, locale))


def draw_rows(ax: Axes, rows: Sequence[Row], currency: str, locale: str) -> None:
    """Draw the bars from top to bottom, each with its amount beside it; `turn` the axes when their limits stand."""
    ends = [float(edge) for row in rows for edge in (row.start, row.start + row.amount)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = (high - low) or 1.0
    for place, row in enumerate(rows):
        start, amount = float(row.start), float(row.amount)
        ax.barh(place, amount, BAR, left=start, color=row.colour, linewidth=0)
        if place + 1 < len(rows):
            ax.plot([start + amount] * 2, [place - 0.31, place + 1.31], color=FAINT, linewidth=0.8, zorder=0.6)
        weight = "bold" if row.colour == INK else "normal"
        label = beside(ax, money(row.amount, currency, locale), place, max(start, start + amount), weight=weight)
        if row.note:
            beside(ax, row.note, place, after=label, points=7, colour=QUIET)
    name_rows(ax, shortened_apart([row.label for row in rows], 44))
    ax.set(xlim=(low - 0.02 * room * (low < 0), high + 0.42 * room))
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    ax.spines["bottom"].set_visible(False)
    ax.axvline(0, color=FAINT, linewidth=1)
    money_axis(ax.xaxis, currency, locale)
    ax.set_xticks([tick for tick in ax.get_xticks() if low <= tick <= high * 1.02])
