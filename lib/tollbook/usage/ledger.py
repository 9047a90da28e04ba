"""The ledger: every accepted record as an entry of +1, every correction as a reversal of -1. Nothing is ever edited."""

from collections.abc import Callable, Collection
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
from duckdb import ColumnExpression, ConstantExpression

from tollbook.access import OperatorsOnly
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
        clients: gives the clients whose entries are shown, asked whenever it is opened; all when None.
        files: the home it is in; the folder is all there is when None.
    """

    def __init__(
        self, folder: Path, *, clients: Callable[[], Collection[str]] | None = None, files: Files | None = None
    ) -> None:
        self._table = Table(folder, described=DESCRIBED, files=files)
        self._clients = clients

    @property
    def table(self) -> Table:
        """The Delta table under it, with everybody's entries, to write to and to keep.

        Raises:
            OperatorsOnly: only some clients' entries are to be shown.
        """
        if self._clients is not None:
            raise OperatorsOnly("the ledger's table")
        return self._table

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._table.folder

    @property
    def batch(self) -> int:
        """The ledger's version: the number of its last batch, 0 when empty."""
        return self._table.transaction(BATCH)

    def open(
        self, connection: duckdb.DuckDBPyConnection, first: date | None = None, last: date | None = None
    ) -> duckdb.DuckDBPyRelation:
        """The entries, postings and reversals, of the UTC days `first` to `last`; also as the view `ledger`.

        Columns are those of `ENTRY_FIELDS`; `day` is the UTC day of `submitted_at`.
        """
        return self._define(connection, self._table.files(first, last))

    def open_after(self, connection: duckdb.DuckDBPyConnection, batch: int) -> duckdb.DuckDBPyRelation:
        """The view `ledger` on data files that hold all entries of later batches, and others."""
        return self._define(connection, self._table.files_after("batch", batch))

    def _define(self, connection: duckdb.DuckDBPyConnection, files: list[str]) -> duckdb.DuckDBPyRelation:
        if not files:
            return define_empty_ledger(connection)
        entries = read_files(connection, files).project(", ".join(ENTRY_FIELDS))
        if self._clients is not None:
            shown = [ConstantExpression(client) for client in sorted(self._clients())]
            entries = entries.filter(ColumnExpression("client").isin(*shown) if shown else ConstantExpression(False))
        return entries.create_view("ledger", replace=True)


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
