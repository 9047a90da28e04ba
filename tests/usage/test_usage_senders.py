"""Senders by month, from the rollups: outgoing messages, once each, in the month of the client's own clock."""

from datetime import date
from pathlib import Path
from typing import Any

from little_book import LittleBook, message

from tollbook.usage.senders import read_senders

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def by_month(book: LittleBook, first: date = YEAR[0], last: date = YEAR[1]) -> dict[Any, Any]:
    return read_senders(book.documents, "acme", first, last).to_dict()


def test_a_sender_counts_in_each_month_and_a_later_receipt_changes_nothing(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    autumn = message("m3", at="2026-10-05T09:00:00Z", sender="NEW")
    rows = [message("m1", at="2026-09-01T09:00:00Z", sender="OLD"), message("m2", sender="OLD"), autumn]
    book.take({"tollbook/a.csv": [*rows, message("m4", "received", sender="+447700900999", direction="mo")]})
    book.roll(acme="UTC")
    counted = {"2026-09": {"NEW": 0, "OLD": 1}, "2026-10": {"NEW": 1, "OLD": 1}}
    assert by_month(book) == counted
    book.take({"tollbook/b.csv": [{**autumn, "status": "read", "status_at": "2026-10-05T10:00:00Z"}]})
    book.roll(acme="UTC")
    assert by_month(book) == counted
    assert by_month(book, first=date(2026, 10, 2)) == {"2026-10": {"NEW": 1}}


def test_the_month_is_that_of_the_clients_clock(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", at="2026-09-30T23:30:00Z", sender="SHOP")]})
    for zone, month in (("UTC", "2026-09"), ("Europe/London", "2026-10")):
        book.roll(acme=zone)
        assert by_month(book) == {month: {"SHOP": 1}}


def test_a_client_without_usage_has_no_senders(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    assert by_month(book) == {}
    assert read_senders(book.documents, "acme", *YEAR).empty
