"""Documents: JSON-like values by collection and id. One interface, two stores: SQLite and MongoDB.

Values are str, int (64 bits), float (finite), bool, None, Decimal (34 digits), datetime (with a zone; kept in UTC, to
the millisecond), and lists and dicts of those. They come back as they went in. Names at the top of a document do not
begin with `_`: those are the stores' own. Fields that are searched or sorted by hold one value, not a list.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from tollbook.errors import TollbookError
from tollbook.settings import Settings

Document = dict[str, Any]
OPERATORS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
SCHEMA = 2  # how documents are laid out in a store; a store written by a later Tollbook is not touched
SERIES = "series"  # the collection that remembers the last number of each series: {"last": n}
_PLAIN = {str, int, bool, type(None)}


class BadField(TollbookError):
    """A field or collection name that is not plain."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name!r} is not a document field: use letters, digits, _ and dots, and no _ at the start")


class BadOperator(TollbookError):
    """A comparison the stores do not share."""

    def __init__(self, operator: str) -> None:
        self.operator = operator
        super().__init__(f"unknown comparison {operator!r}: use {', '.join(OPERATORS)}")


class BadValue(TollbookError):
    """A value the stores do not share; the value itself is not shown, as it may be anybody's."""

    def __init__(self, what: str) -> None:
        super().__init__(f"a document cannot hold {what}")


class StoreUnreachable(TollbookError):
    """The store did not answer, or could not write, for as long as it was asked."""

    def __init__(self, where: str, why: str) -> None:
        self.where = where
        super().__init__(f"documents at {where}: {why}; nothing is lost: start again once it answers")


class StoreRefused(TollbookError):
    """The store answered, and refused."""

    def __init__(self, where: str, why: str) -> None:
        self.where, self.why = where, why
        super().__init__(f"documents at {where}: refused ({why}); check the address, the user and its rights")


class NewerStore(TollbookError):
    """A store that a later Tollbook has written."""

    def __init__(self, where: str, version: int) -> None:
        self.where = where
        super().__init__(
            f"documents at {where} have layout {version}, this Tollbook knows {SCHEMA}: install a newer one"
        )


class Documents(Protocol):
    """A document store; safe for several processes and threads at once.

    Every method may raise StoreUnreachable, StoreRefused and NewerStore.
    """

    @property
    def where(self) -> str:
        """Which store, for people: a path, or host and database without user and password."""

    def insert(self, collection: str, id_: str, document: Document) -> bool:
        """Store a new document; False, and nothing changed, when the id is taken."""

    def insert_numbered(
        self, collection: str, id_: str, series: str, build: Callable[[int], Document]
    ) -> tuple[Document, bool]:
        """Store a new document that carries the next number of a series, both or neither.

        A series has no gap and no number twice, however many writers there are and wherever one of them is killed.

        Args:
            collection: of the document.
            id_: the document's id; when it is taken, that document is returned and no number is drawn.
            series: whose numbers; the first is 1.
            build: the document for a number; quick and without side effects, as it may be asked again.

        Returns:
            The document that is there now, and whether this call stored it.
        """

    def put(self, collection: str, id_: str, document: Document) -> None:
        """Store a document in place of whatever had the id."""

    def put_many(self, collection: str, documents: Iterable[tuple[str, Document]]) -> None:
        """`put` for many in few round trips. SQLite stores all or none; MongoDB each whole: put again if it fails."""

    def replace_if_newer(
        self, collection: str, documents: Iterable[tuple[str, Document]], *, version: str = "batch"
    ) -> int:
        """Store each document unless the one there has an equal or higher `version` field, in few round trips.

        Returns:
            How many were stored. In MongoDB fewer may be counted when the connection broke and was found again.
        """

    def get(self, collection: str, id_: str) -> Document | None:
        """The document of that id, or None."""

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
            where: field -> value, or field -> {"$gte": low, "$lt": high, ...}; compare a field with its own kind.
            sort: (field, 1 or -1), first the weightiest; by id when empty, and among equals.
            limit: at most so many.
        """

    def delete(self, collection: str, ids: Iterable[str]) -> None:
        """Forget the documents of these ids; ids that are not there do not matter."""

    def collections(self) -> list[str]:
        """Names of the collections that hold documents, in order."""


class NoDocumentStore(TollbookError):
    """A home on Blob whose documents would be on one machine's disk."""

    def __init__(self, blob: str) -> None:
        super().__init__(
            f"the home {blob} is shared, but documents (invoices, rollups) would be on this machine only: "
            "set TOLLBOOK_MONGODB_URI"
        )


