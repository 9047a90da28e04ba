"""Rollups: one document per client and local day, made from the ledger and replaced whole.

A document holds its cells by column (`hour`, `channel`, ..., `messages`, `segments`, `cost`), the receipts of its
deliveries by channel, country and class of time (`receipts`), the ledger batch it was made at and the time zone its day
was cut in. Beside it, in `senders`, lies the day's outgoing messages by sender, which may be thousands and are seldom
asked for. The document `state/rollups` says up to which batch all of them are right; after a crash the days of later
batches are simply made again, and so are all where what a document holds has changed (`SHAPE`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from tollbook.errors import TollbookError
from tollbook.storage.documents import Document, Documents
from tollbook.usage.latency import BOUNDS
from tollbook.usage.ledger import Ledger
from tollbook.usage.sql import statement

DIMENSIONS = ("hour", "channel", "direction", "country", "network", "category", "campaign", "status", "cost_currency")
MEASURES = ("messages", "segments", "cost")
CELLS = (*DIMENSIONS, *MEASURES)
RECEIPTS = ("channel", "country", "class", "messages")
SENDERS = ("sender", "messages")
NUMBERS = ("hour", "messages", "segments")
RECENT = timedelta(days=31)
AT_ONCE = 62  # days
SHAPE = 3  # with receipts, and senders beside them


class RollupsTooOld(TollbookError):
    """Rollups of an earlier version of Tollbook, without something that is asked for."""

    def __init__(self, client: str, what: str) -> None:
        super().__init__(f"{client}: its rollups hold no {what} yet; `tollbook ingest` makes them anew")


def refresh_rollups(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, documents: Documents, *, zones: Mapping[str, str]
) -> int:
    """Make every client-day that the ledger's newer batches touched anew; how many there were.

    Args:
        connection: DuckDB in UTC.
        ledger: the ledger.
        documents: where the rollups live.
        zones: client -> IANA time zone; days of clients that are not in it wait until they are.
    """
    state = documents.get("state", "rollups") or {"batch": 0, "zones": {}}
    batch = ledger.batch
    known = state["zones"] if state.get("shape") == SHAPE else {}
    moved = [client for client, zone in zones.items() if known.get(client) != zone]
    if state["batch"] >= batch and not moved:
        return 0
    for client in moved:
        for name in ("rollups", "senders"):
            documents.delete(name, [one["_id"] for one in documents.find(name, {"client": client})])
    _define(connection, "zones", {"client": list(zones), "zone": list(zones.values())})
    ledger.open_after(connection, 0 if moved else state["batch"])
    connection.execute(
        "create or replace temp table stale as "
        "select distinct client, timezone(zone, submitted_at)::date as day "
        "from ledger join zones using (client) where batch > ? or list_contains(?::varchar[], client)",
        [state["batch"], moved],
    )
    (first, last, stale), *_ = connection.sql("select min(day) - 1, max(day) + 1, count(*) from stale").fetchall()
    ledger.open(connection, first, last)
    documents.replace_if_newer("rollups", _documents(connection, batch, zones), version="batch")
    documents.replace_if_newer("senders", _sender_documents(connection, batch), version="batch")
    latest = max(state.get("last_day", ""), (last - timedelta(days=1)).isoformat() if stale else "")
    kept = {"batch": batch, "zones": {**known, **zones}, "last_day": latest, "shape": SHAPE}
    documents.put("state", "rollups", kept)
    return int(stale)


def read_rollups(documents: Documents, client: str, first: date, last: date) -> pd.DataFrame:
    """A client's usage by local day and hour; the usage frame.

    Returns:
        One row per cell: `day` datetime64 (local midnight, no zone), `hour` 0-23, channel, direction, country (alpha-2,
        "" unknown), network (MCC+MNC), category, campaign, status, cost_currency, `messages` and `segments` int64,
        `cost` Decimal (the supplier's).
    """
    columns: dict[str, list[Any]] = {name: [] for name in ("day", *CELLS)}
    exact, texts = cache(Decimal), dict[str, str]()  # one object for all cells that say the same
    for one in _by_and_by(documents, "rollups", client, first, last):
        columns["day"] += [one["day"]] * len(one["hour"])
        for name in CELLS:
            if name == "cost":
                columns[name] += map(exact, one[name])
            elif name in NUMBERS:
                columns[name] += one[name]
            else:
                columns[name] += map(texts.setdefault, one[name], one[name])
    kinds = {**dict.fromkeys(CELLS, "str"), **dict.fromkeys(NUMBERS, "int64"), "cost": "object"}
    days = pd.Series(np.array(columns["day"], dtype="datetime64[us]"))
    return pd.DataFrame({"day": days, **{name: pd.Series(columns[name], dtype=kinds[name]) for name in CELLS}})


def read_days(documents: Documents, client: str, last: date) -> dict[date, int]:
    """A client's messages by local day, up to `last`; days without a rollup are not there."""
    found = _by_and_by(documents, "rollups", client, date.min, last)
    return {date.fromisoformat(one["day"]): sum(one["messages"]) for one in found}


def read_receipts(documents: Documents, client: str, first: date, last: date) -> pd.DataFrame:
    """How long a client's receipts took, by local day of submission.

    Returns:
        One row per cell: `day` datetime64 (local midnight, no zone), channel, country (alpha-2, "" unknown), `class`
        int64, the place in `latency.BOUNDS` of the time it took, `messages` int64: delivered outgoing ones. A message
        that was read counts with the time of its last status.

    Raises:
        RollupsTooOld: they were made before receipts were kept.
    """
    columns: dict[str, list[Any]] = {name: [] for name in ("day", *RECEIPTS)}
    for one in _by_and_by(documents, "rollups", client, first, last):
        if "receipts" not in one:
            raise RollupsTooOld(client, "receipts")
        cells = one["receipts"]
        columns["day"] += [one["day"]] * len(cells["class"])
        for name in RECEIPTS:
            columns[name] += cells[name]
    frame = pd.DataFrame(columns)
    frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[us]")
    return frame.astype({"channel": "str", "country": "str", "class": "int64", "messages": "int64"})


def read_sender_days(documents: Documents, client: str, first: date, last: date) -> Iterator[tuple[str, str, int]]:
    """Local day (YYYY-MM-DD), sender and outgoing messages, net of reversals, by day.

    Raises:
        RollupsTooOld: they were made before senders were kept.
    """
    state = documents.get("state", "rollups")
    if state and state.get("shape", 1) < SHAPE:
        raise RollupsTooOld(client, "senders")
    for one in _by_and_by(documents, "senders", client, first, last):
        for sender, messages in zip(one["sender"], one["messages"], strict=True):
            yield one["day"], sender, messages


def _by_and_by(documents: Documents, collection: str, client: str, first: date, last: date) -> Iterator[Document]:
    """A client's documents by day, some at a time: years of them at once take five times the memory of the frame."""
    while True:
        days = {"$gte": first.isoformat(), "$lte": last.isoformat()}
        found = documents.find(collection, {"client": client, "day": days}, limit=AT_ONCE)
        yield from found
        if len(found) < AT_ONCE:
            return
        first = date.fromisoformat(found[-1]["day"]) + timedelta(days=1)


def _define(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, list[str]]) -> None:
    frame = pd.DataFrame(columns, dtype="str")
    connection.register("incoming_frame", frame)
    connection.execute(f"create or replace temp table {name} as select * from incoming_frame")  # noqa: S608 - own names
    connection.unregister("incoming_frame")


