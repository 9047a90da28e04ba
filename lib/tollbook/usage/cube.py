"""The cube: a client's usage of a period, aggregated from the ledger for the rater."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pandas as pd

from tollbook.period import utc_days
from tollbook.usage.ledger import Ledger
from tollbook.usage.sql import statement

EVERY_BATCH = 2**62


@dataclass(frozen=True, slots=True)
class Cell:
    """Usage with everything in common that a price may depend on, on one local day.

    Attributes:
        network: MCC + MNC, "" unknown.
        cost: the supplier's, in `cost_currency`.
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


def read_cube(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    client: str,
    bounds: tuple[datetime, datetime],
    *,
    zone: str,
    batch: int | None = None,
) -> Sequence[Cell]:
    """Usage of `client` in [start, end) UTC, days cut in `zone`, as the ledger stood after `batch` (None: now)."""
    start, end = bounds
    days = utc_days(start, end)
    ledger.open(connection, days[0], days[-1])
    query = statement("cube")
    values = {"client": client, "start": start, "end": end, "zone": zone}
    rows = connection.execute(query, {**values, "batch": EVERY_BATCH if batch is None else batch}).fetchall()
    return [Cell(*row) for row in rows]


def cells_of(usage: pd.DataFrame) -> list[Cell]:
    """The cells of a usage frame (see `rollups.read_rollups`): what a bill of simulated or rolled-up usage reads."""
    measures = {"messages": "sum", "segments": "sum", "cost": "sum"}
    names = [name for name in Cell.__dataclass_fields__ if name not in measures]
    summed = usage.groupby(names, as_index=False, observed=True)[list(measures)].agg(measures)
    summed["day"] = pd.to_datetime(summed["day"]).dt.date
    return [Cell(*row) for row in summed[[*names, *measures]].itertuples(index=False, name=None)]
