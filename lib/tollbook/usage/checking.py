"""Checking a mapping: what a file would become, without a ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from tollbook.storage.connection import connect
from tollbook.usage.grouping import groups
from tollbook.usage.landing import LandingFile
from tollbook.usage.mapping import Source
from tollbook.usage.staging import Staging
from tollbook.usage.unpacking import UnreadableFile

_STRANGERS = """
    select distinct account from (
        select coalesce(m.account, f.account) as account from mapped as m join arrivals as f using (file)
    ) where account is not null and account not in (select account from accounts)
"""
_LEFT_OUT = ("source", "recipient_token", "source_file", "final_at")


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a file's rows.

    Attributes:
        read: rows in all.
        mapped: rows that are whole.
        rows: the first of those, field -> text; fields that are empty in all of them are left out.
        reasons: rows refused, by reason.
        refused: the first of those: line, reason, detail, raw (numbers masked).
        fault: why the file cannot be read at all, "" when it can.
    """

    read: int = 0
    mapped: int = 0
    rows: tuple[Mapping[str, str], ...] = ()
    reasons: Mapping[str, int] = ()  # type: ignore[assignment]
    refused: tuple[Mapping[str, Any], ...] = ()
    fault: str = ""


def check_source(
    path: Path, source: Source, *, accounts: Mapping[tuple[str, str], str], name: PurePosixPath, limit: int = 5
) -> Checked:
    """Read a file by a mapping and say what came of it; nothing is written. Accounts may be nobody's yet.

    Args:
        path: the file.
        source: the mapping.
        accounts: (source, account) -> client.
        name: the file's path as it would be below the landing folder; `client: {folder: ...}` reads it.
        limit: how many rows to show of either kind.
    """
    file = LandingFile(path, name, "checked", source)
    with TemporaryDirectory() as scratch, connect(memory_limit="1GB", threads=2, spill=Path(scratch)) as connection:
        staging = Staging(connection, accounts, b"nobody keeps what this makes")
        for group in groups([file], Path(scratch) / "unpacked"):
            if isinstance(group.header, UnreadableFile):
                return Checked(fault=group.header.fault, reasons={})
            for _, fault in staging.add(group.files, group.header, 0):
                return Checked(fault=fault, reasons={})
            if strangers := connection.execute(_STRANGERS).fetchall():
                staging.know({(source.source, account): f"(no client has {account})" for (account,) in strangers})
                staging.clear()
                staging.add(group.files, group.header, 0)
        staging.gather()
        whole = connection.sql(
            "select * exclude (sha, turn, key_hash, day) from incoming order by turn limit $n", params={"n": limit}
        )
        columns = whole.columns
        rows = [dict(zip(columns, row, strict=True)) for row in whole.fetchall()]
        shown = [one for one in columns if one not in _LEFT_OUT and any(row[one] not in {None, ""} for row in rows)]
        refused = connection.sql(
            "select line, reason, detail, raw from refused order by line, item limit $n", params={"n": limit}
        )
        reasons = connection.sql("select reason, count(*) from refused group by all order by all").fetchall()
        return Checked(
            read=staging.read.get("checked", 0),
            mapped=staging.records,
            rows=tuple({one: _text(row[one]) for one in shown} for row in rows),
            reasons=dict(reasons),
            refused=tuple(dict(zip(refused.columns, row, strict=True)) for row in refused.fetchall()),
        )


def _text(value: object) -> str:
    return "" if value is None else str(value)
