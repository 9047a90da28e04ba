"""What another price would have meant: the change of every month's bill."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from tollbook.billing.simulating import Simulated, total_change
from tollbook.charts.axes import money_axis
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import ACCENT, ALERT, FAINT, house_style, titled
from tollbook.charts.words import money


@house_style()
def change_by_month(found: Sequence[Simulated], *, locale: str = "en", sheet: Sheet = PAGE) -> Figure:
    """A bar for each month: what the client would have paid more (or less), before tax.

    Args:
        found: months in order; see `billing.simulating.simulate`.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    currency = found[-1].then.currency
    drawn = f"Change of the net amount by month, {currency}"
    fig = titled(3.4, finding(found, locale), drawn, sheet=sheet)
    ax = fig.subplots()
    changes = [float(one.change) for one in found]
    ax.bar(range(len(found)), changes, color=[ALERT if change > 0 else ACCENT for change in changes], width=0.7)
    ax.axhline(0, color=FAINT, linewidth=1)
    ax.set_xticks(range(len(found)), [f"{one.month.first:%b}\n{one.month.year}" for one in found])
    money_axis(ax.yaxis, currency, locale)
    return fig


def finding(found: Sequence[Simulated], locale: str = "en") -> str:
    """The change over all months, in one sentence."""
    change, currency = total_change(found), found[-1].then.currency
    if not change:
        return f"Nothing would have changed in these {len(found)} months"
    most = max(found, key=lambda one: abs(one.change))
    way = "more" if change > 0 else "less"
    return (
        f"{money(abs(change), currency, locale)} {way} over {len(found)} months, "
        f"most of it in {most.month.label(locale)}"
    )
