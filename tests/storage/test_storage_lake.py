"""The lake: commits that carry transactions and notes, of which one of two rivals loses."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Thread

import duckdb
import pyarrow as pa
import pytest

from tollbook.storage.lake import CommitConflict, Table, connect, read_files


def rows(*days: str) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect()
    return connection.sql("select unnest(?::date[]) as day, 'x' as name", params=[list(days)])


def test_a_table_that_was_never_written_is_empty(tmp_path: Path) -> None:
    table = Table(tmp_path / "t")
    assert (table.exists(), table.files(), table.transaction("a"), table.notes("n")) == (False, [], 0, [])
    assert table.known(["a"]) == set()


def test_a_commit_carries_its_transactions_and_notes(tmp_path: Path) -> None:
    table = Table(tmp_path / "t")
    table.append(rows("2026-10-01"), transactions={"ledger": 1, "file:a": 1}, notes={"n": "first"})
    table.append(rows("2026-10-02"), transactions={"ledger": 2}, notes={"n": "second"})
    assert (table.transaction("ledger"), table.known(["file:a", "file:b"])) == (2, {"file:a"})
    assert table.notes("n") == ["first", "second"]


def test_files_of_some_days(tmp_path: Path) -> None:
    table = Table(tmp_path / "t")
    table.append(rows("2026-10-01", "2026-10-02", "2026-10-03"), transactions={"ledger": 1}, notes={})
    assert [len(table.files(date(2026, 10, 2), last)) for last in (None, date(2026, 10, 2))] == [2, 1]
    found = read_files(duckdb.connect(), table.files(date(2026, 10, 3)))
    assert found.project("day, name").fetchall() == [(date(2026, 10, 3), "x")]


class Interrupted:
    """Rows during whose reading somebody else commits."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.meanwhile = meanwhile

    def to_arrow_reader(self, size: int) -> pa.RecordBatchReader:
        reader = rows("2026-10-02").to_arrow_reader(size)

        def batches() -> Iterator[pa.RecordBatch]:
            # delta-rs asks for rows on a thread of its own runtime, in which it cannot be called again.
            rival = Thread(target=self.meanwhile)
            rival.start()
            rival.join()
            yield from reader

        return pa.RecordBatchReader.from_batches(reader.schema, batches())


@pytest.mark.parametrize("rival", [2, 5])
def test_of_two_writers_of_one_batch_the_second_loses(tmp_path: Path, rival: int) -> None:
    table = Table(tmp_path / "t")
    table.append(rows("2026-10-01"), transactions={"ledger": 1}, notes={})
    # Somebody commits while the rows are read ...
    slow = Interrupted(lambda: table.append(rows("2026-10-03"), transactions={"ledger": rival}, notes={}))
    with pytest.raises(CommitConflict):
        table.append(slow, transactions={"ledger": 2}, notes={})  # type: ignore[arg-type]
    # ... or before that, after this writer looked for the number of its batch.
    with pytest.raises(CommitConflict):
        table.append(rows("2026-10-02"), transactions={"ledger": 2}, notes={})
    assert sorted(file.split("day=")[1][:10] for file in table.files()) == ["2026-10-01", "2026-10-03"]


def test_of_two_writers_of_the_first_batch_the_second_loses(tmp_path: Path) -> None:
    table = Table(tmp_path / "t")
    slow = Interrupted(lambda: table.append(rows("2026-10-03"), transactions={"ledger": 1}, notes={}))
    with pytest.raises(CommitConflict):
        table.append(slow, transactions={"ledger": 1}, notes={})  # type: ignore[arg-type]
    assert len(table.files()) == 1


def test_a_connection_is_in_utc_and_spills(tmp_path: Path) -> None:
    connection = connect(memory_limit="300MB", threads=1, spill=tmp_path / "spill")
    assert connection.sql("select current_setting('TimeZone')").fetchall() == [("UTC",)]
    assert (tmp_path / "spill").is_dir()
