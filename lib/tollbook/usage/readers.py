"""Readers: landing files in, raw text columns and the rows that cannot be taken apart out. No field is read here.

Files of one layout are read together: many small ones then cost no more than one large one.
"""

import csv
import gzip
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb
import pyarrow as pa
from duckdb import ColumnExpression
from pyarrow import parquet

from tollbook.usage.mapping import Format
from tollbook.usage.unpacking import UnreadableFile

_SEPARATOR_NEVER_SEEN = "\x01"
_LONGEST_LINE = 8_000_000


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not be taken apart: its file, its line, why, and its text."""

    path: str
    line: int
    fault: str
    text: str


@dataclass(frozen=True, slots=True)
class RawRows:
    """The rows of some files, not yet read.

    Attributes:
        relation: lazy, in the order of the files; `file` (its place among them), text columns, and of JSON lines `n`
            (rises over all files) and `item_n` (rises within `n`). Counting other rows here would forbid reading them
            in parallel.
        columns: the files' own name of each column -> its name in `relation`; empty for JSON lines, which have `doc`
            (the line) and `item` (one element of the list that holds the records).
        broken: to be called once `relation` was read: the rows that could not be taken apart.
        first_rows: to be called then as well: place of a file -> its first `n`; files without rows are left out.
    """

    relation: duckdb.DuckDBPyRelation
    columns: Mapping[str, str]
    broken: Callable[[], list[Broken]]
    first_rows: Callable[[], dict[int, int]]


def read_header(path: Path, layout: Format) -> tuple[str, ...]:
    """The column names of a CSV file, in its order; () for JSON lines.

    Raises:
        UnreadableFile: no header, or one that repeats a name.
    """
    if layout.type != "csv":
        return ()
    if path.suffix == ".parquet":
        return _parquet_columns(path)
    try:
        with _open_text(path) as file:
            names = next(csv.reader(file, delimiter=layout.delimiter, quotechar=layout.quote or None), [])
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(path, str(error)) from error
    names = [name.strip() for name in names]
    if not any(names):
        raise UnreadableFile(path, "no header line")
    if len(set(names)) != len(names):
        raise UnreadableFile(path, f"the header repeats a column: {', '.join(names)}")
    return tuple(names)


def read_raw(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], layout: Format, header: Sequence[str]
) -> RawRows:
    """Open landing files of one layout and, for CSV, one header.

    A truncated or undecodable file makes the reading of the relation fail, with duckdb's error.
    """
    connection.execute("drop table if exists reject_errors")
    connection.execute("drop table if exists reject_scans")
    names = [str(path) for path in paths]
    if not header:
        return _read_json_lines(connection, names, layout)
    parquet = paths[0].suffix == ".parquet"
    return _read_parquet(connection, names, header) if parquet else _read_csv(connection, names, layout, header)


def _open_text(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), "utf-8-sig")
    return path.open(encoding="utf-8-sig")


def _read_csv(
    connection: duckdb.DuckDBPyConnection, paths: list[str], layout: Format, header: Sequence[str]
) -> RawRows:
    columns = {name: f"column_{index}" for index, name in enumerate(header)}
    relation = connection.sql(
        """
        select file_index::integer as file, *
        from read_csv(
            $paths, columns = $columns, delim = $delimiter, quote = $quote, escape = $quote, header = true,
            auto_detect = false, store_rejects = true, rejects_limit = 0, max_line_size = $longest
        )
        """,
        params={
            "paths": paths,
            "columns": dict.fromkeys(columns.values(), "VARCHAR"),
            "delimiter": layout.delimiter,
            "quote": layout.quote,
            "longest": _LONGEST_LINE,
        },
    )
    return RawRows(relation, columns, lambda: _rejected(connection), lambda: _first_rows(connection, "mapped"))


def _parquet_columns(path: Path) -> tuple[str, ...]:
    try:
        return tuple(parquet.read_schema(path).names)
    except (OSError, pa.ArrowException) as error:
        raise UnreadableFile(path, str(error)) from error


def _read_parquet(connection: duckdb.DuckDBPyConnection, paths: list[str], header: Sequence[str]) -> RawRows:
    """Columns as text, times in UTC; the place of a row is its line less one, as if there were a header."""
    columns = {name: f"column_{index}" for index, name in enumerate(header)}
    rows = connection.sql(
        "select file_index::integer as file_, * from read_parquet($paths)",
        params={"paths": paths},
    )
    texts = [ColumnExpression(name).cast("varchar").alias(columns[name]) for name in header]
    return RawRows(
        rows.select(ColumnExpression("file_").alias("file"), *texts),
        columns,
        list,
        lambda: _first_rows(connection, "mapped"),
    )


def _rejected(connection: duckdb.DuckDBPyConnection) -> list[Broken]:
    rows = connection.sql(
        """
        select file_path, line, any_value(error_message), any_value(csv_line)
        from reject_errors join reject_scans using (scan_id, file_id) group by all order by all
        """
    ).fetchall()
    return [Broken(path, line, (fault or "unreadable").splitlines()[0], text or "") for path, line, fault, text in rows]


def _first_rows(connection: duckdb.DuckDBPyConnection, table: str, place: str = "n") -> dict[int, int]:
    return dict(connection.table(table).aggregate(f"file, min({place})").fetchall())


def _read_json_lines(connection: duckdb.DuckDBPyConnection, paths: list[str], layout: Format) -> RawRows:
    connection.execute(
        """
        create or replace temp table raw_lines as
        select file_index::integer as file, text, json_object_text(text) as doc
        from read_csv(
            $paths, columns = {'text': 'VARCHAR'}, delim = $separator, quote = '', escape = '', header = false,
            auto_detect = false, strict_mode = false, store_rejects = true, rejects_limit = 0,
            max_line_size = $longest
        )
        """,
        {"paths": paths, "separator": _SEPARATOR_NEVER_SEEN, "longest": _LONGEST_LINE},
    )
    relation = connection.sql(
        """
        select file, n, doc, unnest(items) as item, generate_subscripts(items, 1) as item_n
        from (
            select *, rowid + 1 as n,
                   case when $each = '' then [doc] else json_extract(doc, $records)::varchar[] end as items
            from raw_lines where doc is not null
        )
        """,
        params={"each": _each(layout), "records": f"{_list(layout)}[*]"},
    )
    return RawRows(
        relation,
        {},
        lambda: _unusable_lines(connection, paths, layout),
        lambda: _first_rows(connection, "raw_lines", "rowid + 1"),
    )


def _unusable_lines(connection: duckdb.DuckDBPyConnection, paths: Sequence[str], layout: Format) -> list[Broken]:
    """Lines that are no JSON object, or hold no record."""
    rows = connection.sql(
        """
        select file, rowid - min(rowid) over (partition by file) + 1 as line, text from raw_lines
        qualify trim(text) <> ''
            and (doc is null or ($each <> '' and coalesce(json_array_length(doc, $records), 0) = 0))
        order by file, line
        """,
        params={"each": _each(layout), "records": _list(layout)},
    ).fetchall()
    says = _NO_RECORD.get(layout.type, _json_fault)
    return [*(Broken(paths[file], line, says(text), text) for file, line, text in rows), *_rejected(connection)]


def _each(layout: Format) -> str:
    """The list within a line; other documents than JSON lines were flattened before."""
    return layout.each if layout.type == "jsonl" else ""


def _list(layout: Format) -> str:
    return f"$.{_each(layout)}" if _each(layout) else "$"


_NO_RECORD: dict[str, Callable[[str], str]] = {
    "text": lambda _: "the line has no pattern of the mapping",
    "json": lambda _: "no record where the mapping looks for it",
    "xml": lambda _: "no record where the mapping looks for it",
}


def _json_fault(text: str) -> str:
    try:
        json.loads(text)
    except ValueError as error:
        return f"not JSON: {error}"
    return "JSON, but no record in it"
