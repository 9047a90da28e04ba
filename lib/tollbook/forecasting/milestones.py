"""What may be passed before the month is over, how likely and when: the budget, the next tiers, the commitment.

A milestone is looked for with the real rater: the least number of further messages that passes it, by halving. So
allowances, shared meters and effective dates count as they do on the invoice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Literal

import numpy as np

from tollbook.billing.bill import Bill
from tollbook.billing.reductions import term
from tollbook.forecasting.calendar_terms import Floats
from tollbook.period import Month
from tollbook.rating.contracts import Client, UsageCharge
from tollbook.rating.tiers import Tiered

Kind = Literal["budget", "tier", "commitment"]


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something the month's usage may pass.

    Attributes:
        kind: `budget`: the bill passes the client's budget; `tier`: the charge enters its next tier; `commitment`:
            what was promised for the term that ends with this month is spent (1 - chance: it is missed).
        name: the charge or commitment; "" for the budget.
        label: as on the invoice.
        chance: share of futures that pass it before the month is over.
        day: by when half of the futures that pass it have passed it; None when none does.
        messages: how many further messages pass it; None when no future sends enough.
    """

    kind: Kind
    name: str
    label: str
    chance: float
    day: date | None
    messages: int | None


def milestones(
    priced: Callable[[int], Bill], daily: Floats, first: date, client: Client, month: Month
) -> tuple[Milestone, ...]:
    """What the futures may pass.

    Args:
        priced: the month's bill by further messages.
        daily: simulated messages, shape (futures, unknown days).
        first: the first of those days.
        client: for the budget and the contract.
        month: the month.
    """
    running = np.cumsum(daily, axis=1)
    most = int(np.rint(running[:, -1].max()))
    contract = client.contract(month)
    found: list[tuple[Kind, str, str, Callable[[Bill], bool]]] = []
    if client.budget is not None:
        budget = client.budget
        found.append(("budget", "", "budget", lambda bill: bill.total > budget))
    promise = contract.commitment
    if promise and promise.true_up and term(promise, contract, month)[1] == month:
        name = promise.name
        found.append(("commitment", name, promise.label, lambda bill: not _amount(bill, name)))
    for charge in contract.charges:
        if isinstance(charge, UsageCharge) and isinstance(charge.price, Tiered):
            name, price = charge.name, charge.price
            reached = _tier(priced(0), name, price)
            if reached + 1 < len(price.tiers):
                label = f"{charge.label}: {price.label(reached + 1)}"
                passed = partial(_passed, name=name, price=price, reached=reached)
                found.append(("tier", name, label, passed))
    return tuple(
        _milestone(kind, name, label, _least(priced, holds, most), running, first) for kind, name, label, holds in found
    )


def _amount(bill: Bill, name: str) -> Decimal:
    return sum((line.amount for line in bill.lines if line.charge == name), Decimal(0))


def _passed(bill: Bill, *, name: str, price: Tiered, reached: int) -> bool:
    return _tier(bill, name, price) > reached


def _tier(bill: Bill, name: str, price: Tiered) -> int:
    """The highest tier that a charge's line has reached, the first when it is empty."""
    steps = {step.label for line in bill.lines if line.charge == name for step in line.steps}
    return max((index for index in range(len(price.tiers)) if price.label(index) in steps), default=0)


def _least(priced: Callable[[int], Bill], holds: Callable[[Bill], bool], most: int) -> int | None:
    """The least number up to `most` for which it holds, by halving; None when it holds for none."""
    if not holds(priced(most)):
        return None
    if holds(priced(0)):
        return 0
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(priced(middle)) else (middle, high)
    return high


def _milestone(kind: Kind, name: str, label: str, needed: int | None, running: Floats, first: date) -> Milestone:
    if needed is None:
        return Milestone(kind, name, label, 0.0, None, None)
    passes = np.rint(running) >= needed
    passing = passes[:, -1]
    if not passing.any():
        return Milestone(kind, name, label, 0.0, None, needed)
    days = np.argmax(passes[passing], axis=1)
    half = int(np.quantile(days, 0.5, method="inverted_cdf"))
    return Milestone(kind, name, label, float(passing.mean()), first + timedelta(days=half), needed)
