"""Deliveries: which landing files a client's month stands on, and whether ledger, rollups and totals agree on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import duckdb
import pandas as pd

from tollbook.money import ZERO, format_count, format_share
from tollbook.usage.cube import EVERY_BATCH
from tollbook.usage.sql import statement
from tollbook.usage.totals import FileTotals

FILES = ("source", "file", "posted", "late", "messages", "segments", "first_submitted", "last_submitted", "posted_at")


@dataclass(frozen=True, slots=True)
class Sums:
    """Usage that stands, by one way of counting; two of them are equal when both ways agree."""

    messages: int
    segments: int
    cost: Decimal


def deliveries(connection: duckdb.DuckDBPyConnection, client: str, bounds: tuple[datetime, datetime]) -> pd.DataFrame:
    """What each file brought into a client's [start, end) UTC; the view `ledger` must be open on those days.

    Returns:
        One row per file, columns `FILES`: `posted` and `late` count ledger postings, `messages` and `segments` what
        stands after corrections.
    """
    query = statement("deliveries")
    start, end = bounds
    found: pd.DataFrame = connection.sql(query, params={"client": client, "start": start, "end": end}).df()
    return found


def source_sums(
    connection: duckdb.DuckDBPyConnection, client: str, bounds: tuple[datetime, datetime], *, batch: int | None = None
) -> dict[str, Sums]:
    """A client's usage in [start, end) UTC by source, as the ledger stood after `batch` (None: now).

    The view `ledger` must be open on those days.
    """
    start, end = bounds
    values = {"client": client, "start": start, "end": end, "batch": EVERY_BATCH if batch is None else batch}
    rows = connection.execute(statement("sums"), values).fetchall()
    return {source: Sums(messages, segments, Decimal(cost)) for source, messages, segments, cost in rows}


def ledger_sums(
    connection: duckdb.DuckDBPyConnection, client: str, bounds: tuple[datetime, datetime], *, batch: int | None = None
) -> Sums:
    """The same of all sources together."""
    found = source_sums(connection, client, bounds, batch=batch).values()
    return Sums(
        sum(one.messages for one in found), sum(one.segments for one in found), sum((one.cost for one in found), ZERO)
    )


def frame_sums(usage: pd.DataFrame) -> Sums:
    """The same by a usage frame."""
    return Sums(int(usage["messages"].sum()), int(usage["segments"].sum()), sum(usage["cost"], ZERO))


def totals_frame(totals: Sequence[FileTotals], names: Sequence[str]) -> pd.DataFrame:
    """Control totals of the named files: file, read, posted, duplicate, superseded, quarantined, late, balanced."""
    wanted = set(names)
    rows = [{**one.as_document(), "balanced": one.balanced} for one in totals if one.file in wanted]
    columns = ("file", "read", "posted", "duplicate", "superseded", "quarantined", "late", "balanced")
    return pd.DataFrame(rows, columns=[*columns])


def intake_finding(totals: pd.DataFrame, locale: str = "en") -> str:
    """How many rows were read and how many of them could not be posted, in one sentence."""
    read, refused = int(totals["read"].sum()), int(totals["quarantined"].sum())
    if not read:
        return "No file brought usage of this month."
    said = f"{format_count(read, locale)} rows were read from {format_count(len(totals), locale)} files"
    if not refused:
        return f"{said}; none was refused."
    share = format_share(refused / read, locale, 2)
    return f"{said}; {format_count(refused, locale)} of them ({share}) wait in quarantine."


def corrections_finding(found: pd.DataFrame, locale: str = "en") -> str:
    """How many messages got a newer status after they were first posted."""
    posted, late = int(found["posted"].sum()), int(found["late"].sum())
    if not posted:
        return "Nothing was posted for this month."
    if not late:
        return "Every message was posted once; no later receipt changed any of them."
    share = format_share(late / posted, locale, 2)
    return (
        f"{format_count(late, locale)} of {format_count(posted, locale)} postings ({share}) are later receipts: "
        "the earlier report was reversed, so that each message counts once, with its latest status."
    )
