"""The lake: Delta tables written by delta-rs and read by DuckDB."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from tollbook.storage.data_files import DataFile, commit_properties, new_place
from tollbook.storage.files import Files, FolderFiles
from tollbook.storage.lake_errors import CommitConflict, LakeUnwritable, reason

ROWS_PER_CHUNK = 200_000


class Table:
    """One Delta table in a folder of the home, partitioned by one date column.

    Where the home is on Blob, the table is there, and the folder holds this machine's copies of its data files, which
    never change once they are written.

    Args:
        folder: where it lives; it need not exist yet.
        partition: the partition column, a DATE.
        described: columns whose lowest and highest value in each data file stand in the log.
        files: the home; the folder is all there is when None.
    """

    def __init__(
        self, folder: Path, *, partition: str = "day", described: Sequence[str] = (), files: Files | None = None
    ) -> None:
        self.folder = folder
        self.partition = partition
        self._described = described
        self._files = files or FolderFiles(folder)
        self._held: tuple[DeltaTable, tuple[int, int]] | None = None

    def exists(self) -> bool:
        """Whether anything was ever committed."""
        return self._read() is not None

    def transaction(self, app_id: str) -> int:
        """The last version committed under `app_id`; 0 when there is none."""
        return self.versions([app_id]).get(app_id, 0)

    def versions(self, app_ids: Iterable[str]) -> dict[str, int]:
        """Those of `app_ids` under which something was committed, and the last version of each."""
        table = self._read()
        if table is None:
            return {}
        with self._guarded():  # delta-rs reads the log again for it
            found = {app_id: table.transaction_version(app_id) for app_id in app_ids}
        return {app_id: version for app_id, version in found.items() if version is not None}

    def files(self, first: date | None = None, last: date | None = None) -> list[str]:
        """Paths on this machine of the live data files, of all partitions or of `first` to `last`."""
        prefix = f"/{self.partition}="
        return self._here([uri for uri in self.uris() if _within(uri.split(prefix, 1)[1][:10], first, last)])

    def uris(self) -> list[str]:
        """Addresses of the live data files, wherever they are."""
        table = self._read()
        with self._guarded():
            found: list[str] = table.file_uris() if table else []
        return found

    def files_after(self, column: str, value: int) -> list[str]:
        """Paths of the data files that may hold rows whose `column` (one of `described`) is greater than `value`."""
        table = self._read()
        if table is None:
            return []
        with self._guarded():
            actions = table.get_add_actions(flatten=True)
        names = actions.schema.names
        paths = actions.column("path").to_pylist()
        highest = actions.column(f"max.{column}").to_pylist() if f"max.{column}" in names else [None] * len(paths)
        wanted = [path for path, top in zip(paths, highest, strict=True) if top is None or top > value]
        root = self._files.table(self.folder)[0]
        return self._here([f"{root}/{path}" for path in wanted])

    def merge_small(self, days: Sequence[date], *, target_mb: int) -> int:
        """Put the files of some partitions that are smaller than `target_mb` together; how many fewer there are."""
        table = self._opened()
        if table is None or not days:
            return 0
        with self._guarded():
            wanted = (self.partition, "in", [day.isoformat() for day in days])
            done = table.optimize.compact(partition_filters=[wanted], target_size=target_mb << 20)
        return int(done["numFilesRemoved"]) - int(done["numFilesAdded"])

    def _here(self, uris: Sequence[str]) -> list[str]:
        """Paths on this machine of data files."""
        if not self._files.remote:
            return list(uris)
        start = len(self._files.table(self.folder)[0]) + 1
        paths = [self.folder / uri[start:] for uri in uris]
        self._files.copy(paths)
        return [str(path) for path in paths]

    def append(
        self, rows: duckdb.DuckDBPyRelation, *, transactions: Mapping[str, int], notes: Mapping[str, str]
    ) -> None:
        """Append `rows` in one commit that carries `transactions` (app id -> version) and `notes`.

        The versions say what the caller has seen: delta-rs refuses a rival that commits from here on, but of one that
        committed earlier it knows nothing, so that is looked up first.

        Raises:
            CommitConflict: another commit under one of the app ids came first; nothing was written.
        """
        reader = rows.to_arrow_reader(ROWS_PER_CHUNK)
        table = self._open_or_create(reader.schema)
        self._refuse_seen(table, transactions)
        with self._guarded():
            write_deltalake(table, reader, mode="append", commit_properties=commit_properties(transactions, notes))

    def place(self, day: date) -> Path:
        """A path for a new data file of one partition, for `add`."""
        return new_place(self.folder / f"{self.partition}={day.isoformat()}")

    def add(
        self, files: Sequence[DataFile], schema: pa.Schema, *, transactions: Mapping[str, int], notes: Mapping[str, str]
    ) -> None:
        """Append rows that were written already, in one commit as `append` does.

        Args:
            files: Parquet files at places that `place` gave, without the partition column.
            schema: of the table, that column included.
            transactions: app id -> version.
            notes: kept with the commit.

        Raises:
            CommitConflict: another commit under one of the app ids came first; the files were removed.
        """
        actions: list[AddAction | RemoveAction] = [one.action(self.folder, self.partition) for one in files]
        try:
            table = self._open_or_create(schema)
            self._refuse_seen(table, transactions)
            self._files.keep(*(one.path for one in files))
            with self._guarded():
                table.create_write_transaction(
                    actions,
                    "append",
                    table.schema(),
                    partition_by=[self.partition],
                    commit_properties=commit_properties(transactions, notes),
                )
        except CommitConflict:
            if self._lists(files):  # our own commit, asked for again because its answer was lost
                return
            self._files.forget(*(one.path for one in files))
            for one in files:
                one.path.unlink(missing_ok=True)
            raise

    def _lists(self, files: Sequence[DataFile]) -> bool:
        """Whether the table holds these files, if there are any; their names are nobody else's."""
        names = {one.path.name for one in files}
        return bool(names) and names <= {uri.rpartition("/")[2] for uri in self.uris()}

    def _refuse_seen(self, table: DeltaTable, transactions: Mapping[str, int]) -> None:
        with self._guarded():
            seen = any((table.transaction_version(app_id) or 0) >= version for app_id, version in transactions.items())
        if seen:
            raise CommitConflict(self.folder)

    def replace_days(self, days: Sequence[date], rows: duckdb.DuckDBPyRelation) -> None:
        """Put `rows` in place of all rows of the partitions `days`, in one commit.

        Raises:
            CommitConflict: somebody else wrote in the meantime; nothing was written.
        """
        listed = ", ".join(f"'{day.isoformat()}'" for day in days)
        uri, options = self._files.table(self.folder)
        with self._guarded():
            write_deltalake(
                DeltaTable(uri, storage_options=options),
                rows.to_arrow_reader(ROWS_PER_CHUNK),
                mode="overwrite",
                predicate=f"{self.partition} in ({listed})",
                commit_properties=CommitProperties(max_commit_retries=0),
            )

    def vacuum(self, hours: int) -> int:
        """Remove data files that no version of the last `hours` needs; how many.

        With `hours` above 0 also what killed writers left: a file younger than that may be of a writer that is at work.
        """
        table = self._opened()
        if table is None:
            return 0
        with self._guarded():
            removed = table.vacuum(hours, dry_run=False, enforce_retention_duration=False, full=hours > 0)
        self._files.prune(self.folder)
        return len(removed)

    def notes(self, key: str) -> list[str]:
        """The values of one note over all commits still in the log, oldest first."""
        table = self._opened()
        with self._guarded():
            history: list[dict[str, Any]] = table.history() if table else []
        return [commit[key] for commit in reversed(history) if key in commit]

    def _read(self) -> DeltaTable | None:
        """`_opened`, to read from only: in a folder the one opened before, brought up to date: thirty times as fast.

        A writer opens its own, so that what it has seen is what it commits upon.
        """
        table, seen = self._held or (None, None)
        if table is None or self._log_entry(table) != seen:  # another table stands in the place, or its log was cut
            table = self._opened()
        else:
            try:
                table.update_incremental()
            except (OSError, DeltaError):  # `_opened` says what is wrong, if it lasts
                table = self._opened()
        entry = self._log_entry(table) if table and not self._files.remote else None
        self._held = (table, entry) if table and entry else None
        return table

    def _log_entry(self, table: DeltaTable) -> tuple[int, int] | None:
        """Which file the log's entry of a table's version is; None where there is none."""
        try:
            found = (self.folder / "_delta_log" / f"{table.version():020}.json").stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _opened(self) -> DeltaTable | None:
        """The table as it is now; None where nothing was ever committed."""
        uri, options = self._files.table(self.folder)
        with self._guarded():
            try:
                return DeltaTable(uri, storage_options=options)
            except TableNotFoundError:
                return None

    def _open_or_create(self, schema: Any) -> DeltaTable:
        table = self._opened()
        if table is not None:
            return table
        uri, options = self._files.table(self.folder)
        with self._guarded():
            try:
                return DeltaTable.create(
                    uri,
                    schema,
                    mode="error",
                    partition_by=[self.partition],
                    storage_options=options,
                    configuration={"delta.dataSkippingStatsColumns": ",".join(self._described)},
                )
            except (CommitFailedError, DeltaError):
                table = self._opened()
                if table is None:  # nobody else made it in the meantime: it cannot be made
                    raise
                return table

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn delta-rs' errors into ours: a lost race, or a place that does not take what is written."""
        try:
            yield
        except CommitFailedError as error:
            if reason(error) == type(error).__name__:
                raise CommitConflict(self.folder) from error
            raise LakeUnwritable(self._where, reason(error)) from None
        except (OSError, DeltaError) as error:
            raise LakeUnwritable(self._where, reason(error)) from None

    @property
    def _where(self) -> str:
        return f"{self._files.where}: {self.folder.name}" if self._files.remote else str(self.folder)


def _within(day: str, first: date | None, last: date | None) -> bool:
    return (first is None or day >= first.isoformat()) and (last is None or day <= last.isoformat())


def read_files(connection: duckdb.DuckDBPyConnection, files: Sequence[str]) -> duckdb.DuckDBPyRelation:
    """The rows of these Parquet files, the partition column included."""
    return connection.sql("select * from read_parquet(?, hive_partitioning = true)", params=[list(files)])
