"""The quarantine: refused rows, one Parquet file per landing file, named by its SHA-256."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

COLUMNS = ("file", "line", "reason", "detail", "raw")


class Quarantine:
    """Refused rows of one book: file, line, reason, detail, and the row with numbers masked.

    Args:
        folder: where the Parquet files live.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self, connection: duckdb.DuckDBPyConnection, attempt: str) -> None:
        """Write the table `refused`, one file per `sha`, where only `publish` finds it.

        Args:
            connection: with the table.
            attempt: of the commit these rows belong to; of rivals that refuse rows of one file only one commits.
        """
        pending = self._pending(attempt)
        for (sha,) in connection.sql("select distinct sha from refused").fetchall():
            pending.mkdir(parents=True, exist_ok=True)
            connection.sql(
                "select file, line, reason, detail, raw from refused where sha = $sha order by line, reason, raw",
                params={"sha": sha},
            ).write_parquet(str(pending / f"{sha}.parquet"), compression="zstd")

    def publish(self, attempt: str) -> None:
        """Show what a commit refused; what was there for a file is replaced. Doing it again changes nothing."""
        pending = self._pending(attempt)
        if pending.is_dir():
            for path in sorted(pending.iterdir()):
                path.replace(self.folder / path.name)
            pending.rmdir()

    def discard(self, attempt: str) -> None:
        """Forget what an attempt that lost had refused."""
        shutil.rmtree(self._pending(attempt), ignore_errors=True)

    def _pending(self, attempt: str) -> Path:
        return self.folder / ".pending" / attempt

    def rows(self, shas: Sequence[str] | None = None) -> pd.DataFrame:
        """Refused rows of these files (None: all), by file and line; columns `COLUMNS`."""
        paths = sorted(self.folder.glob("*.parquet"))
        wanted = [str(path) for path in paths if shas is None or path.stem in shas]
        if not wanted:
            return pd.DataFrame(columns=list(COLUMNS))
        with duckdb.connect() as connection:
            rows: pd.DataFrame = connection.sql("from read_parquet(?) order by file, line", params=[wanted]).df()
        return rows
