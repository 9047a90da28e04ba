"""Upkeep: fewer files, and recipients forgotten in time. No total changes, as of no batch: entries keep their batch.

A day is rewritten whole, in one commit; what was rewritten lies on disk until `vacuum`. Taking files in at the same
time is safe: one of the two commits loses and tries again.
"""

import secrets
from collections import Counter
from datetime import date

import duckdb

from tollbook.storage.documents import Documents
from tollbook.storage.lake import read_files
from tollbook.storage.lake_errors import CommitConflict
from tollbook.usage.ledger import Ledger
from tollbook.usage.record import ENTRY_FIELDS

DAYS_AT_ONCE = 62
_ATTEMPTS = 10
_ENTRIES = ", ".join(ENTRY_FIELDS)
_AS_THEY_ARE = f"select {_ENTRIES} from entries_of_days"  # noqa: S608 - own names


def compact(connection: duckdb.DuckDBPyConnection, ledger: Ledger, *, files_a_day: int = 4) -> int:
    """Write every day that lies in more than `files_a_day` files as one, sorted by client; how many days there were."""
    scattered = sorted(day for day, files in Counter(map(_day, ledger.table.uris())).items() if files > files_a_day)
    for start in range(0, len(scattered), DAYS_AT_ONCE):
        _rewrite(connection, ledger, scattered[start : start + DAYS_AT_ONCE], _AS_THEY_ARE, [])
    return len(scattered)


def tidy(ledger: Ledger, *, files_a_day: int = 24, target_mb: int = 16) -> int:
    """Put small files together on days that lie in more than `files_a_day`; how many fewer there are.

    For who takes in small batches all day: each file is rewritten a few times, not the whole day each time.
    """
    days = Counter(map(_day, ledger.table.uris()))
    try:
        return ledger.table.merge_small(
            [day for day, files in days.items() if files > files_a_day], target_mb=target_mb
        )
    except CommitConflict:  # somebody else rewrote the day; there will be another time
        return 0


def forget_recipients(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, documents: Documents, *, before: date
) -> int:
    """Anonymise the recipients of all days before `before`; how many days there were.

    Tokens are replaced by ones made with a key that nobody keeps, so that messages can still be told apart but neither
    be found by their number nor be joined with later ones; masks go. The state `retention` remembers the date: records
    from before it are refused from then on, because what they repeat could not be recognised.
    """
    done = (documents.get("state", "retention") or {"before": ""})["before"]
    if before.isoformat() > done:
        documents.put("state", "retention", {"before": before.isoformat()})
    days = sorted({day for day in map(_day, ledger.table.uris()) if done <= day.isoformat() and day < before})
    query = (
        f"select {_ENTRIES} from (select * replace (left(sha256($key || recipient_token), 32) as recipient_token, "  # noqa: S608 - own names
        "'' as recipient_masked) from entries_of_days)"
    )
    for start in range(0, len(days), DAYS_AT_ONCE):
        _rewrite(connection, ledger, days[start : start + DAYS_AT_ONCE], query, [secrets.token_hex(32)])
    return len(days)


def vacuum(ledger: Ledger, *, hours: int = 24) -> int:
    """Remove data files that no version of the last `hours` needs; how many. Longer running reports lose theirs."""
    return ledger.table.vacuum(hours)


def _rewrite(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, days: list[date], query: str, key: list[str]
) -> None:
    for attempt in range(_ATTEMPTS):
        wanted = set(days)
        files = [file for file in ledger.table.files(days[0], days[-1]) if _day(file) in wanted]
        read_files(connection, files).create_view("entries_of_days", replace=True)
        rows = connection.sql(f"{query} order by day, client", params={"key": key[0]} if key else None)
        try:
            ledger.table.replace_days(days, rows)
        except CommitConflict:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return


def _day(file: str) -> date:
    return date.fromisoformat(file.split("/day=", 1)[1][:10])
