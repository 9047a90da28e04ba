"""Data files: Parquet files of one partition that are no part of a table yet, and what a commit carries."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

from deltalake import CommitProperties, Transaction
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


def commit_properties(transactions: Mapping[str, int], notes: Mapping[str, str]) -> CommitProperties:
    """Transactions (app id -> version) and notes, for a commit that is tried once."""
    return CommitProperties(
        app_transactions=[Transaction(app_id, version) for app_id, version in transactions.items()],
        custom_metadata=dict(notes),
        max_commit_retries=0,
    )
