"""Why the bill differs from the month before: a waterfall from total to total by price, volume and mix."""

from itertools import accumulate

from matplotlib.figure import Figure

from tollbook.billing.split import Split
from tollbook.charts import findings_month
from tollbook.charts.axes import money_axis
from tollbook.charts.bill import Row, draw_rows
from tollbook.charts.names import word
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import ACCENT, ALERT, FAINT, INK, QUIET, figure, headline, house_style
from tollbook.period import Month

EXPLAINED = (
    "Volume: more or fewer units at last month's average price. Mix: other destinations. Price: other prices "
    "for the same destination."
)


@house_style()
def bill_changes(split: Split, currency: str, month: Month, *, locale: str = "en", sheet: Sheet = PAGE) -> Figure:
    """The total of the month before, each effect that is not nil, and the total of the month.

    Args:
        split: `billing.split.split_change` of the two bills.
        currency: of both.
        month: of the later one.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    rows = change_rows(split, month)
    fig = figure(9.0, 1.8 + 0.34 * len(rows), sheet)
    ax = fig.subplots()
    finding = findings_month.change(split, currency, month.shift(-1), locale)
    headline(fig, finding, f"From total to total, {currency}", source=EXPLAINED, sheet=sheet)
    draw_rows(ax, rows, currency, locale)
    _look_closer(fig, rows, split, currency, locale)
    return fig


def change_rows(split: Split, month: Month) -> list[Row]:
    """The bars from top to bottom: total before, the effects, total after; each begins where the one before ended."""
    steps = [(name, amount) for name, amount in split.effects().items() if amount]
    starts = accumulate((amount for _, amount in steps), initial=split.before)
    zero = split.before - split.before
    rows = [
        Row(word(name), "", start, amount, QUIET if name == "Tax" else ALERT if amount > 0 else ACCENT)
        for (name, amount), start in zip(steps, starts, strict=False)
    ]
    return [
        Row(_label(month.shift(-1)), "", zero, split.before, FAINT),
        *rows,
        Row(_label(month), "", zero, split.after, INK),
    ]


def _label(month: Month) -> str:
    from tollbook.charts.names import spoken

    return month.label(spoken())


def _look_closer(fig: Figure, rows: list[Row], split: Split, currency: str, locale: str) -> None:
    """Where the totals dwarf the steps between them, begin the axis just below the steps; the break is drawn."""
    levels = [float(edge) for row in rows[1:-1] for edge in (row.start, row.start + row.amount)]
    levels += [float(split.before), float(split.after)]
    low, high = min(levels), max(levels)
    if low <= 0 or high - low > 0.25 * high or high == low:
        return
    ax, room = fig.axes[0], high - low
    start = max(low - 0.6 * room, 0.0)
    ax.set_xlim(start, high + 0.75 * room)
    for line in ax.lines:
        if line.get_xdata()[0] == 0:  # type: ignore[index]
            line.set_visible(False)
    for row in (0, len(rows) - 1):
        for shift in (0.0, 0.008):
            ax.plot(
                [0.012 + shift, 0.022 + shift], [row + 0.36, row - 0.36], color="white", linewidth=1.6,
                transform=ax.get_yaxis_transform(), zorder=5,
            )  # fmt: skip
    money_axis(ax.xaxis, currency, locale)
    ax.set_xticks([tick for tick in ax.get_xticks() if low <= tick <= high])
