"""The quarantine: refused rows, one Parquet file per landing file, named by its SHA-256."""

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

    def write(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Write the table `refused`, one file per `sha`; what was there for a hash is replaced."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for (sha,) in connection.sql("select distinct sha from refused").fetchall():
            partial = self.folder / f".{sha}.tmp"
            connection.sql(
                "select file, line, reason, detail, raw from refused where sha = $sha order by line, reason, raw",
                params={"sha": sha},
            ).write_parquet(str(partial), compression="zstd")
            partial.replace(self.folder / f"{sha}.parquet")

    def rows(self, shas: Sequence[str] | None = None) -> pd.DataFrame:
        """Refused rows of these files (None: all), by file and line; columns `COLUMNS`."""
        paths = sorted(self.folder.glob("*.parquet"))
        wanted = [str(path) for path in paths if shas is None or path.stem in shas]
        if not wanted:
            return pd.DataFrame(columns=list(COLUMNS))
        with duckdb.connect() as connection:
            rows: pd.DataFrame = connection.sql("from read_parquet(?) order by file, line", params=[wanted]).df()
        return rows
