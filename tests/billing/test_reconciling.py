"""The review: an invoice is final only when ledger, rollups, lines and the supplier's totals say the same."""

from dataclasses import replace
from pathlib import Path

import pytest
from demo_copies import ISSUED, copied_book

from tollbook.billing.issuing import NotFinal, read_terms, review_of
from tollbook.billing.supplier_totals import BadSupplierTotals
from tollbook.book import Book
from tollbook.settings import Settings
from tollbook.storage.documents import Documents

CLIENT, MONTH = "harbour-bank", "2026-03"
HEAD = "client,source,messages,segments,cost\n"


@pytest.fixture
def book(demo_project: Settings, tmp_path: Path) -> Book:
    return copied_book(demo_project, tmp_path)


def state(book: Book, row: str) -> None:
    folder = book.settings.parameters / "suppliers"
    folder.mkdir(exist_ok=True)
    (folder / f"{MONTH}.csv").write_text(HEAD + row)


def test_every_demo_month_agrees(demo_book: Book) -> None:
    for client in demo_book.client_ids():
        found = demo_book.review(client, "2026-10")
        assert found.differences == []
        assert {one.what for one in found.checks} >= {"messages, ledger and rollups", "cost, ledger and rollups"}


def test_a_suppliers_total_that_differs_holds_the_invoice_back(book: Book) -> None:
    sums = book.ledger_sums(CLIENT, MONTH)
    (source,) = {one.what.split()[2] for one in book.review(CLIENT, MONTH).checks if "supplier" in one.what} or {
        book.deliveries(CLIENT, MONTH)["source"].iloc[0]
    }
    state(book, f"{CLIENT},{source},{sums.messages + 1},,\n")
    with pytest.raises(NotFinal, match=rf"messages of {source}, ledger and supplier: \d+ and {sums.messages + 1}"):
        book.finalise(CLIENT, MONTH, issued_on=ISSUED)
    issued = book.finalise(CLIENT, MONTH, issued_on=ISSUED, accept="one message disputed, see ticket 7")
    kept = book.documents.find("invoices", {"number": issued.number})[0]["review"]
    assert kept["accepted"] == "one message disputed, see ticket 7"
    assert [one["what"] for one in kept["checks"] if not one["ok"]] == [f"messages of {source}, ledger and supplier"]
    assert [one.faults for one in book.verify()] == [()]


def test_rollups_that_lost_a_day_hold_the_invoice_back(book: Book) -> None:
    documents: Documents = book.documents
    documents.delete("rollups", [f"{CLIENT}|2026-03-09"])
    with pytest.raises(NotFinal, match="messages, ledger and rollups"):
        book.finalise(CLIENT, MONTH, issued_on=ISSUED)


def test_a_line_that_is_not_the_ledgers_is_found(book: Book) -> None:
    made = book.preview(CLIENT, MONTH)
    at = next(at for at, line in enumerate(made.lines) if line.items)
    lines = list(made.lines)
    lines[at] = replace(lines[at], items=lines[at].items[1:])
    found = review_of(book.office, read_terms(book.office, CLIENT), replace(made, lines=tuple(lines)))
    assert [one.what.split()[0] for one in found.differences] == [f"{lines[at].charge},", "messages"]


def test_a_file_that_cannot_be_read_is_named(book: Book) -> None:
    state(book, f"{CLIENT},twilio,many,,\n")
    with pytest.raises(BadSupplierTotals, match=r"2026-03\.csv, line 2"):
        book.review(CLIENT, MONTH)
