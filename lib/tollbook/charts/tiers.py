"""Cumulative usage against the tiers of a graduated, volume or stair-step price."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tollbook.billing.bill import Bill, Line
from tollbook.charts import findings
from tollbook.charts.axes import count_axis, day_axis, day_number
from tollbook.charts.findings import Tiered
from tollbook.charts.names import say, word
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import ACCENT, PAPER, QUIET, SOFT, Mark, end_labels, house_style, titled
from tollbook.money import ZERO
from tollbook.period import Month
from tollbook.rating.contracts import Contract, UsageCharge


def tiered_charges(
    bill: Bill, contract: Contract, *, until: date, locale: str = "en", sheet: Sheet = PAGE
) -> dict[str, Figure]:
    """`tier_progress` of each of the contract's tiered usage charges, by the charge's name.

    Args:
        bill: of a month.
        contract: in force in that month.
        until: the last day to draw.
        locale: of the numbers.
        sheet: what they are drawn for.
    """
    charges = {charge.name: charge for charge in contract.charges if isinstance(charge, UsageCharge)}
    lines = [line for line in bill.lines if line.charge in charges]
    return {
        line.charge: tier_progress(
            billed_by_day(line, bill.month, until), price, bill.currency, unit=line.unit, locale=locale, sheet=sheet
        )
        for line in lines
        if isinstance(price := charges[line.charge].price, Tiered)
    }


def billed_by_day(line: Line, month: Month, until: date) -> pd.Series:
    """The quantity of an invoice line by local day, from the first of the month to `until`; floats, as drawn."""
    days = pd.date_range(month.first, min(until, month.last), freq="D", unit="us", name="day")
    sums = dict.fromkeys(days.date, ZERO)
    for item in line.items:
        sums[item.day] = sums.get(item.day, ZERO) + item.quantity
    return pd.Series({pd.Timestamp(day): float(quantity) for day, quantity in sums.items()}, dtype=float).reindex(days)


@house_style()
def tier_progress(
    daily: pd.Series, price: Tiered, currency: str, *, unit: str = "segments", locale: str = "en", sheet: Sheet = PAGE
) -> Figure:
    """The running quantity over the bands of a tiered price; the band reached is tinted.

    Args:
        daily: billed quantity by local day (DatetimeIndex), each day of the month so far.
        price: the charge's price.
        currency: of the price, ISO 4217.
        unit: what is counted, as on the invoice line.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    running = daily.astype(float).cumsum()
    quantity = Decimal(str(daily.sum())) if len(daily) else Decimal(0)
    finding = findings.tiers(quantity, price, currency, unit=unit, locale=locale)
    drawn = say("tiers_drawn", unit=word(unit).capitalize(), model=say(f"tiers_{price.model}"))
    fig = titled(4.0, finding, drawn, sheet=sheet)
    ax = fig.subplots()
    days = pd.DatetimeIndex(daily.index).date
    if len(daily):
        place = [day_number(day) for day in days]
        ax.plot(place, running.to_numpy(), color=ACCENT, linewidth=2.8)
        ax.plot(place[-1], running.iloc[-1], "o", color=ACCENT, markeredgecolor=PAPER, markersize=8, clip_on=False)
        day_axis(ax, days[0], days[-1], locale)
    else:
        ax.set_xticks([])
    ax.set(xlabel="", ylabel="", ylim=(0, _ceiling(quantity, price)))
    count_axis(ax.yaxis, locale)
    _draw_bands(ax, quantity, price, currency, locale)
    return fig


def _ceiling(quantity: Decimal, price: Tiered) -> float:
    """High enough for the next bound, unless it is so far that the line would lie on the floor."""
    bound = price.tiers[findings.tier_of(quantity, price)].up_to
    if bound is not None and (bound <= 3 * quantity or not quantity):
        return float(max(bound, quantity)) * 1.12
    return float(quantity) * 1.25 or 1.0


def _draw_bands(ax: Axes, quantity: Decimal, price: Tiered, currency: str, locale: str) -> None:
    """A line at each bound in sight, the band reached tinted, each band's price at the right in its middle."""
    reached, top = findings.tier_of(quantity, price), ax.get_ylim()[1]
    marks, low = [], 0.0
    for index, tier in enumerate(price.tiers):
        high = np.inf if tier.up_to is None else float(tier.up_to)
        if low >= top:
            break
        if index == reached:
            ax.axhspan(low, min(high, top), color=SOFT, zorder=0, linewidth=0)
        if high < top:
            ax.axhline(high, color=QUIET, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        colour = ACCENT if index == reached else QUIET
        text = findings.tier_price(tier, currency, locale)
        marks.append(Mark(text, (low + min(high, top)) / 2, colour, bold=index == reached))
        low = high
    ax.grid(visible=False, axis="x")
    end_labels(ax, marks)
