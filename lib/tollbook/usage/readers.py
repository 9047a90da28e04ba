"""Readers: a landing file in, raw text columns and the rows that cannot be taken apart out. No field is read here."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb

from tollbook.errors import TollbookError
from tollbook.usage.mapping import Format

_SEPARATOR_NEVER_SEEN = "\x01"
_LONGEST_LINE = 8_000_000


class UnreadableFile(TollbookError):
    """A landing file that cannot be read at all; nothing of it is posted."""

    def __init__(self, path: Path, fault: str) -> None:
        self.path = path
        self.fault = " ".join(fault.split())[:300]
        super().__init__(f"{path}: cannot be read ({self.fault}); deliver the file again")


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not be taken apart: its line in the file, why, and its text."""

    line: int
    fault: str
    text: str


@dataclass(frozen=True, slots=True)
class RawRows:
    """The rows of a file, not yet read.

    Attributes:
        relation: lazy; `ordinal` (1, 2, ... of the good rows) and text columns.
        columns: the file's own name of each column -> its name in `relation`; empty for JSON lines, which have `doc`
            (the line) and `item` (one element of the list that holds the records).
        broken: to be called once `relation` was read: the rows that could not be taken apart.
        ordinal_is_line: the ordinal is already the line in the file.
    """

    relation: duckdb.DuckDBPyRelation
    columns: Mapping[str, str]
    broken: Callable[[], list[Broken]]
    ordinal_is_line: bool = False


def read_raw(connection: duckdb.DuckDBPyConnection, path: Path, layout: Format) -> RawRows:
    """Open one landing file.

    Raises:
        UnreadableFile: not there, or without a header; truncated or undecodable files fail when they are read.
    """
    connection.execute("drop table if exists reject_errors")
    connection.execute("drop table if exists reject_scans")
    if layout.type == "csv":
        return _read_csv(connection, path, layout)
    return _read_json_lines(connection, path, layout)


def _open_text(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), "utf-8-sig")
    return path.open(encoding="utf-8-sig")


def _header(path: Path, layout: Format) -> list[str]:
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
    return names


def _read_csv(connection: duckdb.DuckDBPyConnection, path: Path, layout: Format) -> RawRows:
    columns = {name: f"column_{index}" for index, name in enumerate(_header(path, layout))}
    relation = connection.sql(
        """
        select row_number() over () as ordinal, *
        from read_csv(
            $path, columns = $columns, delim = $delimiter, quote = $quote, escape = $quote, header = true,
            auto_detect = false, store_rejects = true, rejects_limit = 0, max_line_size = $longest
        )
        """,
        params={
            "path": str(path),
            "columns": dict.fromkeys(columns.values(), "VARCHAR"),
            "delimiter": layout.delimiter,
            "quote": layout.quote,
            "longest": _LONGEST_LINE,
        },
    )
    return RawRows(relation, columns, lambda: _rejected(connection))


def _rejected(connection: duckdb.DuckDBPyConnection) -> list[Broken]:
    rows = connection.sql(
        "select line, any_value(error_message), any_value(csv_line) from reject_errors group by line order by line"
    ).fetchall()
    return [Broken(line, (fault or "unreadable").splitlines()[0], text or "") for line, fault, text in rows]


def _read_json_lines(connection: duckdb.DuckDBPyConnection, path: Path, layout: Format) -> RawRows:
    connection.execute(
        """
        create or replace temp table raw_lines as
        select row_number() over () as line, text, json_object_text(text) as doc
        from read_csv(
            $path, columns = {'text': 'VARCHAR'}, delim = $separator, quote = '', escape = '', header = false,
            auto_detect = false, strict_mode = false, store_rejects = true, rejects_limit = 0, max_line_size = $longest
        )
        """,
        {"path": str(path), "separator": _SEPARATOR_NEVER_SEEN, "longest": _LONGEST_LINE},
    )
    relation = connection.sql(
        """
        select line as ordinal, doc,
               unnest(case when $each = '' then [doc] else json_extract(doc, $records)::varchar[] end) as item
        from raw_lines where doc is not null
        """,
        params={"each": layout.each, "records": f"${_at(layout)}[*]"},
    )
    return RawRows(relation, {}, lambda: _unusable_lines(connection, layout), ordinal_is_line=True)


def _unusable_lines(connection: duckdb.DuckDBPyConnection, layout: Format) -> list[Broken]:
    """Lines that are no JSON object, or hold no record."""
    rows = connection.sql(
        """
        select line, text from raw_lines
        where trim(text) <> '' and (doc is null or ($each <> '' and coalesce(json_array_length(doc, $records), 0) = 0))
        order by line
        """,
        params={"each": layout.each, "records": f"${_at(layout)}"},
    ).fetchall()
    return [*(Broken(line, _json_fault(text), text) for line, text in rows), *_rejected(connection)]


def _at(layout: Format) -> str:
    return f".{layout.each}" if layout.each else ""


def _json_fault(text: str) -> str:
    try:
        json.loads(text)
    except ValueError as error:
        return f"not JSON: {error}"
    return "JSON, but no record in it"
