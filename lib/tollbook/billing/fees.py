"""Fees: what is due whether or not there is usage. By calendar days where a term is not full. Pure."""

from datetime import date
from decimal import Decimal, localcontext

from tollbook.billing.standing import term_of
from tollbook.money import PRECISION, ZERO
from tollbook.period import Month
from tollbook.rating.charges import OneOffCharge, RecurringCharge
from tollbook.rating.rater import Rating
from tollbook.rating.steps import Step, add

JANUARY = Month(1, 1)


def prorated(amount: Decimal, days: int, of: int) -> Decimal:
    """The exact share of an amount for so many days of a term: multiplied first, divided once, not rounded."""
    with localcontext(prec=PRECISION):
        return amount * days / of


def fee(charge: RecurringCharge | OneOffCharge, month: Month) -> Rating | None:
    """What a fee costs in a month; None when it is not due."""
    if isinstance(charge, OneOffCharge):
        if Month.of(charge.on) != month:
            return None
        return _rating([Step(f"per {charge.unit}", charge.quantity, charge.amount)])
    first, last = term_of(month, charge.every, Month.of(charge.starts) if charge.starts else JANUARY)
    if first != month:
        return None
    spans = _spans(charge, first.first, last.shift(1).first)
    return _rating([_step(charge, span, first.first, last.shift(1).first) for span in spans]) if spans else None


def quantity_of(charge: RecurringCharge | OneOffCharge, month: Month) -> Decimal:
    """The quantity printed on the line: the last one in force in the month."""
    if isinstance(charge, OneOffCharge):
        return charge.quantity
    changed = [change.quantity for change in charge.changes if change.on <= month.last]
    return changed[-1] if changed else charge.quantity


def _rating(steps: list[Step]) -> Rating:
    return Rating(add(step.amount for step in steps), tuple(steps), ())


Span = tuple[date, date, Decimal]


def _spans(charge: RecurringCharge, start: date, end: date) -> list[Span]:
    """[from, to) with one quantity each, within the term and the life of the fee."""
    start = max(start, charge.starts or start)
    end = min(end, charge.ends or end)
    edges = [(date.min, charge.quantity), *((change.on, change.quantity) for change in charge.changes)]
    bounds = [*(on for on, _ in edges[1:]), date.max]
    cut = [(max(on, start), min(until, end), quantity) for (on, quantity), until in zip(edges, bounds, strict=True)]
    return [(low, high, quantity) for low, high, quantity in cut if low < high]


def _step(charge: RecurringCharge, span: Span, start: date, end: date) -> Step:
    low, high, quantity = span
    days, whole = (high - low).days, (end - start).days
    if days == whole or (charge.prorate == "none" and not charge.changes):
        return Step(f"per {charge.unit}", quantity, charge.amount)
    words = f"{quantity.normalize():f} for {days} of {whole} days from {low}"
    return Step(words, ZERO, ZERO, prorated(quantity * charge.amount, days, whole))