def documents_of(settings: Settings) -> Documents:
    """A project's documents: in MongoDB where its address is given, else in SQLite beside the ledger.

    Raises:
        NoDocumentStore: the home is on Blob and no address is given.
    """
    if settings.mongodb_uri:
        return open_documents(settings.mongodb_uri.get_secret_value())
    if settings.blob:
        raise NoDocumentStore(settings.blob)
    return open_documents(settings.book / "documents.sqlite")


def open_documents(place: str | Path) -> Documents:
    """The store at a `mongodb://` or `mongodb+srv://` address, or in a SQLite file; made when first used."""
    if str(place).startswith(("mongodb://", "mongodb+srv://")):
        from tollbook.storage.mongo import MongoDocuments

        return MongoDocuments(str(place))
    from tollbook.storage.sqlite import SqliteDocuments

    return SqliteDocuments(Path(place))


def field(name: str) -> str:
    """A field's dotted name, checked.

    Raises:
        BadField: it is not plain.
    """
    if name.startswith("_") or not all(part.isidentifier() for part in name.split(".")):
        raise BadField(name)
    return name


def comparisons(where: Mapping[str, Any] | None) -> list[tuple[str, str, Any]]:
    """`where` as (field, operator, value), operator "=" or one of `OPERATORS`, all checked.

    Raises:
        BadField, BadOperator, BadValue: as they say.
    """
    found = []
    for name, wanted in (where or {}).items():
        for operator, value in wanted.items() if isinstance(wanted, Mapping) else [("=", wanted)]:
            if operator != "=" and operator not in OPERATORS:
                raise BadOperator(operator)
            found.append((field(name), operator, plain(value)))
    return found


def plain(value: Any) -> Any:
    """A value as both stores can keep it.

    Raises:
        BadValue: they cannot.
    """
    if isinstance(value, Mapping):
        return {_name(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        # Rollups hold long lists of plain values: one look at their types is enough.
        return list(value) if set(map(type, value)) <= _PLAIN else [plain(one) for one in value]
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise BadValue("a datetime without a zone")
        moment = value.astimezone(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    if isinstance(value, Decimal):
        if not value.is_finite() or len(value.as_tuple().digits) > 34:
            raise BadValue("a Decimal that is not finite or has more than 34 digits")
        return value
    if isinstance(value, float) and not math.isfinite(value):
        raise BadValue("a float that is not finite")
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise BadValue(type(value).__name__)


def plain_document(document: Document) -> Document:
    """A whole document as both stores can keep it; `_id`, which `find` adds, is left out.

    Raises:
        BadField: another name at the top begins with `_`.
        BadValue: a value they cannot keep.
    """
    kept: Document = plain({name: value for name, value in document.items() if name != "_id"})
    for name in kept:
        if name.startswith("_"):
            raise BadField(name)
    return kept


def _name(key: Any) -> str:
    if not isinstance(key, str):
        raise BadValue(f"a name that is {type(key).__name__}, not text")
    return key


def chunks(documents: Iterable[tuple[str, Document]], size: int) -> Iterable[list[tuple[str, Document]]]:
    """Ids and documents, checked, `size` at a time."""
    rest = iter(documents)
    while chunk := [(id_, plain_document(document)) for id_, document in islice(rest, size)]:
        yield chunk
