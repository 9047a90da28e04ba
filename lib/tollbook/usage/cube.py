"""The cube: a client's usage of a period, aggregated from the ledger for the rater."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pandas as pd

from tollbook.money import ZERO
from tollbook.period import utc_days
from tollbook.usage.ledger import Ledger
from tollbook.usage.sql import statement

EVERY_BATCH = 2**62


@dataclass(frozen=True, slots=True)
class Cell:
    """Usage with everything in common that a price may depend on, on one local day.

    Attributes:
        network: MCC + MNC, "" unknown.
        cost, carrier_fee: the supplier's, in `cost_currency`.
        units: as the source counts them: minutes, pages, segments.
        prefix, sender_type, error: only when asked for (`detail`), else "".
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


def read_cube(  # noqa: PLR0913 - a period of a client as of a batch
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    client: str,
    bounds: tuple[datetime, datetime],
    *,
    zone: str,
    batch: int | None = None,
    detail: Collection[str] = (),
) -> Sequence[Cell]:
    """Usage of `client` in [start, end) UTC, days cut in `zone`, as the ledger stood after `batch` (None: now).

    `detail` names those of `prefix`, `sender_type` and `error` by which cells are told apart; few contracts ask.
    """
    found = read_cubes(connection, ledger, [client], bounds, zone=zone, batch=batch, detail=detail)
    return found[client]


def read_cubes(  # noqa: PLR0913 - as `read_cube`
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    clients: Collection[str],
    bounds: tuple[datetime, datetime],
    *,
    zone: str,
    batch: int | None = None,
    detail: Collection[str] = (),
) -> dict[str, list[Cell]]:
    """`read_cube` of several clients of one time zone, in one reading of the ledger."""
    start, end = bounds
    days = utc_days(start, end)
    ledger.open(connection, days[0], days[-1])
    query = statement("cube")
    values: dict[str, object] = {"clients": list(clients), "start": start, "end": end, "zone": zone}
    values |= {f"by_{name}": name in detail for name in ("prefix", "sender_type", "error")}
    rows = connection.execute(query, {**values, "batch": EVERY_BATCH if batch is None else batch}).fetchall()
    found: dict[str, list[Cell]] = {client: [] for client in clients}
    for client, *row in rows:
        found[client].append(Cell(*row))
    return found


def cells_of(usage: pd.DataFrame) -> list[Cell]:
    """The cells of a usage frame (see `rollups.read_rollups`): what a bill of simulated or rolled-up usage reads."""
    measures = {"messages": "sum", "segments": "sum", "cost": "sum"}
    names = [name for name in Cell.__dataclass_fields__ if name in usage.columns and name not in measures]
    summed = usage.groupby(names, as_index=False, observed=True)[list(measures)].agg(measures)
    summed["day"] = pd.to_datetime(summed["day"]).dt.date
    rows = summed[[*names, *measures]].itertuples(index=False, name=None)
    return [replace(cell, units=Decimal(cell.segments)) for cell in (Cell(*row) for row in rows)]
