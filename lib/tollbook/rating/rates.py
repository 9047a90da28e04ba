"""Rate cards: prices by destination; `cards.read_card` loads one from `parameters/rates/<card>.csv`.

An empty cell means any (or, for a date, open); `network` is MCC + MNC as text; `valid_to` is the first day the row no
longer holds. The most specific row wins: network, then country, then the longest E.164 prefix, then category, then
channel, then sender type, then direction.

The ledger keeps no clear number, only the leading digits its mask shows (the number's length less eight, at least
two). A row whose prefix needs more digits than are visible is never guessed at: that usage has no price, and
`why_not` says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

UNITS = {"segment": "segments", "message": "messages", "minute": "quantity", "page": "quantity", "seat": "quantity"}
# The most digits any mask shows: 15, the longest E.164 number, less the 8 that are hidden.
LONGEST_PREFIX = 7
# Lookups try the columns that are not "any" in this order, the weightiest first.
SPECIFICITY = ("network", "country", "prefix", "category", "channel", "sender_type", "direction")
_PREFIX = SPECIFICITY.index("prefix")

Key = tuple[str, ...]


@dataclass(frozen=True)
class Rate:
    """One row of a card; "" is any."""

    line: int
    channel: str
    direction: str
    country: str
    network: str
    category: str
    unit: str
    price: Decimal
    currency: str
    valid_from: date
    valid_to: date
    prefix: str = ""
    sender_type: str = ""

    def holds(self, day: date) -> bool:
        """Whether the row is in force on a local day."""
        return self.valid_from <= day < self.valid_to

    @property
    def key(self) -> Key:
        """What the row is found by."""
        return _key(self)

    @cached_property
    def reason(self) -> str:
        """The row in words, as kept with every line it prices."""
        parts = [f"{name.replace('_', ' ')} {value}" for name in SPECIFICITY if (value := getattr(self, name))]
        return f"line {self.line}: {', '.join(parts) or 'default'}"


class Destination(NamedTuple):
    """What a card's row is chosen by.

    Attributes:
        prefix: the leading digits of the number that the ledger shows; "" when it shows none.
        sender_type: alphanumeric, short_code, toll_free or long_code; "" when unknown.
    """

    channel: str
    direction: str
    country: str
    network: str
    category: str
    prefix: str = ""
    sender_type: str = ""


class RateCard:
    """A loaded card.

    Args:
        name: the file's name without `.csv`.
        rates: its rows.
        sha: SHA-256 of the file.
    """

    def __init__(self, name: str, rates: Iterable[Rate], sha: str) -> None:
        self.name, self.sha = name, sha
        self.rates = tuple(rates)
        self._by_key: dict[Key, list[Rate]] = {}
        for rate in self.rates:
            self._by_key.setdefault(rate.key, []).append(rate)
        self._shapes = sorted({tuple(map(len, key)) for key in self._by_key}, key=_weight, reverse=True)
        self._prefixed = [rate for rate in self.rates if rate.prefix]
        self._fitting: dict[Destination, list[Rate]] = {}
        self._hiding: dict[Destination, list[Rate]] = {}

    @property
    def needs_prefix(self) -> bool:
        """Whether any row asks for the number's leading digits."""
        return bool(self._prefixed)

    @property
    def needs_sender(self) -> bool:
        """Whether any row asks for the kind of sender."""
        return any(rate.sender_type for rate in self.rates)

    def find(self, destination: Destination, day: date) -> Rate | None:
        """The most specific row in force on `day` (local to the contract), or None: usage without a price."""
        if self._hidden(destination, day):
            return None
        if (fitting := self._fitting.get(destination)) is None:
            fitting = self._fitting[destination] = list(self._fits(destination))
        return _in_force(fitting, day)

    def why_not(self, destination: Destination, day: date) -> str:
        """Why `find` found nothing, and what to do."""
        if hidden := self._hidden(destination, day):
            return (
                f"card {self.name} line {hidden.line} needs {len(hidden.prefix)} digits of the number, the ledger "
                f"keeps {len(destination.prefix)}: use a shorter prefix, or the network"
            )
        return "no rate-card row covers it; add one, or a default row"

    def _fits(self, destination: Destination) -> Iterator[Rate]:
        """The rows that cover it on some day, the most specific first."""
        wanted = _key(destination)
        for shape in self._shapes:
            if any(length and not value for value, length in zip(wanted, shape, strict=True)):
                continue  # a blank fits no row that asks for a value; looking on would find a less specific one early
            key = tuple(
                value[:length] if place == _PREFIX else value if length else ""
                for place, (value, length) in enumerate(zip(wanted, shape, strict=True))
            )
            yield from self._by_key.get(key, ())

    def _hidden(self, destination: Destination, day: date) -> Rate | None:
        """A row that might be meant, were more digits visible, and would beat what is found without them."""
        if (hiding := self._hiding.get(destination)) is None:
            hiding = self._hiding[destination] = list(self._hides(destination))
        return _in_force(hiding, day)

    def _hides(self, destination: Destination) -> Iterator[Rate]:
        """The rows that are `_hidden` on some day."""
        if destination.network and any(rate.network == destination.network for rate in self.rates if not rate.prefix):
            return
        for rate in self._prefixed:
            longer = len(rate.prefix) > len(destination.prefix) and rate.prefix.startswith(destination.prefix)
            others = ((getattr(rate, name), getattr(destination, name)) for name in SPECIFICITY if name != "prefix")
            if longer and all(mine in ("", theirs) for mine, theirs in others):
                yield rate


def _in_force(rates: Sequence[Rate], day: date) -> Rate | None:
    return next((rate for rate in rates if rate.holds(day)), None)


def _key(one: Rate | Destination) -> Key:
    return tuple(getattr(one, name) for name in SPECIFICITY)


def _weight(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Which columns are given, the prefix by its length."""
    return tuple(length if place == _PREFIX else int(length > 0) for place, length in enumerate(shape))
