"""Data files: Parquet files of one partition that are written but no part of a table yet."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

from deltalake.transaction import AddAction


@dataclass(frozen=True, slots=True)
class DataFile:
    """One data file: where it is, the day its rows are of, how many there are, and its bytes."""

    path: Path
    day: date
    rows: int
    size: int

    def action(self, folder: Path, partition: str) -> AddAction:
        """What a commit says to make it part of the table in `folder`."""
        return AddAction(
            path=self.path.relative_to(folder).as_posix(),
            size=self.size,
            partition_values={partition: self.day.isoformat()},
            modification_time=int(self.path.stat().st_mtime * 1000),
            data_change=True,
            stats=json.dumps({"numRecords": self.rows}),
        )


def new_place(folder: Path) -> Path:
    """A path in a partition's folder that no other writer takes."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"part-{uuid4().hex}.zstd.parquet"
