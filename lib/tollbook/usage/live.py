"""Live usage: what the ledger knows of the last minutes, kept as one small document a client.

Whoever takes files in (`tollbook ingest`, `tollbook follow`) writes them after the rollups; whoever shows them needs no
lake. The document `state/live` says as of when they all hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pandas as pd

from tollbook.storage.documents import Documents
from tollbook.usage.ledger import Ledger
from tollbook.usage.sql import statement

MINUTES = 60
MEASURES = ("messages", "segments", "final", "delivered")
FRESH = timedelta(seconds=90)
"""A live figure older than this is not live: nobody takes files in."""


@dataclass(frozen=True, slots=True)
class Live:
    """A client's last minutes.

    Attributes:
        as_of: when the ledger was last looked at (UTC); None when it never was.
        batch: the ledger's version then.
        minutes: by minute of submission (UTC, the last one still running), the `MINUTES` up to `as_of`: int64 columns
            messages, segments, final and delivered (the last two of outgoing messages).
        lag: seconds from a file's landing to its usage being here, of the last batch that was followed; None when
            nobody follows.
    """

    client: str
    as_of: datetime | None
    batch: int
    minutes: pd.DataFrame
    lag: float | None = None

    def total(self, measure: str = "messages", *, minutes: int = 5) -> int:
        """Sum of a measure over the last minutes, the running one included."""
        return int(self.minutes[measure].iloc[-minutes:].sum())

    def delivery_rate(self, *, minutes: int = MINUTES) -> float | None:
        """Delivered of final outgoing messages, 0 to 1; None when none is final."""
        final = self.total("final", minutes=minutes)
        return self.total("delivered", minutes=minutes) / final if final else None

    def is_fresh(self, now: datetime) -> bool:
        """Whether somebody takes files in: the figures are of the last moments."""
        return self.as_of is not None and now - self.as_of <= FRESH


def refresh_live(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, documents: Documents, *, now: datetime | None = None
) -> None:
    """Write the last minutes of every client that has any, and as of when.

    Args:
        connection: DuckDB in UTC.
        ledger: the ledger.
        documents: where they are kept: collection `live`, id: the client.
        now: the present moment; given in tests.
    """
    moment = now or datetime.now(UTC)
    until = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    since = until - timedelta(minutes=MINUTES)
    batch = ledger.batch
    ledger.open(connection, since.date(), moment.date())
    cells = connection.execute(statement("live"), {"since": since, "until": until}).df()
    kept = []
    for client, mine in cells.groupby("client"):
        columns: dict[str, Any] = {name: mine[name].tolist() for name in MEASURES}
        places = [int(minute.timestamp() - since.timestamp()) // 60 for minute in mine["minute"]]
        kept.append((str(client), {"since": since, "places": places, **columns}))
    documents.put_many("live", kept)
    documents.put("state", "live", {"as_of": moment, "batch": batch})


def read_live(documents: Documents, clients: Sequence[str]) -> dict[str, Live]:
    """The last minutes of some clients, from the documents alone."""
    state = documents.get("state", "live") or {"as_of": None, "batch": 0}
    follow = documents.get("state", "follow") or {}
    as_of: datetime | None = state["as_of"]
    until = (as_of or datetime.now(UTC)).replace(second=0, microsecond=0)
    index = pd.date_range(end=until, periods=MINUTES, freq="min", name="minute", unit="us")
    found = {client: documents.get("live", client) for client in clients}
    lag = follow.get("lag") if follow.get("running") else None
    return {client: Live(client, as_of, state["batch"], _minutes(one, index), lag) for client, one in found.items()}


def _minutes(document: dict[str, Any] | None, index: pd.DatetimeIndex) -> pd.DataFrame:
    """A client's document by minute, on an index that may have moved on since it was written."""
    known = document or {"since": index[0], "places": [], **{name: [] for name in MEASURES}}
    since = pd.Timestamp(known["since"])
    minutes = pd.DatetimeIndex([since + pd.Timedelta(minutes=place) for place in known["places"]], tz="UTC")
    frame = pd.DataFrame({name: known[name] for name in MEASURES}, index=minutes, dtype="int64")
    return frame.reindex(index, fill_value=0)
