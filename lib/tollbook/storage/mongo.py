"""The document store in MongoDB, on Atlas or on Azure's MongoDB-compatible service: any number of machines.

Only what those have in common is used: insert, replace with upsert, delete, find with equality, ranges, sort and limit,
compound indexes, Decimal128, majority write concern. No transactions, aggregation, pipeline updates, retryable writes
or change streams: repeating is done here, and every write is one that may be repeated.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pymongo import ReplaceOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from tollbook.storage.documents import SERIES, Document, StoreRefused, chunks, comparisons, field, plain_document
from tollbook.storage.mongo_connection import ABOUT, BUSY, Busy, MongoConnection

_CHUNK = 500
_DUPLICATE = 11000


class MongoDocuments:
    """Documents in a MongoDB database; see `Documents` for what the methods do.

    Args:
        uri: connection string; its database, else `tollbook`.
        patience: for how long a server that does not answer is asked again, in seconds.
    """

    def __init__(self, uri: str, *, patience: float = 20.0) -> None:
        self._server = MongoConnection(uri, patience=patience)
        self._do = self._server.do

    def __repr__(self) -> str:
        return f"MongoDocuments({self.where!r})"

    @property
    def where(self) -> str:
        """Host and database, without user, password and options."""
        return self._server.where

    def insert(self, collection: str, id_: str, document: Document) -> bool:
        """Store a new document; False, and nothing changed, when the id is taken."""
        return self._insert(collection, id_, _stored(id_, document), uuid.uuid4().hex)

    def insert_numbered(
        self, collection: str, id_: str, series: str, build: Callable[[int], Document]
    ) -> tuple[Document, bool]:
        """Store a new document that carries the next number of a series.

        The document is first written into the series beside the number it takes, then into its collection, then the
        series moves on. Whoever finds a series with such a pending document finishes it first, so a writer may be
        killed anywhere.
        """
        mine = set()
        while True:
            there = self._raw(collection, id_)
            if there is not None:
                return _given(there), there.get("_token") in mine
            # One token per attempt: a rival may finish an attempt while this one makes the next, and only the one whose
            # document is there has used its number.
            token = uuid.uuid4().hex
            state = self._raw(SERIES, series)
            if state is None:
                self._insert(SERIES, series, {"_id": series, "last": 0}, token)
            elif "_pending" in state:
                self._finish(series, state)
            else:
                number = state["last"] + 1
                mine.add(token)
                document = _stored(id_, build(number))
                pending = {"collection": collection, "document": {**document, "_token": token}}
                self._advance(series, state, {"last": state["last"], "_pending": pending})

    def _finish(self, series: str, state: Document) -> None:
        """Store the pending document of a series and move on; when its id was taken, its number is free again."""
        pending = state["_pending"]
        document = pending["document"]
        stored = self._insert(pending["collection"], document["_id"], document, document["_token"])
        self._advance(series, state, {"last": state["last"] + stored})

    def _advance(self, series: str, state: Document, following: Document) -> None:
        """Replace a series' state if nobody else did meanwhile."""
        token = state["_pending"]["document"]["_token"] if "_pending" in state else None
        seen = {"_id": series, "last": state["last"], "_pending.document._token": token}
        self._do(lambda db: db[SERIES].replace_one(seen, {"_id": series, **following}))

    def put(self, collection: str, id_: str, document: Document) -> None:
        """Store a document in place of whatever had the id."""
        self.put_many(collection, [(id_, document)])

    def put_many(self, collection: str, documents: Iterable[tuple[str, Document]]) -> None:
        """`put` for many, each whole."""
        for chunk in chunks(documents, _CHUNK):
            left = dict(chunk)
            while left:
                # Two writers that both saw no document: the loser tries again and replaces.
                _, taken = self._bulk(
                    collection, [ReplaceOne({"_id": id_}, _stored(id_, one), upsert=True) for id_, one in left.items()]
                )
                left = {id_: left[id_] for id_ in (list(left)[index] for index in taken)}

    def replace_if_newer(
        self, collection: str, documents: Iterable[tuple[str, Document]], *, version: str = "batch"
    ) -> int:
        """Store each document unless the one there has an equal or higher `version` field."""
        count = 0
        for chunk in chunks(documents, _CHUNK):
            left = chunk
            for upsert in (True, False):
                # An upsert that meets its own id found one there that is not older, or was beaten to an empty place by
                # a rival that may be older: once more, without upsert, decides which.
                operations = [
                    ReplaceOne(
                        {"_id": id_, field(version): {"$lt": _at(one, version)}}, _stored(id_, one), upsert=upsert
                    )
                    for id_, one in left
                ]
                stored, taken = self._bulk(collection, operations) if left else (0, [])
                count += stored
                left = [left[index] for index in taken]
        return count

    def get(self, collection: str, id_: str) -> Document | None:
        """The document of that id, or None."""
        found = self._raw(collection, id_)
        return None if found is None else _given(found)

    def find(
        self,
        collection: str,
        where: Mapping[str, Any] | None = None,
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int | None = None,
    ) -> list[Document]:
        """Documents whose fields equal, or lie in the range of, `where`, each with its id as `_id`."""
        wanted: dict[str, Any] = {}
        for name, operator, value in comparisons(where):
            wanted.setdefault(name, {})["$eq" if operator == "=" else operator] = value
        order = [*((field(name), 1 if direction > 0 else -1) for name, direction in sort), ("_id", 1)]
        if limit is not None and limit <= 0:
            return []
        found = self._do(lambda db: list(db[collection].find(wanted, sort=order, limit=limit or 0)))
        return [{**_given(one), "_id": one["_id"]} for one in found]

    def delete(self, collection: str, ids: Iterable[str]) -> None:
        """Forget the documents of these ids; ids that are not there do not matter."""
        gone = list(ids)
        for first in range(0, len(gone), _CHUNK):
            some = gone[first : first + _CHUNK]
            self._do(lambda db, some=some: db[collection].delete_many({"_id": {"$in": some}}))  # type: ignore[misc]

    def collections(self) -> list[str]:
        """Names of the collections that hold documents, in order."""
        names = self._do(lambda db: db.list_collection_names())
        own = sorted(name for name in names if name != ABOUT and not name.startswith("system."))
        return [name for name in own if self._do(lambda db, name=name: db[name].find_one({}, {"_id": 1}))]  # type: ignore[misc]

    def _raw(self, collection: str, id_: str) -> Document | None:
        return self._do(lambda db: db[collection].find_one({"_id": id_}))

    def _insert(self, collection: str, id_: str, document: Document, token: str) -> bool:
        """Insert once; the token tells a repeated attempt that the earlier one did arrive."""

        def attempt(db: "Database[Document]") -> bool:
            try:
                db[collection].insert_one({**document, "_token": token})
            except DuplicateKeyError:
                there = db[collection].find_one({"_id": id_}, {"_token": 1})
                if there is None:  # deleted just now, or not yet to be seen: it decides nothing
                    raise Busy from None
                return there.get("_token") == token
            return True

        return self._do(attempt)

    def _bulk(self, collection: str, operations: "list[ReplaceOne[Document]]") -> tuple[int, list[int]]:
        """Write all in one round trip: how many were stored, and the places of those whose id was taken."""

        def attempt(db: "Database[Document]") -> tuple[int, list[int]]:
            try:
                result = db[collection].bulk_write(operations, ordered=False)
            except BulkWriteError as error:
                return self._outcome(error.details or {})
            return result.matched_count + result.upserted_count, []

        return self._do(attempt)

    def _outcome(self, details: Mapping[str, Any]) -> tuple[int, list[int]]:
        codes = {one["code"] for one in details["writeErrors"]}
        if codes - {_DUPLICATE} - BUSY:
            raise StoreRefused(self.where, f"codes {sorted(codes - {_DUPLICATE})}")
        if codes & BUSY or details["writeConcernErrors"]:
            raise Busy
        return details["nMatched"] + details["nUpserted"], [one["index"] for one in details["writeErrors"]]


def _stored(id_: str, document: Document) -> Document:
    """A document as MongoDB keeps it."""
    escaped: Document = _renamed(plain_document(document), _escape)
    return {"_id": id_, **escaped}


def _given(stored: Document) -> Document:
    """A document as it was given: without the store's own fields."""
    restored: Document = _renamed({name: one for name, one in stored.items() if not name.startswith("_")}, _unescape)
    return restored


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {rename(name): _renamed(one, rename) for name, one in value.items()}
    if isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        return [_renamed(one, rename) for one in value]
    return value


def _escape(name: str) -> str:
    """A field's name without the characters that MongoDB gives a meaning."""
    return name.replace("%", "%25").replace(".", "%2E").replace("$", "%24").replace("\0", "%00")


def _unescape(name: str) -> str:
    return name.replace("%00", "\0").replace("%24", "$").replace("%2E", ".").replace("%25", "%")


def _at(document: Document, dotted: str) -> Any:
    """The value at a dotted path."""
    value: Any = document
    for name in dotted.split("."):
        value = value[name]
    return value
