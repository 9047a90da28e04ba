"""The meter: which of a client's usage a charge counts, by local day and destination. Pure."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, localcontext
from functools import cache
from operator import attrgetter
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
# Of usage: how much it is, where it went, and what a meter looks at.
_SUMS = attrgetter(*MEASURES)
_PLACE = attrgetter(*Destination._fields)
_KIND = attrgetter("channel", "direction", "country", "category", "campaign", "sender_type", "status", "error")


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
    counts = counter(rule)
    sums: dict[tuple[date, Destination, str], Sums] = {}
    with localcontext(prec=PRECISION):
        for cell in usage:
            if counts(cell):
                key = (cell.day, Destination._make(_PLACE(cell)), cell.cost_currency if carried else "")
                known = sums.get(key)
                sums[key] = _SUMS(cell) if known is None else _plus(known, cell)
    place = MEASURES.index(COUNTED[counted])
    found = [_metered(key, measures, Decimal(measures[place])) for key, measures in sums.items()]
    return sorted(found, key=lambda one: (one.day, one.destination, one.currency))


def _plus(sums: Sums, cell: Usage) -> Sums:
    messages, segments, units, cost, carrier_fee = sums
    return (
        messages + cell.messages,
        segments + cell.segments,
        units + cell.units,
        cost + cell.cost,
        carrier_fee + cell.carrier_fee,
    )


def _metered(key: tuple[date, Destination, str], sums: Sums, quantity: Decimal) -> Metered:
    day, place, currency = key
    messages, segments, units, cost, carrier_fee = sums
    return Metered(day, place, messages, segments, quantity, units, cost, carrier_fee, currency)


def counter(rule: Meter) -> Callable[[Usage], bool]:
    """Tells whether a meter counts some usage; usage of one kind is looked at once."""
    asked = (rule.channels, rule.directions, rule.countries, rule.categories, rule.campaigns, rule.sender_types)

    @cache
    def counted(kind: tuple[str, ...]) -> bool:
        *values, status, error = kind
        statuses = rule.billable(values[0])
        return (
            (not statuses or status in statuses)
            and error not in rule.exempt_errors
            and all(not wanted or value in wanted for value, wanted in zip(values, asked, strict=True))
        )

    return lambda cell: counted(_KIND(cell))


def quantity_of(one: Metered, counted: str) -> Decimal:
    """How much usage there is, in what a meter or a card counts."""
    return Decimal(getattr(one, COUNTED[counted]))
