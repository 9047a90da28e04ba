"""Spending so far against what the client undertook to spend in the month."""

from datetime import date
from decimal import Decimal

import pandas as pd
from matplotlib.figure import Figure

from tollbook.billing.bill import Bill
from tollbook.charts import findings_month
from tollbook.charts.axes import day_axis, day_number, money_axis
from tollbook.charts.names import say, word
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import ACCENT, PAPER, QUIET, Mark, empty_note, end_labels, house_style, titled
from tollbook.charts.words import money
from tollbook.money import ZERO
from tollbook.rating.contracts import Contract, UsageCharge


def spent_by_day(bill: Bill, contract: Contract, until: date) -> dict[date, Decimal]:
    """What counts towards the commitment, by local day to `until`, before discounts and before a line's rounding.

    A line without usage of its own, such as a fee the commitment names, counts on the first day.
    """
    usage = tuple(one.name for one in contract.charges if isinstance(one, UsageCharge))
    names = (contract.commitment.charges if contract.commitment else ()) or usage
    days = {day: ZERO for day in bill.month.days if day <= until}
    for line in bill.lines:
        if line.charge not in names:
            continue
        if not line.items:
            days[bill.month.first] += line.amount
        for item in line.items:
            if item.day in days:
                days[item.day] += item.amount
    return days


@house_style()
def commitment_progress(
    daily: dict[date, Decimal], committed: Decimal, currency: str, *, locale: str = "en", sheet: Sheet = PAGE
) -> Figure:
    """The running amount of a month and a line at what is committed for it.

    Args:
        daily: `spent_by_day`.
        committed: for the month, in the contract's currency.
        currency: of both.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    finding = findings_month.commitment(daily, committed, currency, locale)
    fig = titled(3.8, finding, say("commitment_drawn"), sheet=sheet)
    ax = fig.subplots()
    if not daily:
        empty_note(ax)
        return fig
    days, running = list(daily), pd.Series([float(amount) for amount in daily.values()]).cumsum()
    place = [day_number(day) for day in days]
    ax.plot(place, running, color=ACCENT, linewidth=2.8)
    ax.plot(place[-1], running.iloc[-1], "o", color=ACCENT, markeredgecolor=PAPER, markersize=8, clip_on=False)
    ax.axhline(float(committed), color=QUIET, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    day_axis(ax, days[0], days[-1], locale)
    ax.set_ylim(0, 1.12 * max(float(committed), float(running.iloc[-1])))
    money_axis(ax.yaxis, currency, locale)
    spent = Mark(money(sum(daily.values(), ZERO), currency, locale), float(running.iloc[-1]), ACCENT, bold=True)
    end_labels(ax, [spent, Mark(word("committed"), float(committed), QUIET)])
    return fig
