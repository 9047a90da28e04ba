"""The pictures a report may show: how each is drawn, and the table beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from tollbook.billing.bill import Line
from tollbook.charts.bill import bill_lines
from tollbook.charts.changes import bill_changes
from tollbook.charts.channels import channel_multiples
from tollbook.charts.commitment import commitment_progress, spent_by_day
from tollbook.charts.findings import Tiered
from tollbook.charts.hours import busy_hours
from tollbook.charts.outcome import delivery_outcome
from tollbook.charts.places import compare_campaigns, top_destinations
from tollbook.charts.receipts import delivery_funnel, receipt_latency
from tollbook.charts.senders import sender_cohorts
from tollbook.charts.sheet import Sheet
from tollbook.charts.sparklines import sparkline_table
from tollbook.charts.strip import anomaly_strip
from tollbook.charts.tables import bill_table, busiest_table, channel_table, outcome_table, ranking_table
from tollbook.charts.tiers import billed_by_day, tier_progress
from tollbook.charts.usage import month_pace, usage_over_time
from tollbook.money import ZERO
from tollbook.rating.contracts import UsageCharge
from tollbook.reports.material import Material
from tollbook.reports.tables import (
    changes_table,
    commitment_table,
    funnel_table,
    latency_table,
    movers_table,
    pace_table,
    senders_table,
    tiers_table,
    unusual_table,
)
from tollbook.usage import summary


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a report.

    Attributes:
        name: as in `report: {pinned: [...]}` of a client's file.
        draw: from the month's material, for a sheet; its label says what it shows, in the language spoken.
        table: the same numbers, as text.
        has: whether the month holds anything to draw it from.
    """

    name: str
    draw: Callable[[Material, Sheet], Figure]
    table: Callable[[Material], pd.DataFrame]
    has: Callable[[Material], bool]


def tiered_line(of: Material) -> tuple[Line, Tiered] | None:
    """The largest line that is priced in tiers, and its price."""
    prices = {one.name: one.price for one in of.contract.charges if isinstance(one, UsageCharge)}
    lines = [
        (line, price)
        for line in of.bill.lines
        if line.charge in prices and isinstance(price := prices[line.charge], Tiered)
    ]
    return max(lines, key=lambda pair: pair[0].amount) if lines else None


def _any(of: Material) -> bool:
    return bool(len(of.usage)) and summary.total(of.usage) > 0


def _usage(of: Material, sheet: Sheet) -> Figure:
    return usage_over_time(of.daily, of.daily_before, locale=of.locale, sheet=sheet)


def _pace(of: Material, sheet: Sheet) -> Figure:
    return month_pace(of.running, of.running_before, locale=of.locale, sheet=sheet)


def _channels(of: Material, sheet: Sheet) -> Figure:
    return channel_multiples(of.daily, of.daily_before, locale=of.locale, sheet=sheet)


def _channel_table(of: Material) -> pd.DataFrame:
    return channel_table(of.daily, of.daily_before, of.locale)


def _movers(of: Material, sheet: Sheet) -> Figure:
    return sparkline_table(of.places, of.places_before, locale=of.locale, sheet=sheet)


def _changes(of: Material, sheet: Sheet) -> Figure:
    assert of.split is not None  # noqa: S101 - `has` comes first
    return bill_changes(of.split, of.bill.currency, of.month, locale=of.locale, sheet=sheet)


def _tiers(of: Material, sheet: Sheet) -> Figure:
    found = tiered_line(of)
    assert found is not None  # noqa: S101 - `has` comes first
    line, price = found
    daily = billed_by_day(line, of.month, of.days.last)
    return tier_progress(daily, price, of.bill.currency, unit=line.unit, locale=of.locale, sheet=sheet)


def _tiers_table(of: Material) -> pd.DataFrame:
    found = tiered_line(of)
    assert found is not None  # noqa: S101 - `has` comes first
    return tiers_table(found[0].quantity, found[1], of.bill.currency, of.locale)


def committed(of: Material) -> Decimal | None:
    """What the contract commits the client to in this very month; None without, or with a longer term."""
    promise = of.contract.commitment
    return promise.amount if promise is not None and promise.every == "month" else None


def _spent(of: Material) -> dict[date, Decimal]:
    return spent_by_day(of.bill, of.contract, of.days.last)


def _commitment(of: Material, sheet: Sheet) -> Figure:
    amount = committed(of)
    assert amount is not None  # noqa: S101 - `has` comes first
    return commitment_progress(_spent(of), amount, of.bill.currency, locale=of.locale, sheet=sheet)


def _commitment_table(of: Material) -> pd.DataFrame:
    return commitment_table(_spent(of), committed(of) or ZERO, of.bill.currency, of.locale)


def _of(
    name: str,
    source: Callable[[Material], Any],
    draw: Callable[..., Figure],
    table: Callable[..., pd.DataFrame],
    has: Callable[[Material], bool] | None = None,
) -> Picture:
    """A picture and its table of one part of the material; a part that is a frame has something when it counts any."""
    return Picture(
        name,
        lambda of, sheet: draw(source(of), locale=of.locale, sheet=sheet),
        lambda of: table(source(of), of.locale),
        has or (lambda of: bool(source(of).select_dtypes("number").sum().sum())),
    )


PICTURES = {
    picture.name: picture
    for picture in (
        Picture("usage", _usage, _channel_table, _any),
        Picture("pace", _pace, lambda of: pace_table(of.running, of.running_before, of.locale), _any),
        Picture("channels", _channels, _channel_table, _any),
        _of("unusual", lambda of: of.unusual, anomaly_strip, unusual_table, _any),
        _of("destinations", lambda of: of.destinations, top_destinations, ranking_table),
        Picture("movers", _movers, lambda of: movers_table(of.places, of.places_before, of.locale), _any),
        _of("delivery", lambda of: of.delivery, delivery_outcome, outcome_table),
        _of("funnel", lambda of: of.delivery, delivery_funnel, funnel_table),
        _of("receipts", lambda of: of.latency, receipt_latency, latency_table),
        _of("hours", lambda of: of.hourly, busy_hours, busiest_table),
        _of("campaigns", lambda of: of.campaigns, compare_campaigns, ranking_table),
        _of("senders", lambda of: of.cohorts, sender_cohorts, senders_table),
        _of("bill", lambda of: of.bill, bill_lines, bill_table, lambda of: bool(of.bill.lines)),
        Picture(
            "changes", _changes, lambda of: changes_table(of.split, of.bill.currency, of.locale),
            lambda of: of.split is not None,
        ),
        Picture("commitment", _commitment, _commitment_table, lambda of: committed(of) is not None),
        Picture("tiers", _tiers, _tiers_table, lambda of: tiered_line(of) is not None),
    )
}  # fmt: skip
"""Every picture a report may show, by name."""
