"""A published price list becomes rows of a rate card (`tollbook rates import`); a report says what became of each.

A list names networks in words ("ANDORRA Outbound SMS - Mobiland"). The words after the last dash are looked for among
the brands of that country's networks; "Other" is the country's own price. What is not found is reported, and its usage
falls to the country's price. A card that is there already keeps its history: a price that changed, or is no longer
listed, ends on the day the new edition begins, and the new one begins then.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from tollbook.errors import TollbookError
from tollbook.rating.cards import COLUMNS, OPTIONAL, parse_card
from tollbook.rating.price_lists import Listed, read_price_list
from tollbook.rating.rates import Rate

OTHER = "Other"
Became = Literal["network", "country", "no such network", "no country", "same as another"]


class EditionTooOld(TollbookError):
    """An edition that would begin before prices that are in the card."""

    def __init__(self, starts: date, latest: date) -> None:
        super().__init__(f"the card has prices from {latest} on: an edition cannot begin on {starts}; name a later day")


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of one listed price: `networks` (MCC + MNC) it is now the price of, none for a country's own."""

    listed: Listed
    became: Became
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """What all rows of an edition share.

    Attributes:
        starts: first day, in the contracts' time zones.
        unit: what a price is for.
    """

    starts: date
    currency: str
    channel: str = "sms"
    direction: str = "mt"
    unit: str = "segment"


@cache
def brands() -> dict[tuple[str, str], tuple[str, ...]]:
    """(country, brand in small letters without signs) -> its networks."""
    found: dict[tuple[str, str], list[str]] = {}
    text = files("tollbook.usage").joinpath("networks.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        found.setdefault((row["country"], _bare(row["brand"])), []).append(row["mcc"] + row["mnc"])
    return {key: tuple(networks) for key, networks in found.items()}


def _bare(name: str) -> str:
    return re.sub(r"\W", "", name).casefold()


def place(listed: Iterable[Listed]) -> list[Placed]:
    """Where each listed price belongs; a network that an earlier row priced keeps that price, which the report says."""
    found = []
    taken: set[tuple[str, str]] = set()
    for one in listed:
        name = one.name.rpartition(" - ")[2]
        networks = brands().get((one.country, _bare(name)), ())
        if not one.country:
            found.append(Placed(one, "no country"))
        elif name == OTHER:
            fresh = (one.country, "") not in taken
            taken.add((one.country, ""))
            found.append(Placed(one, "country" if fresh else "same as another"))
        elif not networks:
            found.append(Placed(one, "no such network"))
        else:
            free = tuple(network for network in networks if (one.country, network) not in taken)
            taken |= {(one.country, network) for network in free}
            found.append(Placed(one, "network" if free else "same as another", free))
    return found


def rates_of(placed: Iterable[Placed], edition: Edition) -> list[Rate]:
    """The rows of an edition."""
    return [
        Rate(
            0, edition.channel, edition.direction, one.listed.country, network, "", edition.unit, one.listed.price,
            edition.currency, edition.starts, date.max,
        )
        for one in placed
        if one.became in ("network", "country")
        for network in (one.networks or ("",))
    ]  # fmt: skip


def merge(card: Sequence[Rate], fresh: Sequence[Rate], edition: Edition) -> list[Rate]:
    """The card's rows with an edition's: what it changes or no longer lists ends, what is the same goes on.

    Only rows of the edition's channel and direction, without category, prefix or kind of sender, can end.

    Raises:
        EditionTooOld: the card has such rows that begin later.
    """
    new = {one.key: one for one in fresh}
    rows = []
    for one in card:
        ours = (one.channel, one.direction) == (edition.channel, edition.direction)
        if not ours or one.category or one.prefix or one.sender_type or one.valid_to <= edition.starts:
            rows.append(one)
            continue
        if one.valid_from >= edition.starts:
            raise EditionTooOld(edition.starts, one.valid_from)
        if _same(one, new.get(one.key)):
            del new[one.key]
            rows.append(one)
        else:
            rows.append(replace(one, valid_to=edition.starts))
    return [*rows, *new.values()]


def _same(one: Rate, other: Rate | None) -> bool:
    return other is not None and (one.price, one.currency, one.unit) == (other.price, other.currency, other.unit)


def card_text(rates: Sequence[Rate]) -> str:
    """The rows as a rate card's CSV, by destination and day."""
    extra = [name for name in OPTIONAL if any(getattr(one, name) for one in rates)]
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([*COLUMNS, *extra])
    for one in sorted(rates, key=lambda one: (one.country, one.network, one.key, one.valid_from)):
        rows.writerow([_cell(getattr(one, name)) for name in (*COLUMNS, *extra)])
    return text.getvalue()


def _cell(value: str | Decimal | date) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return "" if value in (date.min, date.max) else value.isoformat()
    return value


def import_list(path: Path, card: Path, edition: Edition) -> list[Placed]:
    """Write an edition into a card, new or known; nothing is written when anything is wrong.

    Raises:
        BadRateCard: the list or the card cannot be read; the line is named.
        EditionTooOld: see `merge`.
    """
    placed = place(read_price_list(path))
    known = parse_card(card, card.read_bytes()).rates if card.exists() else ()
    text = card_text(merge(known, rates_of(placed, edition), edition))
    parse_card(card, text.encode())
    card.parent.mkdir(parents=True, exist_ok=True)
    aside = card.with_suffix(".new")
    aside.write_text(text, "utf-8")
    aside.replace(card)
    return placed
