"""The pictures a report may show: how each is drawn, what it says in English, and the table beside it."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from tollbook.billing.bill import Line
from tollbook.charts import findings, findings_month, tables
from tollbook.charts.bill import bill_lines
from tollbook.charts.changes import bill_changes
from tollbook.charts.channels import channel_multiples
from tollbook.charts.findings import Tiered
from tollbook.charts.hours import busy_hours
from tollbook.charts.names import country_name
from tollbook.charts.outcome import delivery_outcome
from tollbook.charts.places import compare_campaigns, top_destinations
from tollbook.charts.receipts import delivery_funnel, receipt_latency
from tollbook.charts.senders import sender_cohorts
from tollbook.charts.sheet import Sheet
from tollbook.charts.sparklines import sparkline_table
from tollbook.charts.strip import anomaly_strip
from tollbook.charts.tiers import billed_by_day, tier_progress
from tollbook.charts.usage import month_pace, usage_over_time
from tollbook.rating.contracts import UsageCharge
from tollbook.reports.material import Material
from tollbook.reports.tables import changes_table, latency_table, movers_table, senders_table, unusual_table
from tollbook.usage.summary import running


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a report.

    Attributes:
        name: as in `report: {pinned: [...]}` of a client's file.
        draw: from the month's material, for a sheet.
        says: its finding in English; `reports.hebrew` has the others.
        table: the same numbers; None where the picture has none of its own.
    """

    name: str
    draw: Callable[[Material, Sheet], Figure]
    says: Callable[[Material], str]
    table: Callable[[Material], pd.DataFrame] | None = None


def _pace_of(of: Material) -> tuple[pd.Series, pd.Series]:
    last = of.month.shift(-1).last
    return running(of.usage, of.days.first, of.days.last), running(of.history, of.days.before_first, last)


def _changes(of: Material, sheet: Sheet) -> Figure:
    assert of.split is not None  # noqa: S101 - chosen only then
    return bill_changes(of.split, of.bill.currency, of.month, locale=of.locale, sheet=sheet)


def _changes_say(of: Material) -> str:
    if of.split is None:
        return "There is no bill to compare with"
    return findings_month.change(of.split, of.bill.currency, of.month.shift(-1), of.locale)


def tiered_line(of: Material) -> tuple[Line, Tiered] | None:
    """The largest line that is priced in tiers, and its price."""
    prices = {one.name: one.price for one in of.contract.charges if isinstance(one, UsageCharge)}
    lines = [
        (line, price)
        for line in of.bill.lines
        if line.charge in prices and isinstance(price := prices[line.charge], Tiered)
    ]
    return max(lines, key=lambda pair: pair[0].amount) if lines else None


def _tiers(of: Material, sheet: Sheet) -> Figure:
    found = tiered_line(of)
    assert found is not None  # noqa: S101 - chosen only then
    line, price = found
    daily = billed_by_day(line, of.month, of.days.last)
    return tier_progress(daily, price, of.bill.currency, unit=line.unit, locale=of.locale, sheet=sheet)


def _tiers_say(of: Material) -> str:
    found = tiered_line(of)
    if found is None:
        return "No line is priced in tiers"
    return findings.tiers(found[0].quantity, found[1], of.bill.currency, unit=found[0].unit, locale=of.locale)


def _movers_say(of: Material) -> str:
    now, then = of.places().sum(), of.places(earlier=True).sum()
    moved = (now - then.reindex(now.index, fill_value=0)).abs()
    return findings_month.sparklines(now, then, country_name(str(moved.idxmax())) if len(moved) else "", of.locale)


PICTURES = {
    picture.name: picture
    for picture in (
        Picture(
            "usage",
            lambda of, sheet: usage_over_time(of.daily, of.daily_before, locale=of.locale, sheet=sheet),
            lambda of: findings.usage(of.daily, of.daily_before, locale=of.locale),
            lambda of: tables.channel_table(of.daily, of.daily_before, of.locale),
        ),
        Picture(
            "pace",
            lambda of, sheet: month_pace(*_pace_of(of), locale=of.locale, sheet=sheet),
            lambda of: findings.pace(*_pace_of(of), locale=of.locale),
        ),
        Picture(
            "channels",
            lambda of, sheet: channel_multiples(of.daily, of.daily_before, locale=of.locale, sheet=sheet),
            lambda of: findings_month.channels(of.daily, of.daily_before, locale=of.locale),
        ),
        Picture(
            "unusual",
            lambda of, sheet: anomaly_strip(of.unusual, locale=of.locale, sheet=sheet),
            lambda of: findings_month.unusual(of.unusual, of.locale),
            lambda of: unusual_table(of.unusual, of.locale),
        ),
        Picture(
            "destinations",
            lambda of, sheet: top_destinations(of.destinations, locale=of.locale, sheet=sheet),
            lambda of: findings.destinations(of.destinations, of.locale),
            lambda of: tables.ranking_table(of.destinations, of.locale),
        ),
        Picture(
            "movers",
            lambda of, sheet: sparkline_table(of.places(), of.places(earlier=True), locale=of.locale, sheet=sheet),
            _movers_say,
            lambda of: movers_table(of.places(), of.places(earlier=True), of.locale),
        ),
        Picture(
            "delivery",
            lambda of, sheet: delivery_outcome(of.delivery, locale=of.locale, sheet=sheet),
            lambda of: findings.delivery(of.delivery, of.locale),
            lambda of: tables.outcome_table(of.delivery, of.locale),
        ),
        Picture(
            "funnel",
            lambda of, sheet: delivery_funnel(of.delivery, locale=of.locale, sheet=sheet),
            lambda of: findings_month.funnel(of.delivery, of.locale),
        ),
        Picture(
            "receipts",
            lambda of, sheet: receipt_latency(of.latency, locale=of.locale, sheet=sheet),
            lambda of: findings_month.latency(of.latency, of.locale),
            lambda of: latency_table(of.latency, of.locale),
        ),
        Picture(
            "hours",
            lambda of, sheet: busy_hours(of.hourly, locale=of.locale, sheet=sheet),
            lambda of: findings.hours(of.hourly, of.locale),
            lambda of: tables.busiest_table(of.hourly, of.locale),
        ),
        Picture(
            "campaigns",
            lambda of, sheet: compare_campaigns(of.campaigns, locale=of.locale, sheet=sheet),
            lambda of: findings.campaigns(of.campaigns, of.locale),
            lambda of: tables.ranking_table(of.campaigns, of.locale),
        ),
        Picture(
            "senders",
            lambda of, sheet: sender_cohorts(of.cohorts, locale=of.locale, sheet=sheet),
            lambda of: findings_month.senders(of.cohorts, of.locale),
            lambda of: senders_table(of.cohorts, of.locale),
        ),
        Picture(
            "bill",
            lambda of, sheet: bill_lines(of.bill, locale=of.locale, sheet=sheet),
            lambda of: findings.bill(of.bill, of.locale),
            lambda of: tables.bill_table(of.bill, of.locale),
        ),
        Picture("changes", _changes, _changes_say, lambda of: changes_table(of.split, of.bill.currency, of.locale)),
        Picture("tiers", _tiers, _tiers_say),
    )
}
"""Every picture a report may show, by name."""
