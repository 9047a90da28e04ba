"""From usage and a contract to the bill. Pure: the same usage, contract and cards give the same bill, to the cent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tollbook.billing.bill import Bill, CreditUse, Item, Line, TaxLine, Unrated
from tollbook.billing.fees import fee, quantity_of
from tollbook.billing.reductions import commitment_lines, committed, discounts, term
from tollbook.billing.standing import Standing
from tollbook.money import ZERO, minor_digits, round_money, spread
from tollbook.period import Month
from tollbook.rating.cards import RateCard
from tollbook.rating.charges import UsageCharge
from tollbook.rating.contracts import Charge, Client, Contract, Tax
from tollbook.rating.exchange import LONGEST_SILENCE, ExchangeRate, ExchangeTable
from tollbook.rating.rater import Metered, Rating, rate
from tollbook.rating.steps import add
from tollbook.usage.cube import Cell

# Items keep this many decimals beyond the currency's own, so that small amounts by day stay visible.
EXTRA_DIGITS = 4


def make_bill(  # noqa: PLR0913 - what a bill depends on
    client: Client,
    month: Month,
    usage: Sequence[Cell],
    cards: Mapping[str, RateCard],
    *,
    batch: int,
    standing: Standing | None = None,
    exchange: ExchangeTable | None = None,
) -> Bill:
    """The bill of a month.

    Args:
        client: whose; the contract is the one in force on the month's first day.
        month: which, cut in the client's time zone.
        usage: the client's cube of that month.
        cards: the rate cards the contract names.
        batch: the ledger batch the cube was read at.
        standing: what earlier months left; a fresh start when None.
        exchange: rates for prices and costs in other currencies; the table that comes with Tollbook when None.

    Raises:
        NoContract: the month lies before the first contract.
        NoExchangeRate: a price is in a currency without a rate for the month.
        NoTaxRate: a domestic supply in a country whose rate nobody stated.
    """
    contract = client.contract(month)
    before = standing or Standing()
    changer = Changer(contract, month, exchange)
    rated = [
        (charge, rating)
        for charge in contract.charges
        if (rating := _rated(charge, month, usage, cards, changer, before)) is not None
    ]
    charged = [_line(charge, rating, contract, month) for charge, rating in rated]
    reduced, nets = discounts(contract, charged, month)
    now = committed(contract, nets)
    lines = (*charged, *reduced, *commitment_lines(contract, month, before.committed, now))
    made = Bill(
        client=client.client,
        month=month,
        currency=contract.currency,
        time_zone=client.time_zone,
        batch=batch,
        contract_from=contract.valid_from,
        lines=lines,
        taxes=taxes_of(lines, contract, {line.tax: client.tax(contract, line.tax, month) for line in lines}),
        unrated=tuple(_unrated(rated)),
        rate_cards=tuple((name, cards[name].sha) for name in sorted(set(contract.cards))),
        supplier_costs=_costs(usage),
        entity=contract.entity,
        exchange=tuple(changer.used.values()),
        exchange_sha=changer.sha if changer.used else "",
    )
    used = dict(before.credit_used)
    credits_ = credits_of(made, contract, used)
    for one in credits_:
        used[one.name] = used.get(one.name, ZERO) + one.amount
    ends = contract.commitment and term(contract.commitment, contract, month)[1] == month
    carried = Standing(_free_units(rated), ZERO if ends else before.committed + now, used)
    return replace(made, credits=credits_, carried=carried)


class Changer:
    """Other currencies into the contract's, at the month's rate; remembers which it was asked for.

    Args:
        contract: says the currency, and which day's rate counts.
        month: which.
        table: the rates; those that come with Tollbook when None.
        silence: how old a rate may be.
    """

    def __init__(
        self, contract: Contract, month: Month, table: ExchangeTable | None, *, silence: timedelta = LONGEST_SILENCE
    ) -> None:
        self._silence = silence
        self._to = contract.currency
        self._day = month.last if contract.exchange == "last-day" else month.first
        self._table = table
        self.used: dict[str, ExchangeRate] = {}
        self.sha = ""

    def __call__(self, currency: str) -> Decimal:
        """Units of the contract's currency for one of `currency`."""
        if currency in (self._to, ""):
            return Decimal(1)
        if currency not in self.used:
            table = self._table or ExchangeTable.read()
            self.sha = table.sha
            self.used[currency] = table.rate(currency, self._to, self._day, silence=self._silence)
        return self.used[currency].rate


