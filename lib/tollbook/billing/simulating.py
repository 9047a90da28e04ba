"""What-if: months priced again by another contract; who would pay more or less, and on which lines. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from tollbook.billing.bill import Bill
from tollbook.billing.billing import make_bill
from tollbook.billing.standing import Standing
from tollbook.money import ZERO
from tollbook.period import Month
from tollbook.rating.cards import RateCard
from tollbook.rating.contracts import Client
from tollbook.rating.exchange import ExchangeTable
from tollbook.rating.steps import add
from tollbook.usage.cube import Cell, cells_of


@dataclass(frozen=True, slots=True)
class Simulated:
    """One month by the contract in force and by the one that is tried.

    Attributes:
        lines: charge -> net change, largest first; discounts and commitments included.
    """

    month: Month
    now: Bill
    then: Bill
    lines: tuple[tuple[str, Decimal], ...]

    @property
    def change(self) -> Decimal:
        """What the client would pay more (or less), net."""
        return self.then.net - self.now.net


def months_up_to(last: Month, count: int, client: Client) -> list[Month]:
    """So many consecutive months up to `last`, oldest first; those before the client's first contract left out."""
    months = [last.shift(-n) for n in range(count)][::-1]
    return [one for one in months if one.first >= client.contracts[0].valid_from]


def simulate(
    client: Client,
    tried: Client,
    months: Sequence[Month],
    usage: pd.DataFrame,
    cards: Mapping[str, RateCard],
    *,
    exchange: ExchangeTable | None = None,
) -> list[Simulated]:
    """Months of usage priced by the client's own contracts and by those that are tried.

    Args:
        client: under its own contracts.
        tried: the same client under another.
        months: consecutive.
        usage: a usage frame of these months; see `usage.rollups.read_rollups`.
        cards: the rate cards that any of the contracts names.
        exchange: for prices in other currencies.
    """
    cells: dict[Month, list[Cell]] = {month: [] for month in months}
    for cell in cells_of(usage):
        cells[Month.of(cell.day)].append(cell)
    now, then = (bills(one, cells, cards, exchange=exchange) for one in (client, tried))
    return compare(now, then)


def bills(
    client: Client,
    usage: Mapping[Month, Sequence[Cell]],
    cards: Mapping[str, RateCard],
    *,
    exchange: ExchangeTable | None = None,
) -> list[Bill]:
    """The bills of consecutive months, each beginning with what the one before left.

    Args:
        client: whose terms.
        usage: month -> its cube.
        cards: the rate cards that any of the contracts names.
        exchange: for prices in other currencies.
    """
    standing = Standing()
    made = []
    for month in sorted(usage):
        made.append(make_bill(client, month, usage[month], cards, batch=0, standing=standing, exchange=exchange))
        standing = made[-1].carried
    return made


def compare(now: Sequence[Bill], then: Sequence[Bill]) -> list[Simulated]:
    """Bills of the same months by two contracts, month by month."""
    return [
        Simulated(one.month, one, other, tuple(_changes(one, other))) for one, other in zip(now, then, strict=True)
    ]  # fmt: skip


def _changes(now: Bill, then: Bill) -> list[tuple[str, Decimal]]:
    before = {line.charge: line.amount for line in now.lines}
    after = {line.charge: line.amount for line in then.lines}
    found = {name: after.get(name, ZERO) - before.get(name, ZERO) for name in {*before, *after}}
    return sorted(((name, change) for name, change in found.items() if change), key=lambda one: (-abs(one[1]), one[0]))


def total_change(found: Sequence[Simulated]) -> Decimal:
    """Net change over all months."""
    return add(one.change for one in found)
