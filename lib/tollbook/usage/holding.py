"""Holding: the whole records of a group of landing files, as a table of what differs by row and a view of all.

What a mapping says of all rows costs nothing to hold so, and, as an enumeration of one word, next to nothing to write.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression, SQLExpression

from tollbook.usage.landing import LandingFile
from tollbook.usage.record import FINAL_STATUSES, RECORD_FIELDS
from tollbook.usage.sql import statement

# What a record's field is made of, where that is not the field of the same name alone.
_MADE_OF: Mapping[str, tuple[str, ...]] = {
    "mcc": ("mcc", "network"),
    "mnc": ("mnc", "network"),
    "encoding": ("encoding", "text"),
    "segments": ("segments", "text"),
    "quantity": ("quantity", "segments", "text"),
    "unit": ("unit", "channel"),
    "is_final": ("status",),
    "status_raw": ("status",),
    "flags": ("mcc", "mnc", "network", "segments", "text", "cost", "submitted_at"),
}
_ALWAYS = (
    "turn", "n", "item_n", "day", "key_hash", "client", "message_id", "recipient_token", "recipient_masked", "country",
    "submitted_at", "status_at", "final_at", "source_file", "source_line",
)  # fmt: skip
NEXT_TO_A_RECORD = {
    "sha": "varchar",
    "turn": "row(file bigint, line bigint, item bigint)",
    "key_hash": "ubigint",
    "day": "date",
}
"""What a record has besides its fields until it is posted; `day` is the UTC day of `submitted_at`."""


def hold(
    connection: duckdb.DuckDBPyConnection,
    group: Sequence[LandingFile],
    given: Sequence[str],
    *,
    number: int,
    turn: int,
    horizon: date,
) -> None:
    """Turn the view `mapped` into the table `staged_<number>` and the view `records_<number>`.

    The view has `RECORD_FIELDS` and `NEXT_TO_A_RECORD`.

    Args:
        connection: with `mapped`, `arrivals`, `accounts` and the lookups of `enrich`.
        group: the files.
        given: the fields they say something of; all others are the same in every row.
        number: the group's.
        turn: the place of the first file in the order of arrival.
        horizon: rows from before it are left out.
    """
    source = group[0].claimed.source
    _whose(connection, source, number)
    _name_files(connection, group, number)
    shared = {"source": source, "horizon": horizon, "first_final": FINAL_STATUSES[0]}
    records = connection.sql(statement("stage"), params=shared)
    differs = [name for name in RECORD_FIELDS if {*given} & {*_MADE_OF.get(name, (name,))}]
    held = [*dict.fromkeys([*_ALWAYS, *differs])]
    same = [name for name in RECORD_FIELDS if name not in held]
    said = records.select(*(ColumnExpression(name) for name in same)).limit(1).fetchall()
    records.select(*(ColumnExpression(name) for name in held)).create(f"staged_{number}")
    constants = dict(zip(same, said[0] if said else [None] * len(same), strict=True))
    _enumerate(connection, f"words_{number}", {text for text in constants.values() if isinstance(text, str)})
    fields = [_field(name, constants, f"words_{number}") for name in RECORD_FIELDS]
    place = SQLExpression("row(turn, n, item_n)").cast(NEXT_TO_A_RECORD["turn"]).alias("turn")
    # The file's hash by its place, not by a join: where nobody asks for it, it then costs nothing.
    of_file = ColumnExpression("turn") - ConstantExpression(turn - 1)
    sha = FunctionExpression("list_extract", ConstantExpression([file.sha for file in group]), of_file).alias("sha")
    beside = (sha, place, ColumnExpression("key_hash"), ColumnExpression("day"))
    connection.table(f"staged_{number}").select(*fields, *beside).create_view(f"records_{number}")


def let_go(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    """Forget a group."""
    connection.execute("drop table if exists clients")
    for dropped in ("view records", "table staged", "type words", "type names", "type clients"):
        connection.execute(f"drop {dropped}_{number}")


def _whose(connection: duckdb.DuckDBPyConnection, source: str, number: int) -> None:
    """The source's accounts as the table `clients`, the clients as an enumeration."""
    accounts = connection.execute("select account, client from accounts where source = ?", [source]).fetchall()
    _enumerate(connection, f"clients_{number}", {client for _, client in accounts})
    connection.execute(
        "create or replace temp table clients as "
        f"select unnest(?::varchar[]) as account, unnest(?::varchar[])::clients_{number} as client",
        [[account for account, _ in accounts], [client for _, client in accounts]],
    )


def _name_files(connection: duckdb.DuckDBPyConnection, group: Sequence[LandingFile], number: int) -> None:
    """The names in `arrivals` as an enumeration."""
    _enumerate(connection, f"names_{number}", {str(file.name) for file in group})
    connection.execute(
        f"create or replace temp table arrivals as select * replace (name::names_{number} as name) from arrivals"  # noqa: S608 - own names
    )


def _enumerate(connection: duckdb.DuckDBPyConnection, name: str, words: set[str]) -> None:
    connection.execute(f"create type {name} as enum (select unnest(?::varchar[]))", [sorted(words) or [""]])


def _field(name: str, constants: Mapping[str, object], words: str) -> Expression:
    """A field of a record: a column, or the same in every row."""
    if name not in constants:
        return ColumnExpression(name)
    kind = words if RECORD_FIELDS[name] == "varchar" else RECORD_FIELDS[name]
    return ConstantExpression(constants[name]).cast(kind).alias(name)
