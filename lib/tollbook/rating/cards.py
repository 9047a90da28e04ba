"""Rate cards: prices by destination, from `parameters/rates/<card>.csv`.

Columns: `channel,direction,country,network,category,unit,price,currency,valid_from,valid_to`. An empty cell means any
(or, for a date, open); `network` is MCC + MNC as text; `valid_to` is the first day the row no longer holds. The most
specific row wins: network, then country, then category, then channel, then direction; of two equally specific rows
that hold on the same day the card is refused when it is loaded.
"""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from tollbook.errors import TollbookError

COLUMNS = (
    "channel", "direction", "country", "network", "category", "unit", "price", "currency", "valid_from", "valid_to",
)  # fmt: skip
UNITS = {"segment": "segments", "message": "messages"}
# Lookups try the columns that are not "any" in this order, the weightiest first.
_SPECIFICITY = ("network", "country", "category", "channel", "direction")


class BadRateCard(TollbookError):
    """A rate card that cannot be used."""

    def __init__(self, path: Path, fault: str, line: int | None = None) -> None:
        self.path, self.line = path, line
        where = f"{path}, line {line}" if line else f"{path}"
        super().__init__(f"{where}: {fault}; parameters/README.md describes rate cards")


class NoRateCard(TollbookError):
    """A contract names a card that is not there."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: no such rate card; add it, or correct card: in the contract")


@dataclass(frozen=True, slots=True)
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

    def holds(self, day: date) -> bool:
        """Whether the row is in force on a local day."""
        return self.valid_from <= day < self.valid_to

    @property
    def reason(self) -> str:
        """The row in words, as kept with every line it prices."""
        parts = [f"{name} {value}" for name in _SPECIFICITY if (value := getattr(self, name))]
        return f"line {self.line}: {', '.join(parts) or 'default'}"


@dataclass(frozen=True, slots=True)
class Destination:
    """What a card's row is chosen by."""

    channel: str
    direction: str
    country: str
    network: str
    category: str


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
        self._by_key: dict[tuple[str, ...], list[Rate]] = {}
        for rate in self.rates:
            self._by_key.setdefault(_key(rate), []).append(rate)
        self._shapes = sorted({tuple(map(bool, key)) for key in self._by_key}, reverse=True)

    def find(self, destination: Destination, day: date) -> Rate | None:
        """The most specific row in force on `day` (local to the contract), or None: usage without a price."""
        wanted = _key(destination)
        for shape in self._shapes:
            key = tuple(value if used else "" for value, used in zip(wanted, shape, strict=True))
            for rate in self._by_key.get(key, ()):
                if rate.holds(day):
                    return rate
        return None


def _key(one: Rate | Destination) -> tuple[str, ...]:
    return tuple(getattr(one, name) for name in _SPECIFICITY)


def read_card(path: Path) -> RateCard:
    """Load and check one card.

    Raises:
        NoRateCard: no such file.
        BadRateCard: wrong columns, an unreadable cell (its line is named), or rows that overlap.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise NoRateCard(path) from error
    rows = csv.DictReader(content.decode("utf-8-sig").splitlines())
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise BadRateCard(path, f"the header must be {','.join(COLUMNS)}", 1)
    rates = [_rate(path, rows.line_num, row) for row in rows]
    _refuse_overlaps(path, rates)
    return RateCard(path.stem, rates, hashlib.sha256(content).hexdigest())


def _rate(path: Path, line: int, row: dict[str, str]) -> Rate:
    if None in row or None in row.values():
        raise BadRateCard(path, f"needs {len(COLUMNS)} cells", line)
    cells = {name: value.strip() for name, value in row.items()}
    if cells["unit"] not in UNITS:
        raise BadRateCard(path, f"unit {cells['unit']!r} is none of {', '.join(UNITS)}", line)
    try:
        price = Decimal(cells["price"])
        starts = date.fromisoformat(cells["valid_from"]) if cells["valid_from"] else date.min
        ends = date.fromisoformat(cells["valid_to"]) if cells["valid_to"] else date.max
    except (InvalidOperation, ValueError) as error:
        raise BadRateCard(path, f"price or date cannot be read ({error})", line) from error
    if not price.is_finite() or price < 0:
        raise BadRateCard(path, f"price {cells['price']} must be 0 or more", line)
    if starts >= ends:
        raise BadRateCard(path, f"valid_from {starts} is not before valid_to {ends}", line)
    return Rate(
        line=line,
        channel=cells["channel"],
        direction=cells["direction"],
        country=cells["country"],
        network=cells["network"],
        category=cells["category"],
        unit=cells["unit"],
        price=price,
        currency=cells["currency"],
        valid_from=starts,
        valid_to=ends,
    )


def _refuse_overlaps(path: Path, rates: list[Rate]) -> None:
    last: dict[tuple[str, ...], Rate] = {}
    for rate in sorted(rates, key=lambda one: (_key(one), one.valid_from)):
        before = last.get(_key(rate))
        if before and rate.valid_from < before.valid_to:
            raise BadRateCard(path, f"holds on the same days as line {before.line} for the same destination", rate.line)
        last[_key(rate)] = rate