def _rated(
    charge: Charge,
    month: Month,
    usage: Iterable[Cell],
    cards: Mapping[str, RateCard],
    changer: Changer,
    before: Standing,
) -> Rating | None:
    if isinstance(charge, UsageCharge):
        return rate(charge, usage, cards, convert=changer, carried=before.free_units.get(charge.name, ZERO))
    return fee(charge, month)


def _line(charge: Charge, rating: Rating, contract: Contract, month: Month) -> Line:
    amount = round_money(rating.exact, contract.currency, contract.rounding)
    used = isinstance(charge, UsageCharge)
    return Line(
        charge=charge.name,
        label=charge.label,
        kind=charge.kind,
        quantity=rating.quantity if isinstance(charge, UsageCharge) else quantity_of(charge, month),
        unit=charge.meter.counts.replace("_", " ") if isinstance(charge, UsageCharge) else charge.unit,
        exact=rating.exact,
        amount=amount,
        tax=charge.tax,
        steps=rating.steps,
        items=tuple(_items(rating, amount, minor_digits(contract.currency) + EXTRA_DIGITS)) if used else (),
    )


def _items(rating: Rating, amount: Decimal, digits: int) -> Iterable[Item]:
    """The line by day and destination. What rounding, a minimum or a maximum took or gave is spread like the rest."""
    weights = [one.amount for one in rating.priced]
    if not any(weights):
        weights = [one.usage.quantity for one in rating.priced]
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


def taxes_of(lines: Sequence[Line], contract: Contract, taxes: Mapping[str, Tax]) -> tuple[TaxLine, ...]:
    """Tax per category on the sum of its lines, rounded once (EN 16931 BR-CO-17); in the contract's order."""
    order = [
        *(name for name in contract.taxes if name in taxes),
        *(name for name in taxes if name not in contract.taxes),
    ]
    found = []
    for category in order:
        tax = taxes[category]
        taxed = [line.amount for line in lines if line.tax == category]
        if taxed:
            basis = add(taxed)
            amount = round_money(basis * tax.rate / 100, contract.currency, contract.rounding)
            found.append(TaxLine(category, tax.label, tax.rate, basis, amount, tax.note, tax.category_code))
    return tuple(found)


def credits_of(bill: Bill, contract: Contract, used: Mapping[str, Decimal]) -> tuple[CreditUse, ...]:
    """The prepaid credit that pays a bill, tax included: what is in force, what lapses first used first.

    Args:
        bill: what is owed.
        contract: whose prepaid credit.
        used: credit -> what earlier invoices took of it.
    """
    owed = max(bill.total, ZERO)
    in_force = [one for one in contract.prepaid if Month.of(one.starts) <= bill.month]
    in_force = [one for one in in_force if one.ends is None or one.ends > bill.month.first]
    found = []
    for one in sorted(in_force, key=lambda one: (one.ends is None, one.ends or one.starts, one.starts)):
        left = one.amount - used.get(one.name, ZERO)
        taken = min(left, owed)
        if taken > 0:
            owed -= taken
            found.append(CreditUse(one.name, one.label, taken, left - taken))
    return tuple(found)


def _free_units(rated: Iterable[tuple[Charge, Rating]]) -> dict[str, Decimal]:
    """What rolls over, at most each allowance's maximum."""
    return {
        charge.name: min(rating.allowance_left, charge.allowance.rollover.maximum)
        for charge, rating in rated
        if isinstance(charge, UsageCharge) and charge.allowance and charge.allowance.rollover
    }


def _unrated(rated: Iterable[tuple[Charge, Rating]]) -> Iterable[Unrated]:
    for charge, rating in rated:
        sums: dict[tuple[str, str, str, str], list[Metered]] = {}
        for one, reason in zip(rating.unrated, rating.reasons, strict=True):
            place = one.destination
            sums.setdefault((place.channel, place.country, place.network, reason), []).append(one)
        for (channel, country, network, reason), usages in sorted(sums.items()):
            yield Unrated(
                charge=charge.name,
                channel=channel,
                country=country,
                network=network,
                messages=sum(one.messages for one in usages),
                quantity=add(one.quantity for one in usages),
                reason=reason,
            )


def _costs(usage: Iterable[Cell]) -> tuple[tuple[str, Decimal], ...]:
    """The supplier's cost by currency, all statuses and directions."""
    sums: dict[str, Decimal] = {}
    for cell in usage:
        if cell.cost:
            sums[cell.cost_currency] = sums.get(cell.cost_currency, ZERO) + cell.cost
    return tuple(sorted(sums.items()))
