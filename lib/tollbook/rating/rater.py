"""The rater: metered usage and a price in, exact amounts with their reasons out. Pure; nothing is rounded here."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import NamedTuple

from tollbook.money import PRECISION, ZERO
from tollbook.rating.cards import UNITS, RateCard
from tollbook.rating.charges import CardPrice, MatrixPrice, Meter, UsageCharge
from tollbook.rating.meter import Metered, Usage, meter, quantity_of
from tollbook.rating.prices import Dynamic
from tollbook.rating.steps import Rated, Step, add

__all__ = ["Convert", "Metered", "Priced", "Rating", "Usage", "meter", "rate", "same_currency"]

Convert = Callable[[str], Decimal]
"""A currency in; units of the contract's currency for one of it out."""


class Priced(NamedTuple):
    """Metered usage with its price: a unit price and its reason, or None where the price is tiered."""

    usage: Metered
    unit_price: Decimal | None
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Rating:
    """A charge rated: what it costs exactly, why, and the usage that no price covers.

    Attributes:
        unrated: metered, with the reason why no price covers it.
        allowance_left: free units that were not used.
    """

    exact: Decimal
    steps: tuple[Step, ...]
    priced: tuple[Priced, ...]
    unrated: tuple[Metered, ...] = ()
    reasons: tuple[str, ...] = ()
    allowance_left: Decimal = ZERO

    @property
    def quantity(self) -> Decimal:
        """Units that were metered and have a price, free ones included."""
        return add(one.usage.quantity for one in self.priced)


def same_currency(_currency: str) -> Decimal:
    """The conversion of a contract that needs none."""
    return Decimal(1)


def rate(
    charge: UsageCharge,
    usage: Iterable[Usage],
    cards: Mapping[str, RateCard],
    *,
    convert: Convert = same_currency,
    carried: Decimal = ZERO,
) -> Rating:
    """Rate one usage charge: free units, then the price, then the charge's minimum and maximum.

    Args:
        charge: the contract's line.
        usage: the client's cube of the month.
        cards: the rate cards the contract names.
        convert: other currencies into the contract's.
        carried: free units left from the months before.
    """
    metered = meter(usage, charge.meter, carried=isinstance(charge.price, Dynamic))
    free = charge.allowance.units + carried if charge.allowance else ZERO
    match charge.price:
        case CardPrice(card=name):
            rated = _each(metered, free, _by_card(cards[name], charge.meter.counts, convert))
        case MatrixPrice():
            rated = _each(metered, free, _by_matrix(charge.price))
        case Dynamic():
            rated = _each(metered, free, _by_record(charge.price, convert))
        case _:
            rated = _together(_in_currency(charge.meter, metered, convert), free, charge.price.rate)
    return _bounded(rated, charge)


Pricing = Callable[[Metered, Decimal], "Priced | str"]
"""Usage and how much of it is not free in; its price, or why there is none, out."""


def _by_card(card: RateCard, counted: str, convert: Convert) -> Pricing:
    def price(one: Metered, paid: Decimal) -> Priced | str:
        found = card.find(one.destination, one.day)
        if found is None:
            return card.why_not(one.destination, one.day)
        with localcontext(prec=PRECISION):
            unit = UNITS[found.unit]
            usage = one if unit == counted else one._replace(quantity=quantity_of(one, unit))
            # The card says what is counted; what is free was counted by the meter, so it is taken by its share.
            due = usage.quantity if paid == one.quantity else usage.quantity * paid / one.quantity
            each = found.price * convert(found.currency)
            return Priced(usage, each, due * each, f"{card.name} {found.reason}")

    return price


def _by_matrix(table: MatrixPrice) -> Pricing:
    def price(one: Metered, paid: Decimal) -> Priced | str:
        place = one.destination
        for line, row in enumerate(table.prices, 1):
            asked = row.model_dump(exclude={"unit"})
            if all(not value or getattr(place, name) == value for name, value in asked.items()):
                words = ", ".join(f"{name} {value}" for name, value in asked.items() if value)
                return Priced(one, row.unit, paid * row.unit, f"row {line}: {words or 'default'}")
        return "no row of the charge's matrix covers it; add one without conditions as the last"

    return price


