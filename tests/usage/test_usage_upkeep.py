"""Upkeep: fewer files and forgotten recipients, and not one total changed as of any batch."""

from datetime import date
from pathlib import Path
from typing import Any

from deltalake import DeltaTable
from little_book import LittleBook, counts, message

from tollbook.usage.upkeep import compact, forget_recipients, vacuum

TOTALS = (
    "select batch, day, client, status, sum(sign)::int, sum(sign * segments)::int, sum(sign * cost)::varchar, "
    "count(distinct (source, message_id, recipient_token, part)) from ledger group by all order by all"
)


def busy_book(folder: Path) -> LittleBook:
    """Three days in six batches, with corrections and a message to two people."""
    book = LittleBook(folder)
    for batch in range(6):
        rows = [
            message(f"{day}-{number}", "sent" if batch < 3 else "delivered", f"2026-0{4 + day}-01T09:00:00Z")
            for day in range(3)
            for number in range(batch + 1)
        ]
        twice = [message("both", recipient=f"+44770090012{number}") for number in range(2)]
        book.take({f"tollbook/{batch}.csv": [*rows, *twice]})
    return book


def tokens(book: LittleBook) -> set[Any]:
    return {row[0] for row in book.query("select distinct recipient_token from ledger")}


def test_compaction_and_vacuum_change_no_total_as_of_any_batch(tmp_path: Path) -> None:
    book = busy_book(tmp_path)
    before, files = book.query(TOTALS), len(book.ledger.table.files())
    assert compact(book.connection, book.ledger) == 3
    assert vacuum(book.ledger, hours=0) > 0
    DeltaTable(str(book.ledger.table.folder)).create_checkpoint()
    assert book.query(TOTALS) == before
    assert len(book.ledger.table.files()) < files
    assert compact(book.connection, book.ledger) == 0
    # Files stay known, later receipts still find their messages, and the next batch gets the next number.
    assert [one.state for one in book.take().files] == ["known"] * 6
    late = book.take({"tollbook/late.csv": [message("0-0", "read", "2026-04-01T09:00:00Z")]})
    assert counts(late) == {"read": 1, "posted": 1, "late": 1}
    assert book.ledger.batch == 7


def test_entries_of_a_day_are_sorted_by_client(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    for number in range(6):
        book.take({f"tollbook/{number}.csv": [message(f"m{number}", account="AB"[number % 2] + "1")]})
    compact(book.connection, book.ledger)
    (file,) = book.ledger.table.files()
    assert book.connection.sql("select client from read_parquet(?)", params=[file]).fetchall() == (
        [("acme",)] * 3 + [("bolt",)] * 3
    )


def test_retention_forgets_recipients_and_keeps_totals(tmp_path: Path) -> None:
    book = busy_book(tmp_path)
    before, known = book.query(TOTALS), tokens(book)
    assert forget_recipients(book.connection, book.ledger, book.documents, before=date(2026, 6, 1)) == 2
    vacuum(book.ledger, hours=0)
    assert book.query(TOTALS) == before
    masks = book.query("select day < '2026-06-01', recipient_masked = '' from ledger group by all order by all")
    assert masks == [(False, False), (True, True)]
    old = {row[0] for row in book.query("select distinct recipient_token from ledger where day < '2026-06-01'")}
    assert not old & known
    # Nothing is anonymised twice.
    assert forget_recipients(book.connection, book.ledger, book.documents, before=date(2026, 6, 1)) == 0


def test_records_older_than_retention_are_refused_not_counted_twice(tmp_path: Path) -> None:
    book = busy_book(tmp_path)
    forget_recipients(book.connection, book.ledger, book.documents, before=date(2026, 6, 1))
    rows = [message("0-0", "read", "2026-04-01T09:00:00Z"), message("2-0", "read", "2026-06-01T09:00:00Z")]
    report = book.take({"tollbook/late.csv": rows})
    assert counts(report) == {"read": 2, "posted": 1, "late": 1, "quarantined": 1}
    assert report.reasons() == {"too_old": 1}
