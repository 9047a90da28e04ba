"""The connection to MongoDB: opened once per process, set up once per database, asked again while it is away."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from decimal import Decimal
from typing import TypeVar

from bson.codec_options import CodecOptions, TypeCodec, TypeRegistry
from bson.decimal128 import Decimal128
from bson.errors import BSONError
from pymongo import MongoClient, WriteConcern
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import AutoReconnect, DuplicateKeyError, OperationFailure, PyMongoError, WTimeoutError

from tollbook.errors import TollbookError
from tollbook.storage.documents import SCHEMA, BadValue, Document, NewerStore, StoreRefused, StoreUnreachable

T = TypeVar("T")
INDEXES: dict[str, list[tuple[str, ...]]] = {
    "rollups": [("client", "day")],
    "senders": [("client", "day")],
    "intake": [("state",), ("file",)],
    "invoices": [("month", "number"), ("number",)],
}
ABOUT = "tollbook"  # the collection that holds the layout's version, and nothing else
BUSY = {16500, 50, 91, 189, 11600, 11602, 10107, 13435}  # throttled by Azure; too slow, shutting down, not primary


class Busy(TollbookError):
    """The server asked to be asked again; it is, and who waits too long is told `StoreUnreachable`."""


class _Decimals(TypeCodec):
    """Decimal <-> Decimal128, on the way."""

    python_type = Decimal
    bson_type = Decimal128

    def transform_python(self, value: Decimal) -> Decimal128:
        return Decimal128(value)

    def transform_bson(self, value: Decimal128) -> Decimal:
        return value.to_decimal()


_OPTIONS: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=UTC, type_registry=TypeRegistry([_Decimals()]))


class MongoConnection:
    """A database on a server that may be away for a while.

    Args:
        uri: connection string; its database, else `tollbook`.
        patience: for how long a server that does not answer is asked again, in seconds.
        own: whether the database is Tollbook's, with its layout; somebody else's is left as it is.
    """

    def __init__(self, uri: str, *, patience: float, own: bool = True) -> None:
        self._own = own
        self._uri = uri
        self._patience = patience
        self._pid = 0
        self._opened: Database[Document] | None = None

    @property
    def where(self) -> str:
        """Host and database, without user, password and options."""
        scheme, _, rest = self._uri.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"

    def do(self, work: "Callable[[Database[Document]], T]") -> T:
        """Do something that may be repeated; again, with growing pauses, while the server is away or busy.

        The driver's own messages stay inside: they may quote documents.
        """
        until = time.monotonic() + self._patience
        pause = 0.05
        while True:
            try:
                return work(self._database())
            except (AutoReconnect, WTimeoutError, Busy) as error:
                why = type(error).__name__.lstrip("_")
            except OperationFailure as error:
                if error.code not in BUSY:
                    name = (error.details or {}).get("codeName")
                    raise StoreRefused(self.where, f"code {error.code} {name or ''}".strip()) from None
                why = f"busy, code {error.code}"
            except (PyMongoError, BSONError, UnicodeError, ValueError) as error:
                raise StoreRefused(self.where, type(error).__name__) from None
            except OverflowError:
                raise BadValue("a whole number of more than 64 bits") from None
            if time.monotonic() + pause > until:
                raise StoreUnreachable(self.where, f"no answer for {self._patience:g} s ({why})") from None
            time.sleep(pause)
            pause = min(2 * pause, 2.0)

    def _database(self) -> "Database[Document]":
        """The database; a forked child opens its own. Indexes and layout version are set up the first time."""
        if self._opened is None or self._pid != os.getpid():
            client: MongoClient[Document] = MongoClient(
                self._uri,
                serverSelectionTimeoutMS=2_000,
                connectTimeoutMS=5_000,
                socketTimeoutMS=60_000,
                retryWrites=False,
                retryReads=False,
                appname="tollbook",
            )
            name = client.get_default_database("tollbook").name
            concern = WriteConcern("majority", wtimeout=30_000)
            database = client.get_database(name, codec_options=_OPTIONS, write_concern=concern)
            if self._own:
                self._set_up(database)
            self._opened, self._pid = database, os.getpid()
        return self._opened

    def _set_up(self, database: "Database[Document]") -> None:
        about: Collection[Document] = database[ABOUT]
        version = (about.find_one({"_id": "schema"}) or {"version": 0})["version"]
        if version > SCHEMA:
            raise NewerStore(self.where, version)
        if version < SCHEMA:
            for collection, indexes in INDEXES.items():
                for names in indexes:
                    database[collection].create_index([(name, 1) for name in names])
            with suppress(DuplicateKeyError):  # another process set it up at the same moment
                about.replace_one({"_id": "schema"}, {"_id": "schema", "version": SCHEMA}, upsert=True)
