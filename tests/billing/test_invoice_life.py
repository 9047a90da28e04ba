"""An invoice's life: final once, numbered without gaps, late usage on the next one, verified for ever."""

import json
import multiprocessing
import os
import signal
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from demo_copies import ISSUED, copied_book, late_messages

import tollbook
from tollbook.billing.credit_notes import CreditTooLarge
from tollbook.billing.issued import UnknownInvoice, all_issued
from tollbook.billing.issuing import NotFinal, finalise
from tollbook.book import Book
from tollbook.period import Month
from tollbook.settings import Settings

MONTHS = [Month(2025, 9).shift(n) for n in range(14)]
CLIENTS = ["carmel-clinic", "harbour-bank", "ledger-archive", "marigold-retail", "monsoon-air", "prairie-city"]


@pytest.fixture
def book(demo_project: Settings, tmp_path: Path) -> Book:
    return copied_book(demo_project, tmp_path)


def test_a_final_invoice_never_changes(book: Book) -> None:
    first = book.finalise("harbour-bank", "2026-03", issued_on=ISSUED)
    files = {path: path.read_bytes() for path in sorted(book.invoices.rglob("*.*"))}
    assert [path.relative_to(book.invoices).as_posix() for path in files] == [
        f"main/2026/MAIN-2026-000001.{kind}" for kind in ("csv", "json", "pdf", "xml")
    ]
    assert book.finalise("harbour-bank", "2026-03", issued_on=date(2026, 11, 6)) == first
    assert {path: path.read_bytes() for path in files} == files
    document = json.loads(next(path for path in files if path.suffix == ".json").read_text("utf-8"))
    assert (document["state"], document["number"], document["issued_on"]) == ("final", "MAIN-2026-000001", "2026-11-05")
    assert document == first.document
    assert [one.faults for one in book.verify()] == [()]


def test_files_lost_after_the_number_was_drawn_are_written_again(book: Book) -> None:
    book.finalise("harbour-bank", "2026-03", issued_on=ISSUED)
    path = book.invoices / "main" / "2026" / "MAIN-2026-000001.pdf"
    before = path.read_bytes()
    path.unlink()
    book.finalise("harbour-bank", "2026-03")
    assert path.read_bytes() == before


def test_fourteen_months_with_late_messages_verify_from_their_pins(book: Book) -> None:
    """Messages of March come in June, and again in August: each time the next invoice bills the difference."""
    for month in MONTHS[:8]:
        book.finalise("marigold-retail", month, issued_on=ISSUED)
    as_invoiced = book.bill("marigold-retail", "2026-03")
    late_messages(book, "111122223333", ["2026-03-05", "2026-03-28"], 400)
    may = book.finalise("marigold-retail", "2026-05", issued_on=ISSUED)
    now = book.bill("marigold-retail", "2026-03")
    (line,) = [one for one in may.document["lines"] if one["kind"] == "adjustment"]
    assert (line["charge"], line["month"], line["quantity"]) == ("messages-2026-03", "2026-03", "800")
    assert Decimal(line["amount"]) == now.lines[0].amount - as_invoiced.lines[0].amount > 0
    june = book.finalise("marigold-retail", "2026-06", issued_on=ISSUED)
    assert not [one for one in june.document["lines"] if one["kind"] == "adjustment"]
    late_messages(book, "111122223333", ["2026-03-29", "2026-04-02"], 300)
    july = book.finalise("marigold-retail", "2026-07", issued_on=ISSUED)
    again = [(one["month"], one["quantity"]) for one in july.document["lines"] if one["kind"] == "adjustment"]
    assert again == [("2026-03", "300"), ("2026-04", "300")]
    for month in MONTHS[11:]:
        book.finalise("marigold-retail", month, issued_on=ISSUED)
    issued = all_issued(book.documents)
    assert [one.number for one in issued] == [f"MAIN-2026-{n:06d}" for n in range(1, 15)]
    billed = sum(
        Decimal(one["amount"])
        for invoice in issued
        for one in invoice.document["lines"]
        if one["charge"].startswith("messages")
    )
    assert billed == sum(book.bill("marigold-retail", month).lines[0].amount for month in MONTHS)
    assert [one.faults for one in book.verify()] == [()] * 14


def test_the_preview_is_the_invoice_without_its_last_step(book: Book) -> None:
    book.finalise("marigold-retail", "2026-03", issued_on=ISSUED)
    late_messages(book, "111122223333", ["2026-03-05"], 50)
    preview = book.preview("marigold-retail", "2026-04")
    final = book.finalise("marigold-retail", "2026-04", issued_on=ISSUED)
    assert str(preview.total) == final.document["total"]
    assert [line.charge for line in preview.lines] == [line["charge"] for line in final.document["lines"]]


def test_later_terms_and_prices_do_not_change_what_was_invoiced(book: Book) -> None:
    book.finalise("harbour-bank", "2026-03", issued_on=ISSUED)
    card = book.settings.parameters / "rates" / "demo-harbour-gbp.csv"
    card.write_text(card.read_text("utf-8").replace("0.0390", "0.9900"), "utf-8")
    assert [one.ok for one in book.verify()] == [True]
    assert (
        book.bill("harbour-bank", "2026-03").rate_cards[0][1] != book.verify()[0].issued.pins["card demo-harbour-gbp"]
    )


