"""Staging: files are read in groups, and one that cannot be read does not take its neighbours down."""

import gzip
from pathlib import Path

import duckdb
import pytest
from little_book import LittleBook, counts, csv_text, message

from tollbook.storage.connection import connect
from tollbook.usage import grouping
from tollbook.usage.grouping import groups
from tollbook.usage.landing import find_files, identify
from tollbook.usage.staging import Staging
from tollbook.usage.unpacking import UnreadableFile


def landed(book: LittleBook) -> list[grouping.Group]:
    found = find_files(book.landing, [])
    return list(groups(identify(found, book.landing, book.sources, book.documents), book.spill / "unpacked"))


def names(group: grouping.Group) -> list[str]:
    return [file.path.name for file in group.files]


def test_neighbours_of_one_header_are_read_together(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    turned = dict(reversed(list(message("m3").items())))
    book.land({"tollbook/a.csv": [message("m1")], "tollbook/b.csv": [message("m2")], "tollbook/c.csv": [turned]})
    book.land({"tollbook/d.csv": [message("m4")], "tollbook/e.csv": b""})
    found = landed(book)
    assert [names(group) for group in found] == [["a.csv", "b.csv"], ["c.csv"], ["d.csv"], ["e.csv"]]
    assert isinstance(found[-1].header, UnreadableFile)


def test_a_group_is_cut_by_files_and_by_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = LittleBook(tmp_path)
    book.land({f"tollbook/{number}.csv": [message(f"m{number}")] for number in range(5)})
    monkeypatch.setattr(grouping, "FILES_AT_ONCE", 2)
    assert [len(group.files) for group in landed(book)] == [2, 2, 1]
    monkeypatch.setattr(grouping, "FILES_AT_ONCE", 200)
    monkeypatch.setattr(grouping, "BYTES_AT_ONCE", 300)
    assert sum(len(group.files) for group in landed(book)) == 5
    assert len(landed(book)) > 2


@pytest.mark.parametrize("bad", [{0}, {3}, {7}, {2, 3}, set(range(8))])
def test_bisection_finds_the_unreadable_files(tmp_path: Path, bad: set[int]) -> None:
    book = LittleBook(tmp_path)
    for number in range(8):
        packed = gzip.compress(csv_text(message(f"{number}-{row}") for row in range(300)).encode())
        book.land({f"tollbook/{number}.csv.gz": packed[:-200] if number in bad else packed})
    report = book.take()
    assert [one.file for one in report.of_state("refused")] == [f"tollbook/{number}.csv.gz" for number in sorted(bad)]
    assert report.total("posted") == 300 * (8 - len(bad))
    assert len(book.standing("message_id")) == 300 * (8 - len(bad))


def test_batches_do_not_change_what_is_posted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        f"tollbook/{number}.csv": [
            message(f"m{row}", "sent" if number % 2 else "delivered") for row in range(number + 3)
        ]
        for number in range(6)
    }
    whole = LittleBook(tmp_path / "whole")
    one = whole.take(files)
    monkeypatch.setattr(grouping, "FILES_AT_ONCE", 1)
    monkeypatch.setattr("tollbook.usage.intake.ROWS_PER_BATCH", 1)
    pieces = LittleBook(tmp_path / "pieces")
    many = pieces.take(files)
    assert (whole.ledger.batch, pieces.ledger.batch) == (1, 6)
    assert counts(one) == counts(many)
    assert whole.standing("message_id, status") == pieces.standing("message_id, status")


def test_once_gathered_no_table_holds_a_number_or_a_text_in_clear(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    rows = [message("m1", text="MySecret"), message("m2", text="MySecret", submitted_at="never")]
    book.land({"tollbook/a.csv": rows})
    with connect(memory_limit="500MB", threads=1, spill=book.spill) as connection:
        staging = Staging(connection, book.accounts, b"key")
        for group in landed(book):
            assert not isinstance(group.header, UnreadableFile)
            assert staging.add(group.files, group.header, 0) == []
        assert held(connection, "447700900123", "MySecret") == {"mapped_rows", "recipients", "texts"}
        staging.gather()
        assert held(connection, "447700900123", "MySecret") == set()
        assert staging.records == 1


def held(connection: duckdb.DuckDBPyConnection, *secrets: str) -> set[str]:
    """The tables that hold one of the texts."""
    tables = [name for (name,) in connection.sql("select table_name from duckdb_tables()").fetchall()]
    return {name for name in tables for row in connection.table(name).fetchall() for one in secrets if one in str(row)}
