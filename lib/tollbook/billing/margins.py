"""Margins: what each line earned over what its usage cost, the supplier's cost rated by the same rater. Internal.

A message that several charges count (a carrier surcharge beside its price) costs once: the first charge of the contract
that counts it bears the cost. Usage that no charge counts is a row of its own: it was paid for and is not billed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from tollbook.billing.bill import Bill
from tollbook.billing.billing import Changer
from tollbook.money import ZERO, round_money
from tollbook.rating.charges import UsageCharge
from tollbook.rating.contracts import Client
from tollbook.rating.exchange import ExchangeRate, ExchangeTable
from tollbook.rating.meter import counter
from tollbook.rating.prices import Dynamic
from tollbook.rating.rater import rate
from tollbook.usage.cube import Cell

NOT_BILLED = "not-billed"
OLDEST_RATE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Margin:
    """A line's amount against the supplier's cost of its usage, both in the bill's currency, before tax.

    Attributes:
        charge: of the line; `not-billed` for usage that no charge counts.
    """

    charge: str
    label: str
    amount: Decimal
    cost: Decimal

    @property
    def margin(self) -> Decimal:
        """What is left."""
        return self.amount - self.cost

    @property
    def share(self) -> Decimal | None:
        """The margin as a share of the amount; None where nothing was charged."""
        return self.margin / self.amount if self.amount else None


@dataclass(frozen=True, slots=True)
class Margins:
    """A bill's margins.

    Attributes:
        lines: in the bill's order; the amounts add up to its net, the costs to all that suppliers charged.
        exchange: the rates that suppliers' currencies were changed at; a margin is not an invoice, so an older rate
            than an invoice may use will do, and its day is told.
    """

    lines: tuple[Margin, ...]
    exchange: tuple[ExchangeRate, ...] = ()


def margins(bill: Bill, client: Client, usage: Sequence[Cell], *, exchange: ExchangeTable | None = None) -> Margins:
    """Every line of a bill with its cost.

    Raises:
        NoExchangeRate: a supplier's currency without a rate in the year before.
    """
    contract = client.contract(bill.month)
    change = Changer(contract, bill.month, exchange, silence=OLDEST_RATE)
    charges = {one.name: one for one in contract.charges if isinstance(one, UsageCharge)}
    left = list(usage)
    costs: dict[str, Decimal] = {}
    for name, charge in charges.items():
        counts = counter(charge.meter)
        mine, left = [cell for cell in left if counts(cell)], [cell for cell in left if not counts(cell)]
        bought = charge.model_copy(update={"price": Dynamic(), "allowance": None, "minimum": None, "maximum": None})
        costs[name] = round_money(rate(bought, mine, {}, convert=change).exact, bill.currency)
    idle = round_money(sum((cell.cost * change(cell.cost_currency) for cell in left if cell.cost), ZERO), bill.currency)
    found = [Margin(line.charge, line.label, line.amount, costs.get(line.charge, ZERO)) for line in bill.lines]
    found += [Margin(NOT_BILLED, "Usage that is not billed", ZERO, idle)] if idle else []
    return Margins(tuple(found), tuple(change.used.values()))
