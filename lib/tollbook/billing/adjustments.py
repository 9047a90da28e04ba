"""Late usage: what an earlier month costs now, less what was invoiced for it, as lines of the next invoice. Pure.

The earlier month is rated whole again by the terms it was invoiced by, so late messages are priced in the tiers they
truly fall in: bill(A + B) = bill(A) + adjustment(B).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from tollbook.billing.bill import Bill, Line, TaxLine
from tollbook.billing.billing import taxes_of
from tollbook.billing.issued import Issued
from tollbook.money import ZERO
from tollbook.period import Month
from tollbook.rating.contracts import Contract, Tax
from tollbook.rating.steps import Step

Amounts = dict[str, tuple[Decimal, Decimal]]
"""Charge -> what was invoiced for it: quantity and amount."""


def invoiced(issued: Iterable[Issued], month: Month) -> Amounts:
    """What all invoices so far hold for a month: its own lines, and adjustments of it in later ones."""
    sums: Amounts = {}
    for one in issued:
        for line in one.document["lines"]:
            own = one.month == month and line["month"] is None
            if own or line["month"] == str(month):
                charge = str(line["charge"]).removesuffix(f"-{month}")
                quantity, amount = sums.get(charge, (ZERO, ZERO))
                sums[charge] = (quantity + Decimal(line["quantity"]), amount + Decimal(line["amount"]))
    return sums


def adjustments(again: Bill, before: Mapping[str, tuple[Decimal, Decimal]]) -> list[Line]:
    """The differences between an earlier month as it is now and as it was invoiced, a line per charge."""
    now = {line.charge: line for line in again.lines}
    found = []
    for charge in [*now, *(name for name in before if name not in now)]:
        quantity, amount = before.get(charge, (ZERO, ZERO))
        line = now.get(charge)
        due = (line.amount if line else ZERO) - amount
        if due == 0:
            continue
        words = f"now {line.amount if line else ZERO:f} less invoiced {amount:f}"
        found.append(
            Line(
                charge=f"{charge}-{again.month}",
                label=f"{line.label if line else charge}, {again.month.label()}",
                kind="adjustment",
                quantity=(line.quantity if line else ZERO) - quantity,
                unit=line.unit if line else "",
                exact=due,
                amount=due,
                tax=line.tax if line else "standard",
                steps=(Step(words, ZERO, ZERO, due),),
                month=again.month,
            )
        )
    return found


def with_adjustments(bill: Bill, contract: Contract, again: Sequence[tuple[Bill, list[Line]]]) -> Bill:
    """The bill with the adjustments of earlier months, taxed as in their own month.

    Usage that came late and has no price stands among the bill's own unrated usage, and blocks it as well.
    """
    taxes = {tax.category: _tax(tax) for tax in bill.taxes}
    lines = list(bill.lines)
    unrated = list(bill.unrated)
    for earlier, found in again:
        theirs = {tax.category: _tax(tax) for tax in earlier.taxes}
        unrated += earlier.unrated
        for line in found:
            tax = theirs[line.tax]
            category = line.tax if taxes.setdefault(line.tax, tax) == tax else f"{line.tax}-{earlier.month}"
            taxes[category] = tax
            lines.append(replace(line, tax=category))
    if len(lines) == len(bill.lines):
        return replace(bill, unrated=tuple(unrated))
    return replace(bill, lines=tuple(lines), taxes=taxes_of(lines, contract, taxes), unrated=tuple(unrated))


def _tax(line: TaxLine) -> Tax:
    return Tax.model_validate({"rate": line.rate, "label": line.label, "note": line.note, "code": line.code or None})

