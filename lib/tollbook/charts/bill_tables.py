"""The tables of the billing notebook: terms, steps, destinations, what has no price, margins, the trace of a line."""

from collections.abc import Sequence

import pandas as pd

from tollbook.billing.bill import Bill
from tollbook.billing.documents.destinations import destinations
from tollbook.billing.margins import Margin, Margins
from tollbook.billing.simulating import Simulated
from tollbook.billing.terms import terms
from tollbook.charts.names import channel_name, country_name
from tollbook.charts.words import count, money
from tollbook.money import format_rate, format_share
from tollbook.rating.contracts import Contract
from tollbook.rating.steps import add


def terms_table(contract: Contract, locale: str = "en") -> pd.DataFrame:
    """What was agreed, a charge a row."""
    rows = terms(contract, locale)
    return (
        pd.DataFrame(rows, columns=["charge", "counts", "price", "billable statuses"])
        .set_index("charge")
        .rename_axis(None)
    )


def steps_table(bill: Bill, locale: str = "en") -> pd.DataFrame:
    """How each amount came about: quantity x unit price + flat, before the line's rounding."""
    rows = [
        [
            line.label,
            step.label,
            count(step.quantity, locale),
            format_rate(step.unit_price, bill.currency, locale),
            money(step.flat, bill.currency, locale) if step.flat else "",
            format_rate(step.amount, bill.currency, locale),
        ]
        for line in bill.lines
        for step in line.steps
    ]
    columns = ["line", "step", "quantity", "unit price", "flat", "exact amount"]
    return pd.DataFrame(rows, columns=columns).set_index("line").rename_axis(None)


def destinations_table(bill: Bill, locale: str = "en", *, limit: int = 12) -> pd.DataFrame:
    """The dearest destinations over all usage lines, at most `limit`."""
    found = [(line, to) for line in bill.lines for to in destinations(line.items, by_network=False)]
    dearest = sorted(found, key=lambda pair: -pair[1].amount)[:limit]
    rows = [
        [
            line.label,
            f"{channel_name(to.channel)} to {country_name(to.country)}",
            count(to.messages, locale),
            count(to.quantity, locale),
            format_rate(round(to.amount / to.quantity, 5), bill.currency, locale) if to.quantity else "",
            money(to.amount, bill.currency, locale),
        ]
        for line, to in dearest
    ]
    columns = ["line", "destination", "messages", "quantity", "effective rate", "amount"]
    return pd.DataFrame(rows, columns=columns).set_index("line").rename_axis(None)


def unrated_table(bill: Bill, locale: str = "en") -> pd.DataFrame:
    """Metered usage without a price."""
    rows = [
        [
            one.charge,
            channel_name(one.channel),
            country_name(one.country),
            one.network,
            count(one.messages, locale),
            one.reason,
        ]
        for one in bill.unrated
    ]
    columns = ["charge", "channel", "country", "network", "messages", "why"]
    return pd.DataFrame(rows, columns=columns).set_index("charge").rename_axis(None)


def margins_table(found: Margins, bill: Bill, locale: str = "en") -> pd.DataFrame:
    """What each line earned over the supplier's cost of its usage, before tax."""
    sums = Margin("", "All", add(one.amount for one in found.lines), add(one.cost for one in found.lines))
    rows = [
        [
            one.label,
            *(money(amount, bill.currency, locale) for amount in (one.amount, one.cost, one.margin)),
            "" if one.share is None else format_share(float(one.share), locale),
        ]
        for one in (*found.lines, sums)
    ]
    columns = ["line", "amount", "supplier's cost", "margin", "share"]
    return pd.DataFrame(rows, columns=columns).set_index("line").rename_axis(None)


def margins_note(found: Margins) -> str:
    """The rates at which suppliers' currencies were changed, in one sentence; empty when there were none."""
    rates = [f"1 {one.source_currency} = {one.rate:f} {one.target} ({one.source}, {one.day})" for one in found.exchange]
    return f"Changed at {'; '.join(rates)}." if rates else ""


def entries_table(entries: pd.DataFrame, *, limit: int = 8) -> pd.DataFrame:
    """Ledger entries as they stand, the first ones: numbers are masked, a reversal has sign -1."""
    first = entries.head(limit)
    columns = {
        "submitted (UTC)": first["submitted_at"].dt.strftime("%Y-%m-%d %H:%M:%S"),
        "country": first["country"],
        "status": first["status"],
        "sign": first["sign"],
        "segments": first["segments"],
        "recipient": first["recipient_masked"],
        "file": first["source_file"].str.rsplit("/", n=1).str[-1],
        "line": first["source_line"],
        "batch": first["batch"],
    }
    return pd.DataFrame(columns).set_index("submitted (UTC)")


def what_if_table(found: Sequence[Simulated], locale: str = "en") -> pd.DataFrame:
    """Every month by the contract and by the one that is tried, before tax, and the line that moved most."""
    rows = [
        [
            one.month.label(locale),
            *(money(amount, one.then.currency, locale) for amount in (one.now.net, one.then.net, one.change)),
            ", ".join(charge for charge, _ in one.lines[:2]),
        ]
        for one in found
    ]
    return pd.DataFrame(rows, columns=["month", "now", "then", "change", "lines"]).set_index("month").rename_axis(None)
