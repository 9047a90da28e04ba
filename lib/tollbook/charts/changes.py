"""Why the bill differs from the month before: a waterfall from total to total by price, volume and mix."""

from itertools import accumulate

from matplotlib.figure import Figure

from tollbook.billing.split import Split
from tollbook.charts import findings_month
from tollbook.charts.axes import money_axis
from tollbook.charts.bill import Row, draw_rows
from tollbook.charts.names import say, spoken, word
from tollbook.charts.rows import across, turn
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import ACCENT, ALERT, FAINT, INK, QUIET, house_style, titled
from tollbook.period import Month


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
    finding, height = findings_month.change(split, currency, month.shift(-1), locale), 1.8 + 0.34 * len(rows)
    drawn = say("change_drawn", currency=currency)
    fig = titled(height, finding, drawn, source=say("change_explained"), sheet=sheet)
    ax = fig.subplots()
    draw_rows(ax, rows, currency, locale)
    _look_closer(fig, rows, split, currency, locale)
    turn(ax)
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
        Row(month.shift(-1).label(spoken()), "", zero, split.before, FAINT),
        *rows,
        Row(month.label(spoken()), "", zero, split.after, INK),
    ]


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
                [across(0.012 + shift), across(0.022 + shift)], [row + 0.36, row - 0.36], color="white", linewidth=1.6,
                transform=ax.get_yaxis_transform(), zorder=5,
            )  # fmt: skip
    money_axis(ax.xaxis, currency, locale)
    ax.set_xticks([tick for tick in ax.get_xticks() if low <= tick <= high])
