"""The lake: Delta tables written by delta-rs and read by DuckDB."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from tollbook.errors import TollbookError

ROWS_PER_CHUNK = 200_000


class CommitConflict(TollbookError):
    """Another writer committed first; read again and try again."""

    def __init__(self, table: Path) -> None:
        super().__init__(f"{table}: another writer committed first")


class Table:
    """One Delta table in a folder, partitioned by one date column.

    Args:
        folder: where it lives; it need not exist yet.
        partition: the partition column, a DATE.
    """

    def __init__(self, folder: Path, *, partition: str = "day") -> None:
        self.folder = folder
        self.partition = partition

    def exists(self) -> bool:
        """Whether anything was ever committed."""
        return bool(DeltaTable.is_deltatable(str(self.folder)))

    def transaction(self, app_id: str) -> int:
        """The last version committed under `app_id`; 0 when there is none."""
        if not self.exists():
            return 0
        return DeltaTable(str(self.folder)).transaction_version(app_id) or 0

    def known(self, app_ids: Iterable[str]) -> set[str]:
        """Those of `app_ids` under which something was committed."""
        if not self.exists():
            return set()
        table = DeltaTable(str(self.folder))
        return {app_id for app_id in app_ids if table.transaction_version(app_id) is not None}

    def files(self, first: date | None = None, last: date | None = None) -> list[str]:
        """Paths of the live data files, of all partitions or of `first` to `last`."""
        if not self.exists():
            return []
        uris: list[str] = DeltaTable(str(self.folder)).file_uris()
        prefix = f"/{self.partition}="
        return [uri for uri in uris if _within(uri.split(prefix, 1)[1][:10], first, last)]

    def append(
        self, rows: duckdb.DuckDBPyRelation, *, transactions: Mapping[str, int], notes: Mapping[str, str]
    ) -> None:
        """Append `rows` in one commit that carries `transactions` (app id -> version) and `notes`.

        The versions say what the caller has seen: delta-rs refuses a rival that commits from here on, but of one that
        committed earlier it knows nothing, so that is looked up first.

        Raises:
            CommitConflict: another commit under one of the app ids came first; nothing was written.
        """
        properties = CommitProperties(
            app_transactions=[Transaction(app_id, version) for app_id, version in transactions.items()],
            custom_metadata=dict(notes),
            max_commit_retries=0,
        )
        reader = rows.to_arrow_reader(ROWS_PER_CHUNK)
        table = self._open_or_create(reader.schema)
        if any((table.transaction_version(app_id) or 0) >= version for app_id, version in transactions.items()):
            raise CommitConflict(self.folder)
        try:
            write_deltalake(table, reader, mode="append", commit_properties=properties)
        except CommitFailedError as error:
            raise CommitConflict(self.folder) from error

    def _open_or_create(self, schema: Any) -> DeltaTable:
        if not self.exists():
            try:
                return DeltaTable.create(str(self.folder), schema, mode="error", partition_by=[self.partition])
            except (CommitFailedError, DeltaError):
                if not self.exists():  # somebody else made it in the meantime, or nobody could
                    raise
        return DeltaTable(str(self.folder))

    def notes(self, key: str) -> list[str]:
        """The values of one note over all commits still in the log, oldest first."""
        if not self.exists():
            return []
        history: list[dict[str, Any]] = DeltaTable(str(self.folder)).history()
        return [commit[key] for commit in reversed(history) if key in commit]


def _within(day: str, first: date | None, last: date | None) -> bool:
    return (first is None or day >= first.isoformat()) and (last is None or day <= last.isoformat())


def read_files(connection: duckdb.DuckDBPyConnection, files: Sequence[str]) -> duckdb.DuckDBPyRelation:
    """The rows of these Parquet files, the partition column included."""
    return connection.sql("select * from read_parquet(?, hive_partitioning = true)", params=[list(files)])


def connect(*, memory_limit: str, threads: int, spill: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB in UTC that spills to `spill` when it outgrows `memory_limit`."""
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    return connection
