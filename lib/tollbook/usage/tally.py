"""The tally: control totals of a batch's files, from what became of each of their rows."""

from collections.abc import Mapping, Sequence

import duckdb

from tollbook.errors import TollbookError
from tollbook.usage.landing import LandingFile
from tollbook.usage.totals import COUNTS, FileTotals


class Unbalanced(TollbookError):
    """Rows of a file that would be lost or counted twice; nothing was posted."""

    def __init__(self, totals: FileTotals) -> None:
        self.totals = totals
        counted = ", ".join(f"{name} {getattr(totals, name)}" for name in COUNTS)
        super().__init__(f"{totals.file}: control totals do not add up ({counted}); nothing was posted, report this")


def tally(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[LandingFile],
    read: Mapping[str, int],
    *,
    batch: int,
    before: Mapping[str, FileTotals],
) -> list[FileTotals]:
    """Control totals of `files` from the tables `outcomes` and `refused`.

    Args:
        connection: with the tables.
        files: the batch's files.
        read: rows read by SHA-256.
        batch: the batch's number.
        before: earlier totals of files of which only the rows in quarantine were read again.

    Raises:
        Unbalanced: a row is missing or counted twice.
    """
    counts: dict[str, dict[str, int]] = {file.sha: dict.fromkeys(COUNTS, 0) for file in files}
    reasons: dict[str, dict[str, int]] = {file.sha: {} for file in files}
    for sha, outcome, records, late in connection.sql("from outcomes").fetchall():
        counts[sha][outcome] += records
        counts[sha]["late"] += late
    for sha, reason, rows in connection.sql(
        "select sha, reason, count(*) from refused group by all order by all"
    ).fetchall():
        reasons[sha][reason] = rows
        counts[sha]["quarantined"] += rows
    totals = []
    for file in files:
        mine = {**counts[file.sha], "read": read[file.sha]}
        if file.sha in before:
            mine = _after(before[file.sha], mine)
        one = FileTotals(
            str(file.name),
            file.sha,
            file.claimed.source,
            "posted",
            **mine,  # type: ignore[arg-type]
            reasons=reasons[file.sha],
            batch=batch,
        )
        if not one.balanced:
            raise Unbalanced(one)
        totals.append(one)
    return totals


def _after(before: FileTotals, again: Mapping[str, int]) -> dict[str, int]:
    """The file's totals once its quarantined rows were read again; a torn line may have become several rows."""
    known = {name: getattr(before, name) for name in COUNTS}
    known["read"] -= before.quarantined
    known["quarantined"] = 0
    return {name: known[name] + again[name] for name in COUNTS}
