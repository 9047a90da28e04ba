"""The rater: metered usage and a price in, exact amounts with their reasons out. Pure; nothing is rounded here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from tollbook.money import ZERO
from tollbook.rating.cards import UNITS, Destination, RateCard
from tollbook.rating.contracts import CardPrice, Meter, UsageCharge
from tollbook.rating.prices import Step


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


@dataclass(frozen=True, slots=True)
class Metered:
    """A charge's usage at one destination on one local day."""

    day: date
    destination: Destination
    messages: int
    segments: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Priced:
    """Metered usage with its price: a unit price and its reason, or None where the price is tiered."""

    usage: Metered
    unit_price: Decimal | None
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Rating:
    """A charge rated: what it costs exactly, why, and the usage that no price covers."""

    exact: Decimal
    steps: tuple[Step, ...]
    priced: tuple[Priced, ...]
    unrated: tuple[Metered, ...] = ()

    @property
    def quantity(self) -> Decimal:
        """Units that were priced."""
        return sum((one.usage.quantity for one in self.priced), ZERO)


def meter(usage: Iterable[Usage], rule: Meter, *, unit: str | None = None) -> list[Metered]:
    """The usage a charge counts, by day and destination in that order.

    Args:
        usage: the cube.
        rule: the charge's meter.
        unit: `segments` or `messages`; the meter's own when None.
    """
    sums: dict[tuple[date, Destination], list[int]] = {}
    for cell in usage:
        if _counts(cell, rule):
            place = Destination(cell.channel, cell.direction, cell.country, cell.network, cell.category)
            both = sums.setdefault((cell.day, place), [0, 0])
            both[0] += cell.messages
            both[1] += cell.segments
    counted = unit or rule.counts
    return [
        Metered(day, place, messages, segments, Decimal(segments if counted == "segments" else messages))
        for (day, place), (messages, segments) in sorted(
            sums.items(), key=lambda item: (item[0][0], *_order(item[0][1]))
        )
    ]


def _order(place: Destination) -> tuple[str, ...]:
    return (place.channel, place.direction, place.country, place.network, place.category)


def _counts(cell: Usage, rule: Meter) -> bool:
    return all(
        not wanted or value in wanted
        for wanted, value in (
            (rule.channels, cell.channel),
            (rule.directions, cell.direction),
            (rule.countries, cell.country),
            (rule.categories, cell.category),
            (rule.campaigns, cell.campaign),
            (rule.statuses, cell.status),
        )
    )


def rate(charge: UsageCharge, usage: Iterable[Usage], cards: Mapping[str, RateCard]) -> Rating:
    """Rate one usage charge.

    Args:
        charge: the contract's line.
        usage: the client's cube of the month.
        cards: the rate cards the contract names.
    """
    metered = meter(usage, charge.meter)
    if isinstance(charge.price, CardPrice):
        return _by_card(metered, cards[charge.price.card])
    whole = charge.price.rate(sum((one.quantity for one in metered), ZERO))
    reason = "; ".join(step.label for step in whole.steps)
    if len(whole.steps) == 1 and whole.steps[0].flat == 0 and whole.steps[0].label == "each":
        unit_price = whole.steps[0].unit_price
        priced = [Priced(one, unit_price, one.quantity * unit_price, reason) for one in metered]
    else:
        priced = [Priced(one, None, ZERO, reason) for one in metered]
    return Rating(whole.amount, whole.steps, tuple(priced))


def _by_card(metered: Sequence[Metered], card: RateCard) -> Rating:
    priced: list[Priced] = []
    unrated: list[Metered] = []
    for one in metered:
        found = card.find(one.destination, one.day)
        if found is None:
            unrated.append(one)
            continue
        quantity = Decimal(getattr(one, UNITS[found.unit]))
        usage = Metered(one.day, one.destination, one.messages, one.segments, quantity)
        priced.append(Priced(usage, found.price, quantity * found.price, f"{card.name} {found.reason}"))
    exact = sum((one.amount for one in priced), ZERO)
    return Rating(exact, _card_steps(priced), tuple(priced), tuple(unrated))


def _card_steps(priced: Sequence[Priced]) -> tuple[Step, ...]:
    """One step per rate-card row, in the order first used."""
    by_reason: dict[str, tuple[Decimal, Decimal]] = {}
    for one in priced:
        if one.unit_price is not None:
            quantity, _ = by_reason.get(one.reason, (ZERO, ZERO))
            by_reason[one.reason] = (quantity + one.usage.quantity, one.unit_price)
    return tuple(Step(reason, quantity, price) for reason, (quantity, price) in by_reason.items())
