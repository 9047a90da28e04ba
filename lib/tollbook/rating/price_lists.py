"""Price lists as suppliers publish them, and what changed between two editions (`tollbook rates diff`).

Two forms are read: Tollbook's own rate cards, and lists with the columns `ISO,Country,Description,Price / msg`
(Twilio's). Such a list is untidy: an ISO cell may be blank (satellites), `NA` is Namibia and not a missing value,
names hold quoted commas and doubled spaces.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal

from tollbook.rating.cards import COLUMNS, BadRateCard, read_card
from tollbook.rating.rates import SPECIFICITY

LISTED = ("ISO", "Country", "Description", "Price / msg")
Kind = Literal["added", "removed", "raised", "lowered"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One price of a list: for a destination in words, which is what two editions are compared by."""

    line: int
    country: str
    name: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one destination between two editions; None where an edition does not have it."""

    kind: Kind
    country: str
    name: str
    before: Decimal | None
    after: Decimal | None

    @property
    def relative(self) -> Decimal | None:
        """The change as a share of the earlier price; None where one of them is missing or 0."""
        if not self.before or self.after is None:
            return None
        return (self.after - self.before) / self.before


def read_price_list(path: Path) -> list[Listed]:
    """The prices of a published list or of a rate card, in its order.

    A destination listed twice at one price counts once.

    Raises:
        BadRateCard: neither form, an unreadable price, or one destination at two prices; the line is named.
        NoRateCard: a card that is not there.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if tuple(rows.fieldnames or ()) == LISTED:
            return _unique(path, [_listed(path, rows.line_num, row) for row in rows])
        if not set(COLUMNS) <= set(rows.fieldnames or ()):
            raise BadRateCard(path, f"is neither a rate card nor a list of {','.join(LISTED)}", 1)
    return [
        Listed(one.line, one.country, _card_words(one), one.price)
        for one in read_card(path).rates
    ]  # fmt: skip


def _card_words(rate: object) -> str:
    words = [f"{name} {value}" for name in SPECIFICITY if (value := getattr(rate, name))]
    return f"{', '.join(words) or 'default'} from {getattr(rate, 'valid_from')}"  # noqa: B009


def _listed(path: Path, line: int, row: dict[str, str]) -> Listed:
    if None in row or None in row.values():
        raise BadRateCard(path, f"needs {len(LISTED)} cells", line)
    cells = {name: _tidy(value) for name, value in row.items()}
    try:
        price = Decimal(cells["Price / msg"])
    except InvalidOperation as error:
        raise BadRateCard(path, f"price {cells['Price / msg']!r} cannot be read", line) from error
    return Listed(line, cells["ISO"], cells["Description"], price)


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _unique(path: Path, listed: Iterable[Listed]) -> list[Listed]:
    known: dict[tuple[str, str], Listed] = {}
    for one in listed:
        before = known.setdefault((one.country, one.name), one)
        if before.price != one.price:
            fault = f"{one.name} costs {one.price}, but {before.price} on line {before.line}"
            raise BadRateCard(path, fault, one.line)
    return list(known.values())


def changes(before: Sequence[Listed], after: Sequence[Listed]) -> list[Change]:
    """What the later edition changed, by country and name; destinations at the same price are left out."""
    old = {(one.country, one.name): one.price for one in before}
    new = {(one.country, one.name): one.price for one in after}
    found = (_change(key, old.get(key), new.get(key)) for key in sorted({*old, *new}))
    return [one for one in found if one is not None]


def _change(key: tuple[str, str], before: Decimal | None, after: Decimal | None) -> Change | None:
    if before == after:
        return None
    kind: Kind = "added"
    if after is None:
        kind = "removed"
    elif before is not None:
        kind = "raised" if after > before else "lowered"
    return Change(kind, *key, before, after)
