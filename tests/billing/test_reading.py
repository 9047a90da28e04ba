"""Bills read from the ledger: asking for less changes no bill, and many clients are read at once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from demo_copies import copied_book, late_messages

import tollbook
from tollbook.billing.bill import Bill
from tollbook.billing.billing import make_bill
from tollbook.billing.reading import wanted_usage
from tollbook.book import Book
from tollbook.period import Month
from tollbook.settings import Settings
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


def test_one_book_bills_what_it_has_read(demo_book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    book = tollbook.open(demo_book.settings.model_copy(update={"one_book": True}))
    plain = {client: demo_book.bill(client, OCTOBER) for client in CLIENTS}
    assert {client: book.bill(client, OCTOBER) for client in CLIENTS} == plain

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the ledger was read again")

    monkeypatch.setattr("tollbook.billing.reading.read_cubes", never)
    assert {client: book.bill(client, OCTOBER) for client in CLIENTS} == plain
    for month, batch in ((OCTOBER.shift(-1), None), (OCTOBER, 0)):  # another month, another version of the ledger
        with pytest.raises(AssertionError, match="again"):
            book.bill("harbour-bank", month, batch=batch)


def test_usage_that_came_in_since_is_read(demo_project: Settings, tmp_path: Path) -> None:
    book = copied_book(demo_project, tmp_path)
    days = (date(2026, 3, 1), date(2026, 3, 31))
    before = book.usage("marigold-retail", *days)["messages"].sum()
    late_messages(book, "111122223333", ["2026-03-05"], 7)
    assert book.usage("marigold-retail", *days)["messages"].sum() == before + 7
