"""Deliveries: which files a client's month stands on, and whether every way of counting agrees."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from little_book import LittleBook, message, utc

from tollbook.usage.deliveries import (
    Sums,
    corrections_finding,
    deliveries,
    frame_sums,
    intake_finding,
    ledger_sums,
    totals_frame,
)
from tollbook.usage.rollups import read_rollups

OCTOBER = (utc("2026-10-01 00:00"), utc("2026-11-01 00:00"))


def two_files(folder: Path) -> LittleBook:
    book = LittleBook(folder)
    book.take({"tollbook/a.csv": [message("m1", "sent"), message("m2"), message("n", at="2026-09-01T00:00:00Z")]})
    book.take({"tollbook/b.csv": [message("m1", "delivered"), message("m3", "arrived")]})
    book.ledger.open(book.connection)
    return book


def test_what_each_file_brought_and_what_of_it_stands(tmp_path: Path) -> None:
    book = two_files(tmp_path)
    found = deliveries(book.connection, "acme", OCTOBER)
    columns = ["file", "posted", "late", "messages", "segments"]
    assert found[columns].to_numpy().tolist() == [["tollbook/a.csv", 2, 0, 1, 1], ["tollbook/b.csv", 1, 1, 1, 1]]
    assert "1 of 3 postings" in corrections_finding(found)


def test_ledger_and_rollups_sum_to_the_same(tmp_path: Path) -> None:
    book = two_files(tmp_path)
    book.roll(acme="UTC")
    book.ledger.open(book.connection)
    sums = ledger_sums(book.connection, "acme", OCTOBER)
    assert sums == Sums(2, 2, Decimal("0.02"))
    assert frame_sums(read_rollups(book.documents, "acme", date(2026, 10, 1), date(2026, 10, 31))) == sums


def test_control_totals_as_a_table_and_in_a_sentence(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    report = book.take({"tollbook/a.csv": [message("m1"), message("m2", "arrived")]})
    table = totals_frame(report.files, ["tollbook/a.csv", "nobody.csv"])
    assert table[["file", "read", "posted", "quarantined", "balanced"]].to_numpy().tolist() == [
        ["tollbook/a.csv", 2, 1, 1, True]
    ]
    assert intake_finding(table) == "2 rows were read from 1 files; 1 of them (50.00%) wait in quarantine."
    assert "No file" in intake_finding(totals_frame(report.files, []))
    assert "none was refused" in intake_finding(table.assign(quarantined=0))


def test_findings_of_nothing_and_of_no_correction(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1")]})
    book.ledger.open(book.connection)
    found = deliveries(book.connection, "acme", OCTOBER)
    assert corrections_finding(found).startswith("Every message was posted once")
    assert corrections_finding(found.iloc[:0]).startswith("Nothing was posted")
