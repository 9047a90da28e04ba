"""The document store in one SQLite file (WAL): any number of processes and threads of one machine.

A document is stored as MongoDB's extended JSON, so that Decimal and datetime come back as they went in.
"""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tollbook.storage.documents import (
    OPERATORS,
    SCHEMA,
    SERIES,
    Document,
    NewerStore,
    StoreUnreachable,
    chunks,
    comparisons,
    field,
    plain_document,
)

_TABLE = """
create table if not exists documents (
    collection text not null,
    id text not null,
    body text not null,
    primary key (collection, id)
) without rowid
"""
# Almost everything is asked for by client, and by day within. A path is written into statements, not bound to them:
# SQLite looks into an index on an expression only where the statement has the same words.
_INDEX = """
create index if not exists documents_by_client
on documents (collection, json_extract(body, '$.client'), json_extract(body, '$.day'))
"""
_CHUNK = 500


class SqliteDocuments:
    """Documents in one SQLite file; see `Documents` for what the methods do.

    Args:
        path: the file; made with its folder when first used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @property
    def where(self) -> str:
        """The file."""
        return str(self.path)

    def insert(self, collection: str, id_: str, document: Document) -> bool:
        """Store a new document; False, and nothing changed, when the id is taken."""
        body = encode(plain_document(document))
        with self._transaction() as db:
            cursor = db.execute(
                "insert into documents values (?, ?, ?) on conflict do nothing", (collection, id_, body)
            )
        return cursor.rowcount == 1

    def insert_numbered(
        self, collection: str, id_: str, series: str, build: Callable[[int], Document]
    ) -> tuple[Document, bool]:
        """Store a new document that carries the next number of a series, in one transaction."""
        with self._transaction() as db:
            db.execute("begin immediate")
            row = db.execute("select body from documents where collection = ? and id = ?", (collection, id_)).fetchone()
            if row:
                return decode(row[0]), False
            last = db.execute("select body from documents where collection = ? and id = ?", (SERIES, series)).fetchone()
            number = (decode(last[0])["last"] if last else 0) + 1
            body = encode(plain_document(build(number)))
            db.execute("insert into documents values (?, ?, ?)", (collection, id_, body))
            db.execute("insert or replace into documents values (?, ?, ?)", (SERIES, series, encode({"last": number})))
        return decode(body), True

    def put(self, collection: str, id_: str, document: Document) -> None:
        """Store a document in place of whatever had the id."""
        self.put_many(collection, [(id_, document)])

    def put_many(self, collection: str, documents: Iterable[tuple[str, Document]]) -> None:
        """`put` for many, all or none."""
        with self._transaction() as db:
            for chunk in chunks(documents, _CHUNK):
                db.executemany(
                    "insert or replace into documents values (?, ?, ?)",
                    ((collection, id_, encode(document)) for id_, document in chunk),
                )

    def replace_if_newer(
        self, collection: str, documents: Iterable[tuple[str, Document]], *, version: str = "batch"
    ) -> int:
        """Store each document unless the one there has an equal or higher `version` field, all or none."""
        path = _path(version)
        with self._transaction() as db:
            return sum(
                db.execute(
                    "insert into documents values (?1, ?2, ?3) on conflict do update set body = excluded.body "
                    "where json_extract(excluded.body, ?4) > json_extract(documents.body, ?4)",
                    (collection, id_, encode(document), path),
                ).rowcount
                for chunk in chunks(documents, _CHUNK)
                for id_, document in chunk
            )

    def get(self, collection: str, id_: str) -> Document | None:
        """The document of that id, or None."""
        with self._transaction() as db:
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
        """Documents whose fields equal, or lie in the range of, `where`, each with its id as `_id`."""
        clauses = ["collection = ?"]
        values: list[object] = [collection]
        for name, operator, value in comparisons(where):
            path, compared, collation = _comparable(name, value)
            clauses.append(f"json_extract(body, '{path}') {collation} {OPERATORS.get(operator, 'is')} ?")
            values.append(compared)
        orders = []
        for name, direction in sort:
            # A Decimal and a datetime are objects in the stored JSON; a plain value is NULL on those paths.
            way = "asc" if direction > 0 else "desc"
            path = _path(name)
            orders += [
                f"json_extract(body, '{path}.$numberDecimal') collate decimal {way}",
                f"json_extract(body, '{path}') {way}",
            ]
        # A plain `id` would have SQLite walk a whole collection in that order rather than use the index.
        place = "+id" if where else "id"
        query = (
            f"select id, body from documents where {' and '.join(clauses)} "  # noqa: S608 - fixed words, and names that `field` checked
            f"order by {', '.join([*orders, place])} limit ?"
        )
        with self._transaction() as db:
            rows = db.execute(query, (*values, -1 if limit is None else limit)).fetchall()
        return [{**decode(body), "_id": id_} for id_, body in rows]

    def delete(self, collection: str, ids: Iterable[str]) -> None:
        """Forget the documents of these ids; ids that are not there do not matter."""
        with self._transaction() as db:
            db.executemany("delete from documents where collection = ? and id = ?", ((collection, id_) for id_ in ids))

    def collections(self) -> list[str]:
        """Names of the collections that hold documents, in order."""
        with self._transaction() as db:
            rows = db.execute("select distinct collection from documents order by collection").fetchall()
        return [name for (name,) in rows]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection; committed at the end, rolled back on an error."""
        try:
            with self._connection() as db:
                yield db
        except (sqlite3.OperationalError, OSError) as error:
            raise StoreUnreachable(self.where, str(error)) from error

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection; a forked child opens its own."""
        if getattr(self._local, "pid", None) != os.getpid():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self.path, timeout=60)
            db.create_collation("decimal", _compare_decimals)
            (version,) = db.execute("pragma user_version").fetchone()
            if version > SCHEMA:
                raise NewerStore(self.where, version)
            _write_ahead(db)
            db.execute("pragma synchronous = normal")
            db.execute(_TABLE)
            db.execute(_INDEX)
            if version < SCHEMA:
                db.execute(f"pragma user_version = {SCHEMA}")
            db.commit()
            self._local.db, self._local.pid = db, os.getpid()
        connection: sqlite3.Connection = self._local.db
        return connection


def _write_ahead(db: sqlite3.Connection) -> None:
    """Turn write-ahead logging on; SQLite itself does not wait for this lock when several processes open a new file."""
    for pause in (0.01, 0.05, 0.2, 0.5, 1.0, 2.0, 4.0):
        try:
            db.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError:
            time.sleep(pause)
        else:
            return
    db.execute("pragma journal_mode = wal")


def _path(name: str) -> str:
    return f"$.{field(name)}"


def _comparable(name: str, value: object) -> tuple[str, object, str]:
    """Where in the stored JSON a value of this kind stands, what to compare with, and by which collation."""
    if isinstance(value, Decimal):
        return f"{_path(name)}.$numberDecimal", str(value), "collate decimal"
    if isinstance(value, datetime):
        return f"{_path(name)}.$date", _date(value), ""
    return _path(name), value, ""


def _compare_decimals(left: str, right: str) -> int:
    one, other = Decimal(left), Decimal(right)
    return (one > other) - (one < other)


def _date(moment: datetime) -> str:
    """UTC to the millisecond, always as long, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def encode(document: Document) -> str:
    """A document as extended JSON text."""
    return json.dumps(document, default=_extend, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def decode(text: str) -> Document:
    """The document that `encode` wrote."""
    document: Document = json.loads(text, object_hook=_restore)
    return document


def _extend(value: object) -> object:
    return {"$numberDecimal": str(value)} if isinstance(value, Decimal) else {"$date": _date(value)}  # type: ignore[arg-type]


def _restore(value: dict[str, Any]) -> object:
    if len(value) == 1:
        if "$numberDecimal" in value:
            return Decimal(value["$numberDecimal"])
        if "$date" in value:
            return datetime.fromisoformat(value["$date"])
    return value