def test_tampering_is_found(book: Book) -> None:
    issued = book.finalise("harbour-bank", "2026-03", issued_on=ISSUED)
    kept = book.documents.get("invoices", "harbour-bank|2026-03")
    assert kept
    kept["document"]["lines"][0]["amount"] = "1.00"
    book.documents.put("invoices", "harbour-bank|2026-03", kept)
    path = book.invoices / "main" / "2026" / f"{issued.number}.json"
    path.write_text(path.read_text("utf-8").replace('"net"', '"nett"'), "utf-8")
    (found,) = book.verify(issued.number)
    assert found.faults[0].startswith("the kept document does not have its hash")
    assert "computed anew: lines[0].amount: '1.00'" in found.faults[1]
    assert found.faults[-1] == f"{path} was changed"


def test_what_cannot_be_final(book: Book) -> None:
    with pytest.raises(NotFinal, match="the month ends 2026-10-31 18:30 UTC"):
        finalise(book.office, "monsoon-air", Month(2026, 10), batch=1, now=datetime(2026, 10, 31, 18, 29, tzinfo=UTC))
    book.finalise("monsoon-air", "2026-04", issued_on=ISSUED)
    with pytest.raises(NotFinal, match="MAIN-2026-000001 for 2026-04 is final already"):
        book.finalise("monsoon-air", "2026-03")
    card = book.settings.parameters / "rates" / "demo-harbour-gbp.csv"
    rows = [row for row in card.read_text("utf-8").splitlines() if not row.startswith("sms,mt,,")]
    card.write_text("\n".join(row for row in rows if ",IE," not in row) + "\n", "utf-8")
    with pytest.raises(NotFinal, match="messages have no price"):
        book.finalise("harbour-bank", "2026-03")
    assert [one.client for one in all_issued(book.documents)] == ["monsoon-air"]


def test_credit_notes_give_back_exactly_what_was_charged(book: Book) -> None:
    """In part, then the rest: lines and tax of both notes add up to the invoice, to the cent."""
    invoice = book.finalise("harbour-bank", "2026-03", issued_on=ISSUED)
    part = book.credit(invoice.number, reason="outage on 3 March", amounts={"platform": Decimal("33.33")})
    rest = book.credit(invoice.number, reason="cancelled")
    assert [part.number, rest.number] == [f"MAIN-C-{part.issued_on.year}-00000{n}" for n in (1, 2)]
    assert part.document["net"] == "-33.33"
    assert part.refers_to == rest.refers_to == invoice.number
    assert invoice.total + part.total + rest.total == 0
    with pytest.raises(CreditTooLarge):
        book.credit(invoice.number, reason="once more")
    with pytest.raises(UnknownInvoice):
        book.credit("MAIN-2026-000099", reason="nobody's")
    assert all(one.ok for one in book.verify()), [one.faults for one in book.verify()]
    assert (book.invoices / part.folder / f"{part.number}.pdf").read_bytes().startswith(b"%PDF")


def test_more_than_is_left_of_a_line_is_refused(book: Book) -> None:
    invoice = book.finalise("harbour-bank", "2026-03", issued_on=ISSUED)
    for charge, amount, says in (
        ("platform", "750.01", "750.00 is left of it"),
        ("nothing", "1", "no such line"),
        ("platform", "-1", "is left of it"),
        ("platform", "1.005", "is left of it"),
    ):
        with pytest.raises(CreditTooLarge, match=says):
            book.credit(invoice.number, reason="no", amounts={charge: Decimal(amount)})


def finalise_all(project: Path, months: list[Month]) -> None:
    book = tollbook.open(Settings(project=project, workers=1))
    for month in months:
        for client in CLIENTS:
            book.finalise(client, month, issued_on=ISSUED)


def test_numbers_are_gapless_under_eight_finalisers_and_a_kill(book: Book) -> None:
    months = MONTHS[6:7]
    start = multiprocessing.get_context("forkserver")
    start.set_forkserver_preload(["tollbook.book", "tollbook.billing.documents", "test_invoice_life"])
    crew = [start.Process(target=finalise_all, args=(book.settings.project, months)) for _ in range(8)]
    for one in crew:
        one.start()
    deadline = time.monotonic() + 60
    while not all_issued(book.documents) and time.monotonic() < deadline:
        time.sleep(0.02)
    for one in crew[:3]:
        os.kill(one.pid or 0, signal.SIGKILL)
    for one in crew:
        one.join()
    finalise_all(book.settings.project, months)
    issued = all_issued(book.documents)
    assert sorted(one.number for one in issued) == [f"MAIN-2026-{n:06d}" for n in range(1, 7)]
    assert {(one.client, one.month) for one in issued} == {(client, month) for client in CLIENTS for month in months}
    assert [one.faults for one in book.verify() if not one.ok] == []
