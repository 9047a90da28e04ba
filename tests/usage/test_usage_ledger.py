"""The ledger: entries of the days asked for, and its version."""

from datetime import date
from pathlib import Path

from little_book import LittleBook, message

from tollbook.usage.record import ENTRY_FIELDS


def test_an_empty_ledger_has_its_columns_and_batch_zero(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    entries = book.ledger.open(book.connection)
    assert (entries.columns, entries.fetchall(), book.ledger.batch) == (list(ENTRY_FIELDS), [], 0)


def test_only_the_days_asked_for_are_opened(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message(f"m{day}", at=f"2026-10-0{day}T23:30:00Z") for day in range(1, 6)]})
    entries = book.ledger.open(book.connection, date(2026, 10, 2), date(2026, 10, 3))
    assert entries.project("message_id").order("all").fetchall() == [("m2",), ("m3",)]


def test_an_entry_lies_on_the_utc_day_of_its_submission(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", at="2026-10-02T01:30:00+03:00")]})
    assert book.standing("day, submitted_at::varchar") == [(date(2026, 10, 1), "2026-10-01 22:30:00+00")]


def test_any_earlier_batch_can_be_read_again(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", "sent"), message("m2", "sent")]})
    book.take({"tollbook/b.csv": [message("m1", "delivered")]})
    asof = "select status from ledger where batch <= {} group by all having sum(sign) > 0 order by all"
    assert (book.query(asof.format(1)), book.query(asof.format(2))) == ([("sent",)], [("delivered",), ("sent",)])
