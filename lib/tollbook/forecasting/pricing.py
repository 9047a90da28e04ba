"""The real rater, bound to one client and month: what a bill forecast prices every simulated future with."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import pandas as pd

from tollbook.billing.bill import Bill
from tollbook.billing.billing import make_bill
from tollbook.billing.standing import Standing, remembered_months
from tollbook.period import Month
from tollbook.rating.cards import RateCard
from tollbook.rating.contracts import Client
from tollbook.rating.exchange import ExchangeTable
from tollbook.usage.cube import Cell, cells_of

Price = Callable[[Sequence[Cell]], Bill]
"""A month's usage in, its bill out."""


def pricer(
    client: Client,
    month: Month,
    usage: pd.DataFrame,
    cards: Mapping[str, RateCard],
    *,
    known_to: date,
    exchange: ExchangeTable | None = None,
) -> Price:
    """Price usage of `month` by the client's contract, with what earlier months left (free units, credit, promise).

    Args:
        client: whose contract.
        month: the month to price.
        usage: the usage frame, for the months that the contract remembers; those after `known_to` are left out.
        cards: the rate cards of the contracts in force.
        known_to: the last known day.
        exchange: rates of other currencies; the table that comes with Tollbook when None.
    """
    standing = Standing()
    days = pd.to_datetime(usage["day"])
    for one in remembered_months(client, client.contract(month), month):
        inside = (days >= pd.Timestamp(one.first)) & (days <= pd.Timestamp(min(one.last, known_to)))
        made = make_bill(client, one, cells_of(usage[inside]), cards, batch=0, standing=standing, exchange=exchange)
        standing = made.carried

    def price(cells: Sequence[Cell]) -> Bill:
        return make_bill(client, month, cells, cards, batch=0, standing=standing, exchange=exchange)

    return price


def message_worth(bill: Bill) -> Decimal | None:
    """What a message of the bill costs on average, before taxes; None when it has none."""
    usage = [line for line in bill.lines if line.kind == "usage"]
    messages = sum(item.messages for line in usage for item in line.items)
    return sum((line.amount for line in usage), Decimal(0)) / messages if messages else None
