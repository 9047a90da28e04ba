"""The ledger: every accepted record as an entry of +1, every correction as a reversal of -1. Nothing is ever edited."""

from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from tollbook.storage.files import Files
from tollbook.storage.lake import Table, read_files
from tollbook.usage.record import ENTRY_FIELDS

BATCH = "ledger"
TOTALS_NOTE = "tollbook.totals"
ATTEMPT_NOTE = "tollbook.attempt"


DESCRIBED = ("client", "submitted_at", "batch")
"""What can be asked of the log about a data file without opening it; of more columns the log would grow with."""


def file_transaction(sha: str) -> str:
    """The Delta transaction under which a file is posted, once for ever."""
    return f"file:{sha}"


class Ledger:
    """The ledger of one book.

    Args:
        folder: the Delta table's folder.
        files: the home it is in; the folder is all there is when None.
    """

    def __init__(self, folder: Path, *, files: Files | None = None) -> None:
        self.table = Table(folder, described=DESCRIBED, files=files)

    @property
    def batch(self) -> int:
        """The ledger's version: the number of its last batch, 0 when empty."""
        return self.table.transaction(BATCH)

    def open(
        self, connection: duckdb.DuckDBPyConnection, first: date | None = None, last: date | None = None
    ) -> duckdb.DuckDBPyRelation:
        """The entries, postings and reversals, of the UTC days `first` to `last`; also as the view `ledger`.

        Columns are those of `ENTRY_FIELDS`; `day` is the UTC day of `submitted_at`.
        """
        return _define(connection, self.table.files(first, last))

    def open_after(self, connection: duckdb.DuckDBPyConnection, batch: int) -> duckdb.DuckDBPyRelation:
        """The view `ledger` on data files that hold all entries of later batches, and others."""
        return _define(connection, self.table.files_after("batch", batch))


@cache
def entry_schema() -> pa.Schema:
    """The ledger's columns as Arrow types."""
    columns = ", ".join(f"null::{kind} as {name}" for name, kind in ENTRY_FIELDS.items())
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.sql(f"select {columns} limit 0").to_arrow_table().schema


def define_empty_ledger(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """The view `ledger` of a ledger without entries."""
    columns = ", ".join(f"null::{kind} as {name}" for name, kind in ENTRY_FIELDS.items())
    return connection.sql(f"select {columns} limit 0").create_view("ledger", replace=True)


def _define(connection: duckdb.DuckDBPyConnection, files: list[str]) -> duckdb.DuckDBPyRelation:
    if not files:
        return define_empty_ledger(connection)
    return read_files(connection, files).project(", ".join(ENTRY_FIELDS)).create_view("ledger", replace=True)
