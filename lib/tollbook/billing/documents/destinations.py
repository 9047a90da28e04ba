"""A line's usage grouped by destination, and a bill's messages by day: what the JSON and the PDF both show."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tollbook.billing.bill import Bill, Item
from tollbook.money import ZERO


@dataclass(frozen=True, slots=True)
class Destination:
    """Usage of one line at one destination in the whole month.

    Attributes:
        network: MCC + MNC; "" when unknown, or when networks are taken together.
        unit_price: None when there are several, or the price is tiered.
        amount: exact; the destinations of a line add up to `Line.amount`.
    """

    channel: str
    direction: str
    country: str
    network: str
    messages: int
    segments: int
    quantity: Decimal
    unit_price: Decimal | None
    amount: Decimal


def destinations(items: Iterable[Item], *, by_network: bool) -> list[Destination]:
    """`items` by channel, direction, country and (if `by_network`) network; the largest amount first."""
    groups: dict[tuple[str, str, str, str], list[Item]] = defaultdict(list)
    for item in items:
        network = item.network if by_network else ""
        groups[item.channel, item.direction, item.country, network].append(item)
    found = [_destination(key, members) for key, members in groups.items()]
    return sorted(found, key=lambda to: (-to.amount, -to.messages, to.country, to.network, to.channel, to.direction))


def _destination(key: tuple[str, str, str, str], items: list[Item]) -> Destination:
    prices = {item.unit_price for item in items}
    return Destination(
        *key,
        messages=sum(item.messages for item in items),
        segments=sum(item.segments for item in items),
        quantity=sum((item.quantity for item in items), ZERO),
        unit_price=prices.pop() if len(prices) == 1 else None,
        amount=sum((item.amount for item in items), ZERO),
    )


def messages_by_day(bill: Bill) -> dict[date, int]:
    """Messages on every day of the bill's month, days without any included."""
    days = dict.fromkeys(bill.month.days, 0)
    for line in bill.lines:
        for item in line.items:
            days[item.day] = days.get(item.day, 0) + item.messages
    return days