def _by_record(price: Dynamic, convert: Convert) -> Pricing:
    def rated(one: Metered, paid: Decimal) -> Priced | str:
        amount = one.cost if price.carried == "cost" else one.carrier_fee
        with localcontext(prec=PRECISION):
            due = amount * (convert(one.currency) if amount else 1)
            due = due if paid == one.quantity else due * paid / one.quantity
        whole = price.price(due, paid)
        return Priced(one, None, whole.amount, "; ".join(step.label for step in whole.steps))

    return rated


def _in_currency(rule: Meter, metered: Sequence[Metered], convert: Convert) -> list[Metered]:
    """Amounts of money that the meter counts, in the contract's currency."""
    if rule.counts not in {"cost", "carrier_fee"}:
        return list(metered)
    return [
        one._replace(quantity=one.quantity * convert(one.currency)) if one.quantity else one for one in metered
    ]  # fmt: skip


def _paid(metered: Sequence[Metered], free: Decimal) -> Iterator[tuple[Metered, Decimal]]:
    """Each usage with what of it is not free: the earliest takes the free units first."""
    for one in metered:
        taken = min(free, one.quantity)
        free -= taken
        yield one, one.quantity - taken


def _each(metered: Sequence[Metered], free: Decimal, price: Pricing) -> Rating:
    """Usage priced place by place."""
    priced: list[Priced] = []
    unrated: list[Metered] = []
    reasons: list[str] = []
    used = ZERO
    for one, paid in _paid(metered, free):
        found = price(one, paid)
        if isinstance(found, str):
            unrated.append(one)
            reasons.append(found)
            continue
        used += one.quantity - paid
        priced.append(found)
    steps = _steps(priced)
    return Rating(
        add(step.amount for step in steps), steps, tuple(priced), tuple(unrated), tuple(reasons), max(free - used, ZERO)
    )


def _steps(priced: Sequence[Priced]) -> tuple[Step, ...]:
    """One step per reason, in the order first used: what was paid for at the unit price, or the amount carried."""
    grouped: dict[tuple[str, Decimal | None], list[Priced]] = {}
    for one in priced:
        grouped.setdefault((one.reason, one.unit_price), []).append(one)
    steps = []
    for (reason, unit_price), members in grouped.items():
        amount = add(one.amount for one in members)
        quantity = add(one.usage.quantity for one in members)
        if unit_price is None:
            steps.append(Step(reason, ZERO, ZERO, amount))
            continue
        full = Step(reason, quantity, unit_price)
        steps.append(full)
        if full.amount != amount:
            with localcontext(prec=PRECISION):
                steps.append(Step("included", ZERO, ZERO, amount - full.amount))
    return tuple(steps)


def _together(metered: Sequence[Metered], free: Decimal, price: Callable[[Decimal], Rated]) -> Rating:
    """Usage priced by its whole quantity."""
    whole = add(one.quantity for one in metered)
    paid = max(whole - free, ZERO)
    rated = price(paid)
    steps = (*([Step("included", whole - paid, ZERO)] if whole > paid else []), *rated.steps)
    reason = "; ".join(step.label for step in steps)
    each = len(steps) == 1 and steps[0].flat == 0 and steps[0].label == "each" and steps[0].quantity == whole
    unit_price = steps[0].unit_price if each else None
    with localcontext(prec=PRECISION):
        priced = [
            Priced(one, unit_price, ZERO if unit_price is None else one.quantity * unit_price, reason)
            for one in metered
        ]  # fmt: skip
    return Rating(rated.amount, steps, tuple(priced), allowance_left=max(free - whole, ZERO))


def _bounded(rated: Rating, charge: UsageCharge) -> Rating:
    """The charge's minimum and maximum, each as a step of its own."""
    with localcontext(prec=PRECISION):
        for word, bound in (("minimum", charge.minimum), ("maximum", charge.maximum)):
            outside = bound is not None and (rated.exact < bound if word == "minimum" else rated.exact > bound)
            if outside and bound is not None:
                step = Step(word, ZERO, ZERO, bound - rated.exact)
                return replace(rated, exact=bound, steps=(*rated.steps, step))
    return rated
