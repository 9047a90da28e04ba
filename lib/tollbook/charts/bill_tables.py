"""The tables of the billing notebook: terms, steps, destinations, usage without a price, supplier's cost."""

import pandas as pd

from tollbook.billing.bill import Bill
from tollbook.billing.documents.destinations import destinations
from tollbook.billing.terms import terms
from tollbook.charts.names import channel_name, country_name
from tollbook.charts.words import count, money
from tollbook.money import format_rate
from tollbook.rating.contracts import Contract


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


def costs_table(bill: Bill, locale: str = "en") -> pd.DataFrame:
    """The supplier's cost of the month by currency, beside what the client is charged before tax."""
    rows = [[currency, money(round(cost, 2), currency, locale)] for currency, cost in bill.supplier_costs]
    rows += [] if rows else [["none stated", ""]]
    rows += [[f"charged, net ({bill.currency})", money(bill.net, bill.currency, locale)]]
    return (
        pd.DataFrame(rows, columns=["supplier's currency", "amount"]).set_index("supplier's currency").rename_axis(None)
    )
