"""What contracts tell usage apart by: whatever they do not ask for need not reach the rater. Pure."""

from collections.abc import Iterable, Mapping
from itertools import product

from tollbook.rating.charges import CardPrice, MatrixPrice, MatrixRow, UsageCharge
from tollbook.rating.contracts import Contract
from tollbook.rating.rates import Rate, RateCard
from tollbook.usage.record import CHANNELS, DIRECTIONS, FINAL_STATUSES, OPEN_STATUSES

Kinds = dict[tuple[str, str, str], str]
"""(channel, direction, status) -> the status as which it is counted."""


def usage_charges(contracts: Iterable[Contract]) -> list[UsageCharge]:
    """The usage charges of all these contracts."""
    return [charge for one in contracts for charge in one.charges if isinstance(charge, UsageCharge)]


def told_apart(contracts: Iterable[Contract], cards: Mapping[str, RateCard]) -> frozenset[str]:
    """Which of category, campaign, prefix, sender_type and error any charge's meter or price asks for."""
    usage = usage_charges(contracts)
    meters = [charge.meter for charge in usage]
    rates = [rate for charge in usage if isinstance(charge.price, CardPrice) for rate in cards[charge.price.card].rates]
    rows = [row for charge in usage if isinstance(charge.price, MatrixPrice) for row in charge.price.prices]
    priced: list[Rate | MatrixRow] = [*rates, *rows]
    asked = {
        "category": any(one.categories for one in meters) or any(one.category for one in priced),
        "campaign": any(one.campaigns for one in meters),
        "prefix": any(rate.prefix for rate in rates),
        "sender_type": any(one.sender_types for one in meters) or any(one.sender_type for one in priced),
        "error": any(one.exempt_errors for one in meters),
    }
    return frozenset(name for name, wanted in asked.items() if wanted)


def kinds_of(contracts: Iterable[Contract]) -> Kinds:
    """Statuses that the same charges count are one kind, named by the first of them; what none counts is left out."""
    meters = [charge.meter for charge in usage_charges(contracts)]
    found: Kinds = {}
    for channel, direction in product(CHANNELS, DIRECTIONS):
        near = [
            set(one.billable(channel) or (*OPEN_STATUSES, *FINAL_STATUSES))
            for one in meters
            if channel in (one.channels or CHANNELS) and direction in (one.directions or DIRECTIONS)
        ]
        first: dict[tuple[bool, ...], str] = {}
        for status in (*OPEN_STATUSES, *FINAL_STATUSES):
            counted = tuple(status in statuses for statuses in near)
            if any(counted):
                found[channel, direction, status] = first.setdefault(counted, status)
    return found
