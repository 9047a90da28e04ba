"""Pulling: message documents of a MongoDB collection become landing files, JSON lines, which are then taken in as any.

A source says `collection:`; what is new by its watermark is written in order, some thousand documents a file, and kept
as evidence like every other landing file. The watermark moves after the file has landed: killed in between, the same
documents land again, and are the same file. A document that changes gets a later watermark and comes again: a late
receipt. Documents that were written with an earlier watermark than others already seen (clocks differ) are found for
`overlap` seconds, and later than that where somebody follows and the server has change streams
(`tollbook.usage.watching`).
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tollbook.errors import TollbookError
from tollbook.storage.documents import Document, Documents
from tollbook.storage.files import Files
from tollbook.storage.mongo_connection import MongoConnection
from tollbook.usage.mapping import Collection, Source
from tollbook.usage.watching import Watch

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class NoCollectionAddress(TollbookError):
    """A source whose collection's address is in no environment variable."""

    def __init__(self, source: str, variable: str) -> None:
        super().__init__(
            f"source {source}: its collection's address is not known: set {variable} to mongodb://..., or name another "
            "variable under collection: uri: in the mapping"
        )


@dataclass(frozen=True, slots=True)
class Pulled:
    """A file that a pull has landed."""

    path: Path
    documents: int


class Puller:
    """Lands what is new in collections that are sources; its connections stay open.

    Args:
        landing: the landing folder.
        files: the home.
        documents: where it is kept how far each source was read: collection `state`, ids `pull <source>` (watermark)
            and `stream <source>` (token of the change stream).
        patience: seconds for which a server that does not answer is asked again.
    """

    def __init__(self, landing: Path, files: Files, documents: Documents, *, patience: float = 20.0) -> None:
        self._landing, self._files, self._documents, self._patience = landing, files, documents, patience
        self._servers: dict[str, MongoConnection] = {}
        self._watches: dict[tuple[str, Collection], Watch] = {}
        self._bell: tuple[Callable[[], None], Callable[[str], None]] | None = None

    def watch(self, ring: Callable[[], None], trouble: Callable[[str], None]) -> None:
        """From the next pull on listen to change streams too; see `Watch` for what is called."""
        self._bell = (ring, trouble)

    def close(self) -> None:
        """Listen no longer."""
        self._bell = None
        while self._watches:
            self._watches.popitem()[1].close()

    def pull(self, sources: Sequence[Source]) -> list[Pulled]:
        """Land what is new in the collections of all sources that have one.

        Raises:
            NoCollectionAddress: an address is missing.
            StoreUnreachable, StoreRefused: the collection's server; what has landed before stays.
        """
        landed = []
        for source in sources:
            if source.collection:
                landed += list(self._pull(source, source.collection))
        return landed

    def _pull(self, source: Source, collection: Collection) -> Iterator[Pulled]:
        address = _address(source, collection)
        state = self._documents.get("state", f"pull {source.source}") or {"mark": _EARLIEST, "recent": {}}
        mark, recent = state["mark"], dict(state["recent"])
        overlap = timedelta(seconds=collection.overlap)
        # The stream first: a change of which it is asked before the look below is found by one or the other.
        yield from self._late(source, collection, address, mark - overlap)
        server = self._servers.setdefault(address, self._connection(address))
        while found := _after(collection, server, mark - overlap, recent):
            yield self._land(source, [line for _, line, _ in found], found[-1][2])
            mark = max(mark, found[-1][2])
            recent |= {one: {"digest": _digest(line), "at": at} for one, line, at in found}
            recent = {one: about for one, about in recent.items() if about["at"] >= mark - overlap}
            self._documents.put("state", f"pull {source.source}", {"mark": mark, "recent": recent})

    def _late(self, source: Source, collection: Collection, address: str, before: datetime) -> Iterator[Pulled]:
        """Land what only the change stream knows of: documents whose watermark is before what is looked at."""
        if self._bell is None:
            return
        watch = self._watches.get((source.source, collection)) or self._listen(source, collection, address)
        late, token = watch.late(before)
        if late:
            yield self._land(source, [_line(one) for one in late], max(one[collection.watermark] for one in late))
        if token:
            self._documents.put("state", f"stream {source.source}", {"token": token})

    def _listen(self, source: Source, collection: Collection, address: str) -> Watch:
        assert self._bell is not None  # noqa: S101 - says so to the type checker
        ring, trouble = self._bell
        token = (self._documents.get("state", f"stream {source.source}") or {"token": ""})["token"]
        made = Watch(source.source, collection, self._connection(address), token=token, ring=ring, trouble=trouble)
        self._watches[source.source, collection] = made
        return made

    def _connection(self, address: str) -> MongoConnection:
        return MongoConnection(address, patience=self._patience, own=False)

    def _land(self, source: Source, lines: Sequence[str], mark: datetime) -> Pulled:
        path = _write(source, lines, mark, self._landing)
        self._files.keep(path)
        return Pulled(path, len(lines))


def _address(source: Source, collection: Collection) -> str:
    address = os.environ.get(collection.uri, "")
    if not address:
        raise NoCollectionAddress(source.source, collection.uri)
    return address


def _after(
    collection: Collection, server: MongoConnection, start: datetime, recent: Mapping[str, Any]
) -> list[tuple[str, str, datetime]]:
    """The next documents by watermark and id that are not known as they are: id, line, watermark."""

    def read(database: Any) -> list[tuple[str, str, datetime]]:
        found: list[tuple[str, str, datetime]] = []
        order = [(collection.watermark, 1), ("_id", 1)]
        for document in database[collection.name].find({collection.watermark: {"$gte": start}}, sort=order):
            line, id_ = _line(document), _key(document["_id"])
            if id_ not in recent or recent[id_]["digest"] != _digest(line):
                found.append((id_, line, document[collection.watermark]))
            if len(found) == collection.batch:
                break
        return found

    return server.do(read)


def _key(id_: object) -> str:
    """An id as a document's field name may be."""
    return _digest(str(id_))


def _write(source: Source, lines: Sequence[str], mark: datetime, landing: Path) -> Path:
    """Write the lines as a file that is there whole or not at all; the same documents are the same file."""
    content = "".join(f"{line}\n" for line in lines)
    name = f"{mark:%H%M%S}-{hashlib.sha256(content.encode()).hexdigest()[:12]}.jsonl"
    path = landing / source.source / f"{mark:%Y-%m-%d}" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_text(content, "utf-8")
    half.replace(path)
    return path


def _line(document: Document) -> str:
    return json.dumps(document, default=_plain, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """A value of MongoDB's as the mapping reads it: moments in ISO 8601, amounts and ids as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    return str(value)


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()[:16]
