"""The doctor finds nothing on a sound book, and what is wrong on one that is not."""

from pathlib import Path

import tollbook
from checkout import copy_project
from tollbook.book import Book
from tollbook.doctor import examine
from tollbook.settings import Settings


def test_a_sound_book_passes_every_check(demo_book: Book) -> None:
    findings = examine(demo_book)
    assert {one.what for one in findings} >= {
        "clients",
        "control totals",
        "ledger",
        "postings",
        "receipts",
        "rollups",
        "senders",
    }
    assert [one for one in findings if not one.ok] == []


def test_rollups_that_differ_from_the_ledger_are_found(demo_book: Book, tmp_path: Path) -> None:
    copy_project(demo_book.settings.project, tmp_path / "copy")
    book = tollbook.open(Settings(project=tmp_path / "copy"))
    one = book.documents.find("rollups", {"client": "harbour-bank"}, limit=1)[0]
    one["segments"][0] += 1
    book.documents.put("rollups", one.pop("_id"), one)
    assert [finding.what for finding in examine(book) if not finding.ok] == ["rollups"]
    one = book.documents.find("rollups", {"client": "harbour-bank"}, limit=1)[0]
    one["segments"][0] -= 1
    one["receipts"]["class"][0] += 1
    book.documents.put("rollups", one.pop("_id"), one)
    assert [finding.what for finding in examine(book) if not finding.ok] == ["receipts"]
    one = book.documents.find("rollups", {"client": "harbour-bank"}, limit=1)[0]
    one["receipts"]["class"][0] -= 1
    book.documents.put("rollups", one.pop("_id"), one)
    one = book.documents.find("senders", {"client": "harbour-bank"}, limit=1)[0]
    one["messages"][0] += 1
    book.documents.put("senders", one.pop("_id"), one)
    assert [finding.what for finding in examine(book) if not finding.ok] == ["senders"]


def test_a_broken_mapping_is_one_finding_and_stops_no_other(demo_book: Book, tmp_path: Path) -> None:
    copy_project(demo_book.settings.project, tmp_path / "copy")
    settings = Settings(project=tmp_path / "copy")
    (settings.parameters / "sources" / "twilio.yaml").write_text("source: twilio\n")
    findings = {one.what: one for one in examine(tollbook.open(settings))}
    assert not findings["sources"].ok
    assert "twilio.yaml" in findings["sources"].says
    assert findings["ledger"].ok
