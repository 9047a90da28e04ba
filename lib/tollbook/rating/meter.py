"""The meter: which of a client's usage a charge counts, by local day and destination. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from typing import Protocol

from tollbook.money import PRECISION, ZERO
from tollbook.rating.charges import Meter
from tollbook.rating.rates import Destination


class Usage(Protocol):
    """What the rater needs to know of usage; `tollbook.usage.cube.Cell` is one."""

    @property
    def day(self) -> date: ...  # noqa: D102
    @property
    def channel(self) -> str: ...  # noqa: D102
    @property
    def direction(self) -> str: ...  # noqa: D102
    @property
    def country(self) -> str: ...  # noqa: D102
    @property
    def network(self) -> str: ...  # noqa: D102
    @property
    def category(self) -> str: ...  # noqa: D102
    @property
    def campaign(self) -> str: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def messages(self) -> int: ...  # noqa: D102
    @property
    def segments(self) -> int: ...  # noqa: D102
    @property
    def cost_currency(self) -> str: ...  # noqa: D102
    @property
    def cost(self) -> Decimal: ...  # noqa: D102
    @property
    def carrier_fee(self) -> Decimal: ...  # noqa: D102
    @property
    def units(self) -> Decimal: ...  # noqa: D102
    @property
    def prefix(self) -> str: ...  # noqa: D102
    @property
    def sender_type(self) -> str: ...  # noqa: D102
    @property
    def error(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Metered:
    """A charge's usage at one destination on one local day.

    Attributes:
        quantity: what the meter counts.
        units: as the source counts them (minutes, pages).
        cost, carrier_fee: carried by the records, in `currency`.
    """

    day: date
    destination: Destination
    messages: int
    segments: int
    quantity: Decimal
    units: Decimal = ZERO
    cost: Decimal = ZERO
    carrier_fee: Decimal = ZERO
    currency: str = ""


def meter(usage: Iterable[Usage], rule: Meter, *, unit: str | None = None, carried: bool = False) -> list[Metered]:
    """The usage a charge counts, by day and destination in that order.

    Args:
        usage: the cube.
        rule: the charge's meter.
        unit: what `Metered.quantity` is, in place of the meter's own `counts`.
        carried: keep the currencies of the records' own amounts apart; so it is when the meter counts money.
    """
    counted = unit or rule.counts
    carried = carried or counted in {"cost", "carrier_fee"}
    sums: dict[tuple[date, Destination, str], Metered] = {}
    for cell in usage:
        if _counts(cell, rule):
            place = Destination(
                cell.channel, cell.direction, cell.country, cell.network, cell.category, cell.prefix, cell.sender_type
            )
            currency = cell.cost_currency if carried else ""
            key = (cell.day, place, currency)
            sums[key] = _plus(sums.get(key) or Metered(cell.day, place, 0, 0, ZERO, currency=currency), cell)
    found = [replace(one, quantity=quantity_of(one, counted)) for one in sums.values()]
    return sorted(found, key=lambda one: (one.day, *_order(one.destination), one.currency))


def _plus(one: Metered, cell: Usage) -> Metered:
    with localcontext(prec=PRECISION):
        return Metered(
            one.day,
            one.destination,
            one.messages + cell.messages,
            one.segments + cell.segments,
            ZERO,
            one.units + cell.units,
            one.cost + cell.cost,
            one.carrier_fee + cell.carrier_fee,
            one.currency,
        )


def quantity_of(one: Metered, counted: str) -> Decimal:
    """How much usage there is, in what a meter or a card counts."""
    match counted:
        case "segments":
            return Decimal(one.segments)
        case "messages":
            return Decimal(one.messages)
        case "quantity":
            return one.units
        case "cost":
            return one.cost
    return one.carrier_fee


def _order(place: Destination) -> tuple[str, ...]:
    return (
        place.channel, place.direction, place.country, place.network, place.category, place.prefix, place.sender_type,
    )  # fmt: skip


def _counts(cell: Usage, rule: Meter) -> bool:
    return cell.error not in rule.exempt_errors and all(
        not wanted or value in wanted
        for wanted, value in (
            (rule.channels, cell.channel),
            (rule.directions, cell.direction),
            (rule.countries, cell.country),
            (rule.categories, cell.category),
            (rule.campaigns, cell.campaign),
            (rule.sender_types, cell.sender_type),
            (rule.billable(cell.channel), cell.status),
        )
    )
