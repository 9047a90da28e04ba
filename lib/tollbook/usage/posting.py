"""Posting: which of the staged records change the ledger; the rules themselves are `sql/posting.sql`."""

from datetime import UTC, date, datetime

import duckdb

from tollbook.usage.ledger import Ledger
from tollbook.usage.sql import statement


def lookup_days(connection: duckdb.DuckDBPyConnection, reach: int) -> tuple[date, date]:
    """The UTC days in which an earlier report of a staged record may stand: its own, and `reach` on either side."""
    (first, last), *_ = connection.execute(
        "select coalesce(min(submitted_at)::date, today()) - $reach::integer, "
        "coalesce(max(submitted_at)::date, today()) + $reach::integer from incoming",
        {"reach": reach},
    ).fetchall()
    return first, last


def post(connection: duckdb.DuckDBPyConnection, ledger: Ledger, batch: int, *, reach: int = 1) -> None:
    """Judge the table `incoming` against what `ledger` holds for the same keys; see `judge`.

    Args:
        connection: with the tables of `Staging`.
        ledger: the ledger.
        batch: the number of the batch that the entries will belong to.
        reach: days around those of the records in which the same keys are looked up.
    """
    ledger.open(connection, *lookup_days(connection, reach))
    judge(connection, batch)


def judge(connection: duckdb.DuckDBPyConnection, batch: int) -> None:
    """Fill `entries` and `outcomes` from `incoming` and the view `ledger`; conflicts go to `refused`.

    Args:
        connection: with the tables of `Staging` and the view `ledger`.
        batch: the number of the batch that the entries will belong to.
    """
    connection.execute(statement("standing"))
    connection.execute("delete from refused where reason = 'conflict'")
    connection.execute("set variable batch = ?", [batch])
    connection.execute("set variable posted_at = ?", [datetime.now(UTC)])
    connection.execute(statement("posting"))
    if connection.sql("from event_keys limit 1").fetchall():
        connection.execute(statement("posting_events"))
