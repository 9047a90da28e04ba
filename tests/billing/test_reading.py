"""Bills read from the ledger: asking for less changes no bill, and many clients are read at once."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tollbook.billing.bill import Bill
from tollbook.billing.billing import make_bill
from tollbook.billing.reading import wanted_usage
from tollbook.book import Book
from tollbook.period import Month
from tollbook.usage.cube import APART, read_cube

OCTOBER = Month(2026, 10)
CLIENTS = ["carmel-clinic", "harbour-bank", "ledger-archive", "marigold-retail", "monsoon-air", "prairie-city"]


def without_items(made: Bill) -> Bill:
    return replace(made, lines=tuple(replace(line, items=()) for line in made.lines))


def places(made: Bill) -> dict[tuple[str, ...], Decimal]:
    """Quantities by line, day and destination."""
    sums: dict[tuple[str, ...], Decimal] = {}
    for line in made.lines:
        for item in line.items:
            key = (line.charge, str(item.day), item.channel, item.direction, item.country, item.network)
            sums[key] = sums.get(key, Decimal(0)) + item.quantity
    return sums


@pytest.mark.parametrize("client", CLIENTS)
def test_a_bill_of_what_its_terms_ask_for_is_the_bill_of_everything(client: str, demo_book: Book) -> None:
    whose = demo_book.client(client)
    cards = demo_book.cards(whose.contract(OCTOBER).cards)
    asked = wanted_usage(whose, [OCTOBER], cards)
    everything = replace(asked, apart=frozenset(APART), kinds=None)
    some, all_ = (read_cube(demo_book.connection, demo_book.ledger, one) for one in (asked, everything))
    assert len(some) < len(all_)
    few, many = (
        make_bill(whose, OCTOBER, cells, cards, batch=1, exchange=demo_book.exchange) for cells in (some, all_)
    )
    assert without_items(few) == without_items(many)
    assert places(few) == places(many)


def test_many_clients_are_billed_as_one_by_one(demo_book: Book) -> None:
    assert demo_book.bills(OCTOBER) == {client: demo_book.bill(client, OCTOBER) for client in CLIENTS}
