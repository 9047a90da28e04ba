"""Posting: which of the staged records change the ledger; the rules themselves are `sql/posting.sql`."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import duckdb

from tollbook.storage.data_files import DataFile
from tollbook.usage.ledger import Ledger
from tollbook.usage.sql import statement


def lookup_days(connection: duckdb.DuckDBPyConnection, reach: int) -> tuple[date, date]:
    """The UTC days in which an earlier report of a staged record may stand: its own, and `reach` on either side."""
    (first, last), *_ = connection.execute(
        "select coalesce(min(submitted_at)::date, today()) - $reach::integer, "
        "coalesce(max(submitted_at)::date, today()) + $reach::integer from incoming",
        {"reach": reach},
    ).fetchall()
    return first, last


def post(connection: duckdb.DuckDBPyConnection, ledger: Ledger, *, reach: int = 1) -> None:
    """Judge the table `incoming` against what `ledger` holds for the same keys; see `judge`.

    Args:
        connection: with the tables of `Staging`.
        ledger: the ledger.
        reach: days around those of the records in which the same keys are looked up.
    """
    ledger.open(connection, *lookup_days(connection, reach))
    judge(connection)


def write(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, batch: int, *, groups: Sequence[str], threads: int
) -> list[DataFile]:
    """Write what `post` decided as data files of the ledger, by group of landing files and day; nothing is committed.

    Args:
        connection: with the tables of `judge`.
        ledger: the ledger.
        batch: the number of the batch that the entries belong to.
        groups: the views whose union is `incoming`.
        threads: how many files are written at a time.
    """
    marks = {"batch": batch, "posted_at": datetime.now(UTC)}
    files: list[DataFile] = []
    for group in groups:
        connection.view(group).create_view("postings", replace=True)
        files += _write_days(connection, ledger, "write_postings", _days(connection, group), marks, threads)
    days = sorted({*_days(connection, "signs"), *_days(connection, "event_entries")})
    return files + _write_days(connection, ledger, "write_judged", days, marks, threads)


def _write_days(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    name: str,
    days: Sequence[date],
    marks: Mapping[str, object],
    threads: int,
) -> list[DataFile]:
    def write_day(day: date) -> DataFile | None:
        path = ledger.table.place(day)
        with connection.cursor() as own:
            (_, rows, size, *_), *_ = own.execute(statement(name), {"day": day, "path": str(path), **marks}).fetchall()
        if not rows:
            path.unlink()
        return DataFile(path, day, rows, size) if rows else None

    with ThreadPoolExecutor(threads, "write") as pool:
        return [one for one in pool.map(write_day, days) if one]


def _days(connection: duckdb.DuckDBPyConnection, rows: str) -> list[date]:
    return [day for (day,) in connection.table(rows).project("day").distinct().order("day").fetchall()]


def judge(connection: duckdb.DuckDBPyConnection) -> None:
    """Define `contested`, `judged_entries` and `outcomes` from `incoming` and `ledger`; conflicts go to `refused`.

    Args:
        connection: with the tables of `Staging` and the view `ledger`.
    """
    connection.execute(statement("standing"))
    connection.execute("delete from refused where reason = 'conflict'")
    connection.execute(statement("posting"))
    if connection.sql("from event_keys limit 1").fetchall():
        connection.execute(statement("posting_events"))
