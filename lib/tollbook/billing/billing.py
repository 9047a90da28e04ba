"""From usage and a contract to the bill. Pure: the same usage, contract and cards give the same bill, to the cent."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from tollbook.billing.bill import Bill, Item, Line, TaxLine, Unrated
from tollbook.money import ZERO, minor_digits, round_money, spread
from tollbook.period import Month
from tollbook.rating.cards import RateCard
from tollbook.rating.contracts import Client, Contract, RecurringCharge, UsageCharge
from tollbook.rating.prices import Step
from tollbook.rating.rater import Metered, Rating, rate
from tollbook.usage.cube import Cell

# Items keep this many decimals beyond the currency's own, so that small amounts by day stay visible.
EXTRA_DIGITS = 4


def make_bill(
    client: Client, month: Month, usage: Sequence[Cell], cards: Mapping[str, RateCard], *, batch: int
) -> Bill:
    """The bill of a month.

    Args:
        client: whose; the contract is the one in force on the month's first day.
        month: which, cut in the client's time zone.
        usage: the client's cube of that month.
        cards: the rate cards the contract names.
        batch: the ledger batch the cube was read at.

    Raises:
        NoContract: the month lies before the first contract.
    """
    contract = client.contract(month)
    rated = [(charge, _rated(charge, usage, cards)) for charge in contract.charges]
    lines = tuple(_line(charge, rating, contract) for charge, rating in rated)
    return Bill(
        client=client.client,
        month=month,
        currency=contract.currency,
        time_zone=client.time_zone,
        batch=batch,
        contract_from=contract.valid_from,
        lines=lines,
        taxes=tuple(_taxes(lines, contract)),
        unrated=tuple(_unrated(rated)),
        rate_cards=tuple((name, cards[name].sha) for name in sorted(set(contract.cards))),
        supplier_costs=_costs(usage),
    )


def _rated(charge: UsageCharge | RecurringCharge, usage: Iterable[Cell], cards: Mapping[str, RateCard]) -> Rating:
    if isinstance(charge, UsageCharge):
        return rate(charge, usage, cards)
    step = Step(f"per {charge.unit}", charge.quantity, charge.amount)
    return Rating(step.amount, (step,), ())


def _line(charge: UsageCharge | RecurringCharge, rating: Rating, contract: Contract) -> Line:
    usage = isinstance(charge, UsageCharge)
    amount = round_money(rating.exact, contract.currency, contract.rounding)
    return Line(
        charge=charge.name,
        label=charge.label,
        kind="usage" if isinstance(charge, UsageCharge) else "recurring",
        quantity=rating.quantity if usage else charge.quantity if isinstance(charge, RecurringCharge) else ZERO,
        unit=charge.meter.counts if isinstance(charge, UsageCharge) else charge.unit,
        exact=rating.exact,
        amount=amount,
        tax=charge.tax,
        steps=rating.steps,
        items=tuple(_items(rating, amount, minor_digits(contract.currency) + EXTRA_DIGITS)),
    )


def _items(rating: Rating, amount: Decimal, digits: int) -> Iterable[Item]:
    """The line by day and destination. What rounding the line took or gave is spread like the rest."""
    tiered = all(one.unit_price is None for one in rating.priced)
    weights = [one.usage.quantity if tiered else one.amount for one in rating.priced]
    for one, part in zip(rating.priced, spread(amount, weights, digits), strict=True):
        place = one.usage.destination
        yield Item(
            day=one.usage.day,
            channel=place.channel,
            direction=place.direction,
            country=place.country,
            network=place.network,
            messages=one.usage.messages,
            segments=one.usage.segments,
            quantity=one.usage.quantity,
            unit_price=one.unit_price,
            amount=part,
            reason=one.reason,
        )


def _taxes(lines: Sequence[Line], contract: Contract) -> Iterable[TaxLine]:
    """Tax per category on the sum of its lines, rounded once (EN 16931 BR-CO-17)."""
    for category, tax in contract.taxes.items():
        taxed = [line.amount for line in lines if line.tax == category]
        if taxed:
            basis = sum(taxed, ZERO)
            amount = round_money(basis * tax.rate / 100, contract.currency, contract.rounding)
            yield TaxLine(category, tax.label, tax.rate, basis, amount, tax.note)


def _unrated(rated: Iterable[tuple[UsageCharge | RecurringCharge, Rating]]) -> Iterable[Unrated]:
    for charge, rating in rated:
        sums: dict[tuple[str, str, str], list[Metered]] = {}
        for one in rating.unrated:
            place = one.destination
            sums.setdefault((place.channel, place.country, place.network), []).append(one)
        for (channel, country, network), usages in sorted(sums.items()):
            yield Unrated(
                charge=charge.name,
                channel=channel,
                country=country,
                network=network,
                messages=sum(one.messages for one in usages),
                quantity=sum((one.quantity for one in usages), ZERO),
                reason="no rate-card row covers it; add one, or a default row",
            )


def _costs(usage: Iterable[Cell]) -> tuple[tuple[str, Decimal], ...]:
    """The supplier's cost by currency, all statuses and directions."""
    sums: dict[str, Decimal] = {}
    for cell in usage:
        if cell.cost:
            sums[cell.cost_currency] = sums.get(cell.cost_currency, ZERO) + cell.cost
    return tuple(sorted(sums.items()))
