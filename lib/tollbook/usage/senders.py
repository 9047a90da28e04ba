"""Senders over the months: which sender names and numbers a client began to use when, and what became of them."""

from datetime import datetime
from importlib.resources import files

import duckdb
import pandas as pd

from tollbook.period import Month


def read_senders(
    connection: duckdb.DuckDBPyConnection, client: str, bounds: tuple[datetime, datetime], *, zone: str
) -> pd.DataFrame:
    """Outgoing messages by sender (rows) and local month (columns, `YYYY-MM`), int64.

    The view `ledger` must be open on the days of [start, end).
    """
    query = files("tollbook.usage").joinpath("sql/senders.sql").read_text("utf-8")
    start, end = bounds
    rows = connection.execute(query, {"client": client, "start": start, "end": end, "zone": zone}).fetchall()
    found = pd.DataFrame(rows, columns=["sender", "month", "messages"])
    return found.pivot_table(index="sender", columns="month", values="messages", aggfunc="sum", fill_value=0).astype(
        "int64"
    )


def cohorts(senders: pd.DataFrame, last: Month, *, months: int = 12) -> pd.DataFrame:
    """Messages by the month in which their sender was first used (rows) and by month (columns).

    Args:
        senders: of `read_senders`.
        last: the last month shown.
        months: how many; senders first used before them stand in the first one.

    Returns:
        int64; index and columns `YYYY-MM`, rising; the column `senders` counts each cohort's senders.
    """
    shown = [str(last.shift(-n)) for n in reversed(range(months))]
    table = senders.reindex(columns=shown, fill_value=0)
    table = table[table.sum(axis="columns") > 0]
    first = (table > 0).idxmax(axis="columns") if len(table) else pd.Series(dtype=str)
    grouped = table.groupby(first.to_numpy()).sum().rename_axis("first")
    grouped.insert(0, "senders", first.value_counts().reindex(grouped.index).to_numpy())
    return grouped.astype("int64")
