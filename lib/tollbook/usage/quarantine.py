"""The quarantine: refused rows, one Parquet file per landing file, named by its SHA-256."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pandas as pd

from tollbook.storage.files import Files, FolderFiles

COLUMNS = ("file", "line", "reason", "detail", "raw")


class Quarantine:
    """Refused rows of one book: file, line, reason, detail, and the row with numbers masked.

    Args:
        folder: where the Parquet files live.
        files: the home it is in; the folder is all there is when None.
    """

    def __init__(self, folder: Path, *, files: Files | None = None) -> None:
        self.folder = folder
        self._files = files or FolderFiles(folder)

    def prepare(self, connection: duckdb.DuckDBPyConnection, attempt: str, *, again: Iterable[str] = ()) -> None:
        """Write the table `refused`, one file per `sha`, where only `publish` finds it.

        Args:
            connection: with the table.
            attempt: of the commit these rows belong to; of rivals that refuse rows of one file only one commits.
            again: hashes of files that have rows here already, and perhaps none any more.
        """
        pending = self._pending(attempt)
        refused = {sha for (sha,) in connection.sql("select distinct sha from refused").fetchall()}
        for sha in sorted({*refused, *again}):
            pending.mkdir(parents=True, exist_ok=True)
            connection.sql(
                "select file, line, item, reason, detail, raw from refused where sha = $sha order by line, reason, raw",
                params={"sha": sha},
            ).write_parquet(str(pending / f"{sha}.parquet"), compression="zstd")
        if pending.is_dir():
            self._files.keep(pending)

    def publish(self, attempt: str) -> None:
        """Show what a commit refused; what was there for a file is replaced. Doing it again changes nothing."""
        pending = self._pending(attempt)
        if not pending.is_dir():
            self._files.bring(pending)  # of a machine that went down between commit and this
        if pending.is_dir():
            shown = [path.replace(self.folder / path.name) for path in sorted(pending.iterdir())]
            self._files.keep(*shown)
            self._files.forget(pending)
            pending.rmdir()

    def discard(self, attempt: str) -> None:
        """Forget what an attempt that lost had refused."""
        self._files.forget(self._pending(attempt))
        shutil.rmtree(self._pending(attempt), ignore_errors=True)

    def _pending(self, attempt: str) -> Path:
        return self.folder / ".pending" / attempt

    def rows(self, shas: Sequence[str] | None = None) -> pd.DataFrame:
        """Refused rows of these files (None: all), by file and line; columns `COLUMNS`."""
        self._files.bring(self.folder)
        paths = sorted(self.folder.glob("*.parquet"))
        wanted = [str(path) for path in paths if shas is None or path.stem in shas]
        if not wanted:
            return pd.DataFrame(columns=list(COLUMNS))
        with duckdb.connect() as connection:
            rows: pd.DataFrame = connection.sql(
                "select file, line, reason, detail, raw from read_parquet(?) order by file, line", params=[wanted]
            ).df()
        return rows

    def places(self, sha: str) -> list[tuple[int, int]]:
        """Where a file's refused rows stand: (line, item of the list in it; 0 when the whole line was torn)."""
        self._files.bring(self.folder)
        path = self.folder / f"{sha}.parquet"
        if not path.exists():
            return []
        with duckdb.connect() as connection:
            return connection.sql("select distinct line, item from read_parquet(?)", params=[str(path)]).fetchall()
