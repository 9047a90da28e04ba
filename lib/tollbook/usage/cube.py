"""The cube: a client's usage of a period, aggregated from the ledger for the rater."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import duckdb
import pandas as pd
import pyarrow as pa

from tollbook.money import ZERO
from tollbook.period import utc_days, utc_offsets
from tollbook.usage.ledger import Ledger
from tollbook.usage.sql import statement

EVERY_BATCH = 2**62
APART = ("category", "campaign", "prefix", "sender_type", "error")


class Cell(NamedTuple):
    """Usage with everything in common that a price may depend on, on one local day.

    Attributes:
        network: MCC + MNC, "" unknown.
        cost, carrier_fee: the supplier's, in `cost_currency`.
        units: as the source counts them: minutes, pages, segments.
        category, campaign, prefix, sender_type, error: only when asked for (`Wanted.apart`), else "".
    """

    day: date
    channel: str
    direction: str
    country: str
    network: str
    category: str
    campaign: str
    status: str
    cost_currency: str
    messages: int
    segments: int
    cost: Decimal
    carrier_fee: Decimal = ZERO
    units: Decimal = ZERO
    prefix: str = ""
    sender_type: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The usage of one client that a bill asks for.

    Attributes:
        bounds: [start, end) in UTC.
        zone: where the client's days begin.
        apart: which of `APART` cells are told apart by; few contracts ask.
        kinds: (channel, direction, status) -> the status as which it is counted, one for all that no charge tells
            apart. What is not in it no charge counts: it becomes one cell a month, for the supplier's cost. None:
            every status stays as it is.
    """

    client: str
    bounds: tuple[datetime, datetime]
    zone: str
    apart: frozenset[str] = frozenset(APART)
    kinds: Mapping[tuple[str, str, str], str] | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """All of it, in an order that does not vary."""
        kinds = None if self.kinds is None else tuple(sorted(self.kinds.items()))
        return (self.client, *self.bounds, self.zone, tuple(sorted(self.apart)), kinds)


def read_cube(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, wanted: Wanted, *, batch: int | None = None
) -> list[Cell]:
    """One client's usage, as the ledger stood after `batch` (None: now)."""
    return read_cubes(connection, ledger, [wanted], batch=batch)[wanted.client]


def read_cubes(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, wanted: Sequence[Wanted], *, batch: int | None = None
) -> dict[str, list[Cell]]:
    """`read_cube` of several clients, of any time zones, in one reading of the ledger."""
    days = [day for one in wanted for day in utc_days(*one.bounds)]
    ledger.open(connection, min(days), max(days))
    for name, table in _tables(wanted).items():
        connection.register(name, table)
    connection.execute(statement("sender_type"))
    values: dict[str, object] = {f"by_{name}": any(name in one.apart for one in wanted) for name in APART}
    values["batch"] = EVERY_BATCH if batch is None else batch
    rows = connection.execute(statement("cube"), values).fetchall()
    found: dict[str, list[Cell]] = {one.client: [] for one in wanted}
    for client, *row in rows:
        found[client].append(Cell(*row))
    return found


def _spans(wanted: Wanted) -> list[dict[str, object]]:
    """The period in spans in which the clocks change at most once: mostly there is one."""
    offsets = utc_offsets(*wanted.bounds, wanted.zone)
    return [
        {
            "client": wanted.client,
            "starts": pair[0][0],
            "ends": pair[-1][1],
            "changes": pair[-1][0],
            "before": pair[0][2] // timedelta(microseconds=1),
            "after": pair[-1][2] // timedelta(microseconds=1),
        }
        for pair in (offsets[at : at + 2] for at in range(0, len(offsets), 2))
    ]


def _tables(wanted: Sequence[Wanted]) -> dict[str, pa.Table]:
    """What `cube.sql` joins the ledger with."""
    spans = [span for one in wanted for span in _spans(one)]
    asked = [
        {"client": one.client, "by_status": one.kinds is None, **{f"by_{name}": name in one.apart for name in APART}}
        for one in wanted
    ]
    kinds = [
        {"client": one.client, "channel": channel, "direction": direction, "status": status, "kind": kind}
        for one in wanted
        for (channel, direction, status), kind in (one.kinds or {}).items()
    ]
    moment = pa.timestamp("us", "UTC")
    return {
        "spans": pa.Table.from_pylist(
            spans,
            pa.schema(
                {"client": pa.string(), "starts": moment, "ends": moment, "changes": moment}
                | {"before": pa.int64(), "after": pa.int64()}
            ),
        ),
        "asked": pa.Table.from_pylist(asked),
        "kinds": pa.Table.from_pylist(
            kinds, pa.schema(dict.fromkeys(("client", "channel", "direction", "status", "kind"), pa.string()))
        ),
    }


def cells_of(usage: pd.DataFrame) -> list[Cell]:
    """The cells of a usage frame (see `rollups.read_rollups`): what a bill of simulated or rolled-up usage reads."""
    measures = ["messages", "segments", "cost"]
    names = [name for name in Cell._fields if name in usage.columns and name not in measures]
    summed = usage.groupby(names, as_index=False, observed=True)[measures].sum()
    summed["day"] = pd.to_datetime(summed["day"]).dt.date
    columns = [summed[name].tolist() for name in (*names, *measures)]
    units = [Decimal(segments) for segments in summed["segments"].tolist()]
    return [Cell(*row) for row in zip(*columns, [ZERO] * len(units), units, strict=True)]  # no fee; a segment is a unit
