"""The lake: commits that carry transactions and notes, of which one of two rivals loses."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Thread

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from tollbook.storage.connection import connect
from tollbook.storage.data_files import DataFile
from tollbook.storage.lake import Table, read_files
from tollbook.storage.lake_errors import CommitConflict, LakeUnwritable


def rows(*days: str) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect()
    return connection.sql("select unnest(?::date[]) as day, 'x' as name", params=[list(days)])


def test_a_table_that_was_never_written_is_empty(tmp_path: Path) -> None:
    table = Table(tmp_path / "t")
    assert (table.exists(), table.files(), table.transaction("a"), table.notes("n")) == (False, [], 0, [])
    assert table.versions(["a"]) == {}


def test_a_commit_carries_its_transactions_and_notes(tmp_path: Path) -> None:
    table = Table(tmp_path / "t")
    table.append(rows("2026-10-01"), transactions={"ledger": 1, "file:a": 1}, notes={"n": "first"})
    table.append(rows("2026-10-02"), transactions={"ledger": 2}, notes={"n": "second"})
    assert (table.transaction("ledger"), table.versions(["file:a", "file:b"])) == (2, {"file:a": 1})
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


def written(table: Table, day: date, name: str = "x") -> DataFile:
    path = table.place(day)
    duckdb.connect().sql("select ? as name", params=[name]).write_parquet(str(path))
    return DataFile(path, day, 1, path.stat().st_size)


SCHEMA = rows().to_arrow_table().schema


def test_files_written_by_others_become_part_of_the_table_in_one_commit(tmp_path: Path) -> None:
    table = Table(tmp_path / "t")
    files = [written(table, date(2026, 10, day), f"day {day}") for day in (1, 2)]
    assert table.files() == []
    table.add(files, SCHEMA, transactions={"ledger": 1}, notes={"n": "first"})
    found = read_files(duckdb.connect(), table.files()).project("day, name").order("day").fetchall()
    assert found == [(date(2026, 10, 1), "day 1"), (date(2026, 10, 2), "day 2")]
    assert (table.transaction("ledger"), table.notes("n")) == (1, ["first"])
    assert DeltaTable(str(tmp_path / "t")).to_pyarrow_table().num_rows == 2


def test_files_of_a_writer_that_lost_are_removed(tmp_path: Path) -> None:
    table = Table(tmp_path / "t")
    mine, rival = written(table, date(2026, 10, 1), "mine"), written(table, date(2026, 10, 1), "rival")
    table.add([rival], SCHEMA, transactions={"ledger": 1}, notes={})
    with pytest.raises(CommitConflict):
        table.add([mine], SCHEMA, transactions={"ledger": 1}, notes={})
    assert (mine.path.exists(), rival.path.exists()) == (False, True)


def test_a_writer_without_files_loses_too(tmp_path: Path) -> None:
    table = Table(tmp_path / "t")
    table.add([written(table, date(2026, 10, 1))], SCHEMA, transactions={"ledger": 1}, notes={"n": "theirs"})
    with pytest.raises(CommitConflict):
        table.add([], SCHEMA, transactions={"ledger": 1}, notes={"n": "mine"})
    assert table.notes("n") == ["theirs"]


def test_who_read_before_sees_what_others_did_since(tmp_path: Path) -> None:
    reader, writer = Table(tmp_path / "t"), Table(tmp_path / "t")
    assert reader.files() == []
    writer.append(rows("2026-10-01"), transactions={"ledger": 1}, notes={})
    assert (reader.transaction("ledger"), len(reader.files())) == (1, 1)
    writer.append(rows("2026-10-02"), transactions={"ledger": 2}, notes={})
    writer.replace_days([date(2026, 10, 1)], rows("2026-10-01"))
    assert (reader.transaction("ledger"), reader.files()) == (2, Table(tmp_path / "t").files())


def test_who_read_before_sees_another_table_in_its_place(tmp_path: Path) -> None:
    reader = Table(tmp_path / "t")
    reader.append(rows("2026-10-01"), transactions={"ledger": 7}, notes={})
    assert reader.transaction("ledger") == 7
    shutil.rmtree(tmp_path / "t")
    assert (reader.exists(), reader.transaction("ledger"), reader.files()) == (False, 0, [])
    Table(tmp_path / "t").append(rows("2026-10-02", "2026-10-03"), transactions={"ledger": 1}, notes={})
    assert (reader.transaction("ledger"), len(reader.files())) == (1, 2)


def test_who_read_before_goes_on_when_the_log_was_cut(tmp_path: Path) -> None:
    reader, writer = Table(tmp_path / "t"), Table(tmp_path / "t")
    writer.append(rows("2026-10-01"), transactions={"ledger": 1}, notes={})
    assert reader.transaction("ledger") == 1
    for batch in (2, 3):
        writer.append(rows("2026-10-02"), transactions={"ledger": batch}, notes={})
    DeltaTable(tmp_path / "t").create_checkpoint()
    for old in range(2):
        (tmp_path / "t" / "_delta_log" / f"{old:020}.json").unlink()
    assert (reader.transaction("ledger"), len(reader.files())) == (3, 3)


def test_vacuum_removes_what_a_killed_writer_left(tmp_path: Path) -> None:
    table = Table(tmp_path / "t")
    table.add([written(table, date(2026, 10, 1))], SCHEMA, transactions={"ledger": 1}, notes={})
    left = written(table, date(2026, 10, 1))
    assert (table.vacuum(0), table.vacuum(24), left.path.exists()) == (0, 0, True)  # it may be a writer's at work
    yesterday = time.time() - 25 * 3600
    for path in (tmp_path / "t").rglob("*.parquet"):
        os.utime(path, (yesterday, yesterday))
    assert (table.vacuum(24), left.path.exists(), len(table.files())) == (1, False, 1)
    assert Path(table.files()[0]).exists()


def test_a_store_that_goes_away_after_the_table_was_opened_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(tmp_path / "t")
    table.append(rows("2026-10-01"), transactions={"ledger": 1}, notes={})
    opened = DeltaTable(str(table.folder))
    monkeypatch.setattr(table, "_opened", lambda: opened)
    shutil.rmtree(table.folder)
    with pytest.raises(LakeUnwritable, match="nothing was posted by halves"):
        table.transaction("ledger")
    with pytest.raises(LakeUnwritable, match="nothing was posted by halves"):
        table.append(rows("2026-10-02"), transactions={"ledger": 2}, notes={})


def test_a_connection_is_in_utc_and_spills(tmp_path: Path) -> None:
    connection = connect(memory_limit="300MB", threads=1, spill=tmp_path / "spill")
    assert connection.sql("select current_setting('TimeZone')").fetchall() == [("UTC",)]
    assert (tmp_path / "spill").is_dir()


def test_work_that_outgrows_memory_spills(tmp_path: Path) -> None:
    connection = connect(memory_limit="100MB", threads=2, spill=tmp_path / "spill")
    connection.execute(
        "create temp table t as select i, hash(i)::varchar || repeat('x', 50) as s from range(2000000) t(i)"
    )
    spilled = [path for path in (tmp_path / "spill").rglob("*") if path.is_file()]
    assert spilled
    assert not any(b"x" * 50 in path.read_bytes() for path in spilled)
    assert connection.execute("select count(distinct s) from t").fetchone() == (2_000_000,)