def _documents(
    connection: duckdb.DuckDBPyConnection, batch: int, zones: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """One document per stale client-day; a day whose usage was all reversed becomes empty, not forgotten."""
    cells = _by_day(connection.sql(statement("rollup")).df(), CELLS)
    bounds = {"bounds": list(BOUNDS)}
    receipts = _by_day(connection.sql(statement("receipts"), params=bounds).df(), RECEIPTS)
    for client, day in _stale(connection):
        place = (client, pd.Timestamp(day))
        about = {"client": client, "day": day.isoformat(), "batch": batch, "zone": zones[client]}
        yield f"{client}|{day.isoformat()}", {**about, **cells(place), "receipts": receipts(place)}


def _sender_documents(connection: duckdb.DuckDBPyConnection, batch: int) -> Iterator[tuple[str, dict[str, Any]]]:
    senders = _by_day(connection.sql(statement("senders")).df(), SENDERS)
    for client, day in _stale(connection):
        about = {"client": client, "day": day.isoformat(), "batch": batch}
        yield f"{client}|{day.isoformat()}", {**about, **senders((client, pd.Timestamp(day)))}


def _stale(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, date]]:
    return connection.sql("select client, day from stale order by all").fetchall()


def _by_day(rows: pd.DataFrame, names: Sequence[str]) -> Callable[[tuple[str, pd.Timestamp]], dict[str, list[Any]]]:
    """Gives the columns of one client-day; `rows` are ordered by these two: those of a day are neighbours."""
    places = rows.groupby(["client", "local_day"], sort=False).indices
    columns = {name: rows[name].tolist() for name in names}

    def of(place: tuple[str, pd.Timestamp]) -> dict[str, list[Any]]:
        there = places.get(place, [])
        span = slice(there[0], there[-1] + 1) if len(there) else slice(0)
        return {name: column[span] for name, column in columns.items()}

    return of


def last_posted(documents: Documents) -> date | None:
    """The last local day with usage of any client; None when there is none."""
    state = documents.get("state", "rollups") or {"zones": {}}
    if state.get("last_day"):
        return date.fromisoformat(state["last_day"])
    # Written before that was kept: ask every client's rollups.
    return max((day for client in state["zones"] if (day := last_day(documents, client))), default=None)


def last_day(documents: Documents, client: str) -> date | None:
    """The last local day with usage; None when there is none."""
    state = documents.get("state", "rollups") or {}
    newest = date.fromisoformat(state.get("last_day") or date.max.isoformat())
    # Most clients have usage in the last weeks: then the years before need not be looked at.
    recent = {"client": client, "day": {"$gte": (newest - RECENT).isoformat()}}
    found = documents.find("rollups", recent, sort=[("day", -1)], limit=1)
    found = found or documents.find("rollups", {"client": client}, sort=[("day", -1)], limit=1)
    return date.fromisoformat(found[0]["day"]) if found else None
