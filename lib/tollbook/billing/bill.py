"""The bill: a pure value computed from usage and a contract. Nothing here reads or writes anything.

Order of operations: free units -> price -> the charge's minimum and maximum -> one rounding per line, by the
contract's rule -> discounts -> commitment -> tax per category on the sum -> prepaid credit.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from tollbook.billing.standing import Standing
from tollbook.money import ZERO
from tollbook.period import Month
from tollbook.rating.exchange import ExchangeRate
from tollbook.rating.steps import Step

Kind = Literal["usage", "recurring", "once", "discount", "commitment", "adjustment"]


@dataclass(frozen=True, slots=True)
class Item:
    """A line's usage at one destination on one local day; the items of a line add up to it exactly.

    Attributes:
        network: MCC + MNC as text, "" when unknown.
        unit_price: from the rate card; None for a tiered price, whose amount is spread over the items.
        amount: to six decimals more than the line is rounded to nothing is lost: items sum to `Line.amount`.
        reason: why this price: the rate-card row, or the tier steps.
    """

    day: date
    channel: str
    direction: str
    country: str
    network: str
    messages: int
    segments: int
    quantity: Decimal
    unit_price: Decimal | None
    amount: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One invoice line. `amount` is rounded to the currency's minor unit, `exact` is before rounding.

    Attributes:
        month: of an adjustment: the earlier month whose late usage it bills.
    """

    charge: str
    label: str
    kind: Kind
    quantity: Decimal
    unit: str
    exact: Decimal
    amount: Decimal
    tax: str
    steps: tuple[Step, ...] = ()
    items: tuple[Item, ...] = field(default=(), repr=False)
    month: Month | None = None


@dataclass(frozen=True, slots=True)
class TaxLine:
    """Tax of one category on the sum of its lines."""

    category: str
    label: str
    rate: Decimal
    basis: Decimal
    amount: Decimal
    note: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class CreditUse:
    """Prepaid credit that pays part of the bill, tax included; `left` is what remains of it."""

    name: str
    label: str
    amount: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class Unrated:
    """Usage that a charge meters but no price covers: it blocks finalising and is never charged at 0."""

    charge: str
    channel: str
    country: str
    network: str
    messages: int
    quantity: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Bill:
    """What a client owes for a month, as of a ledger batch.

    Attributes:
        batch: the ledger batch the usage was read at; the same batch gives the same bill for ever.
        contract_from: `valid_from` of the contract used.
        rate_cards: name -> SHA-256 of every rate card used.
        entity: the legal entity that invoices.
        exchange: the rates that turned other currencies into the bill's, and `exchange_sha` their table.
        credits: prepaid credit used; `due` is what remains to be paid.
        carried: what the next month begins with.
        refers_to: of a credit note, the number of the invoice it corrects.
    """

    client: str
    month: Month
    currency: str
    time_zone: str
    batch: int
    contract_from: date
    lines: tuple[Line, ...]
    taxes: tuple[TaxLine, ...]
    unrated: tuple[Unrated, ...] = ()
    rate_cards: tuple[tuple[str, str], ...] = ()
    supplier_costs: tuple[tuple[str, Decimal], ...] = ()
    entity: str = "main"
    exchange: tuple[ExchangeRate, ...] = ()
    exchange_sha: str = ""
    credits: tuple[CreditUse, ...] = ()
    carried: Standing = field(default_factory=Standing, repr=False)
    refers_to: str = ""

    @property
    def net(self) -> Decimal:
        """Sum of the lines."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def tax(self) -> Decimal:
        """Sum of the taxes."""
        return sum((tax.amount for tax in self.taxes), ZERO)

    @property
    def total(self) -> Decimal:
        """Net and tax."""
        return self.net + self.tax

    @property
    def credit(self) -> Decimal:
        """Prepaid credit used."""
        return sum((one.amount for one in self.credits), ZERO)

    @property
    def due(self) -> Decimal:
        """What remains to be paid: the total less prepaid credit."""
        return self.total - self.credit

    @property
    def messages(self) -> int:
        """Messages on the usage lines."""
        return sum(item.messages for line in self.lines for item in line.items)
