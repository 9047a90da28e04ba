"""What changes the sum of the lines: discounts, then the commitment's true-up or overage. Pure.

A discount takes from what earlier ones left. It is one line per tax category; what each charge lost is known, so that
a commitment counts what was really charged.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext

from tollbook.billing.bill import Line
from tollbook.billing.standing import term_of
from tollbook.money import PRECISION, ZERO, minor_digits, round_money, spread
from tollbook.period import Month
from tollbook.rating.charges import Commitment, Discount, UsageCharge
from tollbook.rating.contracts import Contract
from tollbook.rating.steps import Step, add

Nets = dict[str, Decimal]
"""Charge -> what is left of its line after discounts."""


def discounts(contract: Contract, lines: Sequence[Line], month: Month) -> tuple[list[Line], Nets]:
    """The discounts' lines (negative), and what is left of every charge."""
    nets = {line.charge: line.amount for line in lines}
    found: list[Line] = []
    for discount in contract.discounts:
        if _holds(discount, month):
            found += _discount(discount, contract, lines, nets)
    return found, nets


def _holds(discount: Discount, month: Month) -> bool:
    return (discount.starts or month.first) <= month.first < (discount.ends or month.last)


def _discount(discount: Discount, contract: Contract, lines: Sequence[Line], nets: Nets) -> Iterable[Line]:
    chosen = [line for line in lines if not discount.charges or line.charge in discount.charges]
    basis = add(nets[line.charge] for line in chosen)
    if basis <= 0:
        return
    exact, step = _value(discount, basis)
    amount = round_money(exact, contract.currency, contract.rounding)
    parts = spread(amount, [max(nets[line.charge], ZERO) for line in chosen], minor_digits(contract.currency))
    by_tax: dict[str, Decimal] = {}
    for line, part in zip(chosen, parts, strict=True):
        nets[line.charge] -= part
        by_tax[line.tax] = by_tax.get(line.tax, ZERO) + part
    for tax, part in by_tax.items():
        if part:
            steps = (step,) if len(by_tax) == 1 else ()
            name = discount.name if len(by_tax) == 1 else f"{discount.name}-{tax}"
            exactly = -exact if len(by_tax) == 1 else -part
            yield Line(name, discount.label, "discount", Decimal(1), "discount", exactly, -part, tax, steps)


def _value(discount: Discount, basis: Decimal) -> tuple[Decimal, Step]:
    """What it takes from `basis`, exactly, and the step that says so."""
    if discount.amount is not None:
        taken = min(discount.amount, basis)
        return taken, Step("fixed", ZERO, ZERO, -taken)
    percent = discount.percent or ZERO
    for band in discount.bands:
        percent = band.percent if basis > band.above else percent
    with localcontext(prec=PRECISION):
        taken = basis * percent / 100
        return taken, Step(f"{percent:f} %", basis, -percent / 100)


def committed(contract: Contract, nets: Nets) -> Decimal:
    """What this month's lines add to the commitment: those it names, or all usage charges."""
    if contract.commitment is None:
        return ZERO
    usage = tuple(one.name for one in contract.charges if isinstance(one, UsageCharge))
    return add(nets.get(name, ZERO) for name in contract.commitment.charges or usage)


def term(commitment: Commitment, contract: Contract, month: Month) -> tuple[Month, Month]:
    """First and last month of the commitment's term."""
    return term_of(month, commitment.every, Month.of(commitment.starts or contract.valid_from))


def commitment_lines(contract: Contract, month: Month, before: Decimal, now: Decimal) -> Iterable[Line]:
    """What is missing at the end of the term, and what overage costs above its price.

    Args:
        contract: with or without a commitment.
        month: the month billed.
        before: what earlier months of the term count towards it.
        now: what this month does.
    """
    promise = contract.commitment
    if promise is None:
        return
    over = max(before + now - promise.amount, ZERO) - max(before - promise.amount, ZERO)
    if over and promise.overage_factor > 1:
        step = Step("beyond the commitment", over, promise.overage_factor - 1)
        yield _line(promise, contract, "overage", step)
    missing = promise.amount - before - now
    if promise.true_up and missing > 0 and month == term(promise, contract, month)[1]:
        words = f"committed {promise.amount:f} less {before + now:f}"
        yield _line(promise, contract, "", Step(words, ZERO, ZERO, missing))


def _line(promise: Commitment, contract: Contract, suffix: str, step: Step) -> Line:
    amount = round_money(step.amount, contract.currency, contract.rounding)
    name = f"{promise.name}-{suffix}" if suffix else promise.name
    label = f"{promise.label} ({suffix})" if suffix else promise.label
    return Line(name, label, "commitment", Decimal(1), "commitment", step.amount, amount, promise.tax, (step,))
