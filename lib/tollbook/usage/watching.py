"""Watching: the change stream of a collection that is a source, where its server has streams (a replica set, Atlas).

The watermark stays what a collection is read by, on every server alike. A stream adds two things. It rings, so that a
follower reads at once and not at its next look. And it brings the documents that no look finds: those written with a
watermark earlier than the overlap reaches back. It goes on where it was by the resume token; where the server no longer
knows that token, only such early documents of the time between can be missing, and that is said.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from queue import Empty, Full, Queue
from typing import Any

from bson import json_util
from pymongo.database import Database

from tollbook.storage.documents import Document, StoreRefused, StoreUnreachable
from tollbook.storage.mongo_connection import MongoConnection
from tollbook.usage.mapping import Collection

_AWAIT_MS = 1_000
_AGAIN_SECONDS = 1.0
_TOKEN_SECONDS = 60.0
_MOST_WAITING = 5_000


class Watch:
    """A thread that listens to one collection until it is closed.

    Args:
        source: its source's name.
        collection: the collection.
        server: a connection of this watch's own.
        token: where an earlier watch was, as `late` gave it; "" for what happens from now on.
        ring: called at each change.
        trouble: told what is missing: streams at all, or the time since the token.
    """

    def __init__(
        self,
        source: str,
        collection: Collection,
        server: MongoConnection,
        *,
        token: str,
        ring: Callable[[], None],
        trouble: Callable[[str], None],
    ) -> None:
        self._source, self._collection, self._server = source, collection, server
        self._token, self._ring, self._trouble = token, ring, trouble
        self._changes: Queue[tuple[Document | None, str]] = Queue(_MOST_WAITING)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._listen, name=f"watch {source}", daemon=True)
        self._thread.start()

    def late(self, before: datetime) -> tuple[list[Document], str]:
        """Take what has changed: the documents whose watermark is earlier than `before`, and the token after them.

        The token is "" when nothing was heard.
        """
        found: dict[str, Document] = {}
        token = ""
        try:
            while True:
                document, token = self._changes.get_nowait()
                mark = (document or {}).get(self._collection.watermark)
                if document and "_id" in document and isinstance(mark, datetime) and mark < before:
                    found[repr(document["_id"])] = document
        except Empty:
            return list(found.values()), token

    def close(self) -> None:
        """Stop listening; what was heard and not taken is heard again by whoever resumes."""
        self._closed.set()
        self._thread.join(3 * _AWAIT_MS / 1000)

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                self._server.do(self._hear)
            except StoreUnreachable:  # whoever reads by watermark says so
                self._closed.wait(_AGAIN_SECONDS)
            except StoreRefused as error:
                if not self._token:
                    self._trouble(f"source {self._source}: no change stream ({error.why}); read by watermark alone")
                    return
                self._token = ""
                self._trouble(
                    f"source {self._source}: its change stream begins anew, as it cannot go on ({error.why}); what "
                    f"was written meanwhile is found by watermark, {self._collection.overlap} s back"
                )
                self._closed.wait(_AGAIN_SECONDS)

    def _hear(self, database: Database[Document]) -> None:
        for document, token in self._changed(database):
            while not self._closed.is_set():  # nobody reads while the home is away: the stream waits, not the memory
                with suppress(Full):
                    self._changes.put((document, token), timeout=_AGAIN_SECONDS)
                    self._token = token
                    break
            if document is not None:
                self._ring()

    def _changed(self, database: Database[Document]) -> Iterator[tuple[Document | None, str]]:
        """Changed documents with the token after each; now and then a token alone, so that it does not grow old."""
        stream = database[self._collection.name].watch(
            full_document="updateLookup",
            resume_after=json_util.loads(self._token) if self._token else None,
            max_await_time_ms=_AWAIT_MS,
        )
        told = time.monotonic()
        with closing(stream):
            while stream.alive and not self._closed.is_set():
                change: Any = stream.try_next()
                if change is None:
                    self._closed.wait(0.05)  # a server need not wait before it answers
                if change and change["operationType"] == "invalidate":  # dropped or renamed: no stream goes on after it
                    self._token = ""
                    return
                if change or (stream.resume_token and time.monotonic() - told > _TOKEN_SECONDS):
                    told = time.monotonic()
                    yield (change or {}).get("fullDocument"), json_util.dumps(stream.resume_token)
