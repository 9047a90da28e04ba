"""Documents: JSON-like values by collection and id, in SQLite (WAL; several processes at once).

The interface is what SQLite and MongoDB have in common: insert once, put, get, find, replace if newer. Values are
str, int, float, bool, None, Decimal, datetime (kept in UTC), lists and dicts of those. In SQLite a document is
stored as MongoDB's extended JSON, so that Decimal and datetime come back as they went in.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tollbook.errors import TollbookError

Document = dict[str, Any]
_OPERATORS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
_SCHEMA = """
create table if not exists documents (
    collection text not null,
    id text not null,
    body text not null,
    primary key (collection, id)
) without rowid
"""


class BadField(TollbookError):
    """A field name that is not a plain dotted path."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name!r} is not a document field: use letters, digits, _ and dots")


class BadOperator(TollbookError):
    """A comparison the stores do not share."""

    def __init__(self, operator: str) -> None:
        self.operator = operator
        super().__init__(f"unknown comparison {operator!r}: use {', '.join(_OPERATORS)}")


class Documents:
    """The document store in one SQLite file; safe for several processes and threads at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    def insert(self, collection: str, id_: str, document: Document) -> bool:
        """Store a new document; False, and nothing changed, when the id is taken."""
        with self._connection() as db:
            cursor = db.execute(
                "insert into documents values (?, ?, ?) on conflict do nothing", (collection, id_, encode(document))
            )
        return cursor.rowcount == 1

    def insert_numbered(
        self, collection: str, id_: str, series: str, build: Callable[[int], Document]
    ) -> tuple[Document, bool]:
        """Store a new document that carries the next number of a series, both or neither.

        The number is drawn, the document built and stored in one transaction, so a series has no gap and no number
        twice, however many writers there are and wherever one of them is killed.

        Args:
            collection: of the document.
            id_: the document's id; when it is taken, that document is returned and no number is drawn.
            series: whose numbers; the first is 1.
            build: the document for a number; quick, as other writers wait.

        Returns:
            The document that is there now, and whether this call stored it.
        """
        with self._connection() as db:
            db.execute("begin immediate")
            row = db.execute("select body from documents where collection = ? and id = ?", (collection, id_)).fetchone()
            if row:
                return decode(row[0]), False
            last = db.execute("select body from documents where collection = 'series' and id = ?", (series,)).fetchone()
            number = (decode(last[0])["last"] if last else 0) + 1
            document = build(number)
            db.execute("insert into documents values (?, ?, ?)", (collection, id_, encode(document)))
            db.execute("insert or replace into documents values ('series', ?, ?)", (series, encode({"last": number})))
        return document, True

    def put(self, collection: str, id_: str, document: Document) -> None:
        """Store a document in place of whatever had the id."""
        self.put_many(collection, [(id_, document)])

    def put_many(self, collection: str, documents: Iterable[tuple[str, Document]]) -> None:
        """`put` for many, all or none."""
        with self._connection() as db:
            db.executemany(
                "insert or replace into documents values (?, ?, ?)",
                ((collection, id_, encode(document)) for id_, document in documents),
            )

    def replace_if_newer(
        self, collection: str, documents: Iterable[tuple[str, Document]], *, version: str = "batch"
    ) -> int:
        """Store each document unless the one there has an equal or higher `version` field; how many were stored."""
        path = _path(version)
        with self._connection() as db:
            return sum(
                db.execute(
                    "insert into documents values (?1, ?2, ?3) on conflict do update set body = excluded.body "
                    "where json_extract(excluded.body, ?4) > json_extract(documents.body, ?4)",
                    (collection, id_, encode(document), path),
                ).rowcount
                for id_, document in documents
            )

    def get(self, collection: str, id_: str) -> Document | None:
        """The document of that id, or None."""
        with self._connection() as db:
            row = db.execute("select body from documents where collection = ? and id = ?", (collection, id_)).fetchone()
        return decode(row[0]) if row else None

    def find(
        self,
        collection: str,
        where: Mapping[str, Any] | None = None,
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int | None = None,
    ) -> list[Document]:
        """Documents whose fields equal, or lie in the range of, `where`, each with its id as `_id`.

        Args:
            collection: the collection.
            where: field -> value, or field -> {"$gte": low, "$lt": high, ...}.
            sort: (field, 1 or -1), first the weightiest; by id when empty.
            limit: at most so many.
        """
        clauses, values = ["collection = ?"], [collection]
        for name, wanted in (where or {}).items():
            for operator, value in wanted.items() if isinstance(wanted, Mapping) else [("=", wanted)]:
                clauses.append(f"json_extract(body, ?) {_comparison(operator)} ?")
                values += [_path(name), value]
        orders = [f"json_extract(body, ?) {'asc' if direction > 0 else 'desc'}" for _, direction in sort]
        query = (
            f"select id, body from documents where {' and '.join(clauses)} "  # noqa: S608 - fixed words only
            f"order by {', '.join([*orders, 'id'])} limit ?"
        )
        values += [_path(name) for name, _ in sort]
        with self._connection() as db:
            rows = db.execute(query, (*values, -1 if limit is None else limit)).fetchall()
        return [{**decode(body), "_id": id_} for id_, body in rows]

    def delete(self, collection: str, ids: Iterable[str]) -> None:
        """Forget the documents of these ids; ids that are not there do not matter."""
        with self._connection() as db:
            db.executemany("delete from documents where collection = ? and id = ?", ((collection, id_) for id_ in ids))

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection; a forked child opens its own."""
        if getattr(self._local, "pid", None) != os.getpid():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self.path, timeout=60)
            db.execute("pragma journal_mode = wal")
            db.execute("pragma synchronous = normal")
            db.execute(_SCHEMA)
            db.commit()
            self._local.db, self._local.pid = db, os.getpid()
        connection: sqlite3.Connection = self._local.db
        return connection


def _comparison(operator: str) -> str:
    if operator == "=":
        return "is"
    if operator not in _OPERATORS:
        raise BadOperator(operator)
    return _OPERATORS[operator]


def _path(name: str) -> str:
    if not all(part.isidentifier() for part in name.split(".")):
        raise BadField(name)
    return f"$.{name}"


def encode(document: Document) -> str:
    """A document as extended JSON text."""
    return json.dumps(document, default=_extend, ensure_ascii=False, separators=(",", ":"))


def decode(text: str) -> Document:
    """The document that `encode` wrote."""
    document: Document = json.loads(text, object_hook=_restore)
    return document


def _extend(value: object) -> object:
    if isinstance(value, Decimal):
        return {"$numberDecimal": str(value)}
    if isinstance(value, datetime):
        return {"$date": value.astimezone(UTC).isoformat()}
    raise TypeError(f"a document cannot hold {type(value).__name__}")


def _restore(value: dict[str, Any]) -> object:
    if len(value) == 1:
        if "$numberDecimal" in value:
            return Decimal(value["$numberDecimal"])
        if "$date" in value:
            return datetime.fromisoformat(value["$date"])
    return value
