"""The meter: which of a client's usage a charge counts, by local day and destination. Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal, localcontext
from typing import NamedTuple, Protocol

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


class Metered(NamedTuple):
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


Sums = tuple[int, int, Decimal, Decimal, Decimal]
"""Usage in each of `MEASURES`."""
MEASURES = ("messages", "segments", "units", "cost", "carrier_fee")
# What a meter or a card counts -> the measure it is.
COUNTED = {**{name: name for name in MEASURES}, "quantity": "units"}


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
    asked = _asked(rule)
    sums: dict[tuple[date, Destination, str], Sums] = {}
    with localcontext(prec=PRECISION):
        for cell in usage:
            if _counts(cell, rule, asked):
                currency = cell.cost_currency if carried else ""
                key = (cell.day, _place(cell), currency)
                known = sums.get(key)
                sums[key] = _sums(cell) if known is None else _plus(known, cell)
    found = [_metered(key, measures, counted) for key, measures in sums.items()]
    return sorted(found, key=lambda one: (one.day, one.destination, one.currency))


def _place(cell: Usage) -> Destination:
    return Destination(
        cell.channel, cell.direction, cell.country, cell.network, cell.category, cell.prefix, cell.sender_type
    )


def _sums(cell: Usage) -> Sums:
    return cell.messages, cell.segments, cell.units, cell.cost, cell.carrier_fee


def _plus(sums: Sums, cell: Usage) -> Sums:
    messages, segments, units, cost, carrier_fee = sums
    return (
        messages + cell.messages,
        segments + cell.segments,
        units + cell.units,
        cost + cell.cost,
        carrier_fee + cell.carrier_fee,
    )


def _metered(key: tuple[date, Destination, str], sums: Sums, counted: str) -> Metered:
    day, place, currency = key
    messages, segments, units, cost, carrier_fee = sums
    quantity = Decimal(sums[MEASURES.index(COUNTED[counted])])
    return Metered(day, place, messages, segments, quantity, units, cost, carrier_fee, currency)


def counts(cell: Usage, rule: Meter) -> bool:
    """Whether a meter counts this usage."""
    return _counts(cell, rule, _asked(rule))


def quantity_of(one: Metered, counted: str) -> Decimal:
    """How much usage there is, in what a meter or a card counts."""
    return Decimal(getattr(one, COUNTED[counted]))


def _asked(rule: Meter) -> dict[str, Collection[str]]:
    """What a cell must have for the meter to count it; the billable statuses are looked at for themselves."""
    asked = {
        "channel": rule.channels,
        "direction": rule.directions,
        "country": rule.countries,
        "category": rule.categories,
        "campaign": rule.campaigns,
        "sender_type": rule.sender_types,
    }
    return {name: frozenset(values) for name, values in asked.items() if values}


def _counts(cell: Usage, rule: Meter, asked: Mapping[str, Collection[str]]) -> bool:
    statuses = rule.billable(cell.channel)
    return (
        (not statuses or cell.status in statuses)
        and cell.error not in rule.exempt_errors
        and all(getattr(cell, name) in values for name, values in asked.items())
    )
