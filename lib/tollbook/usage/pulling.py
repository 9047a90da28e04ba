"""Pulling: message documents of a MongoDB collection become landing files, JSON lines, which are then taken in as any.

A source says `collection:`; what is new by its watermark is written in order, some thousand documents a file, and kept
as evidence like every other landing file. The watermark moves after the file has landed: killed in between, the same
documents land again, and are the same file. A document that changes gets a later watermark and comes again: a late
receipt. Documents that were written with an earlier watermark than others already seen (clocks differ) are found for
`overlap` seconds.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tollbook.errors import TollbookError
from tollbook.storage.documents import Document, Documents
from tollbook.storage.files import Files
from tollbook.storage.mongo_connection import MongoConnection
from tollbook.usage.mapping import Collection, Source

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


def pull(
    sources: Sequence[Source], landing: Path, files: Files, documents: Documents, *, patience: float = 20.0
) -> list[Pulled]:
    """Land what is new in the collections of all sources that have one.

    Args:
        sources: the mappings.
        landing: the landing folder.
        files: the home.
        documents: where watermarks are kept: collection `state`, id `pull <source>`.
        patience: seconds for which a server that does not answer is asked again.

    Raises:
        NoCollectionAddress: an address is missing.
        StoreUnreachable, StoreRefused: the collection's server; what has landed before stays.
    """
    landed = []
    for source in sources:
        if source.collection:
            server = MongoConnection(_address(source, source.collection), patience=patience, own=False)
            landed += list(_pull(source, source.collection, server, landing, files, documents))
    return landed


def _address(source: Source, collection: Collection) -> str:
    address = os.environ.get(collection.uri, "")
    if not address:
        raise NoCollectionAddress(source.source, collection.uri)
    return address


def _pull(
    source: Source, collection: Collection, server: MongoConnection, landing: Path, files: Files, documents: Documents
) -> Iterator[Pulled]:
    state = documents.get("state", f"pull {source.source}") or {"mark": _EARLIEST, "recent": {}}
    mark, recent = state["mark"], dict(state["recent"])
    while found := _after(collection, server, mark - timedelta(seconds=collection.overlap), recent):
        path = _land(source, [line for _, line, _ in found], found[-1][2], landing)
        files.keep(path)
        mark = max(mark, found[-1][2])
        horizon = mark - timedelta(seconds=collection.overlap)
        recent |= {one: {"digest": _digest(line), "at": at} for one, line, at in found}
        recent = {one: about for one, about in recent.items() if about["at"] >= horizon}
        documents.put("state", f"pull {source.source}", {"mark": mark, "recent": recent})
        yield Pulled(path, len(found))


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


def _land(source: Source, lines: Sequence[str], mark: datetime, landing: Path) -> Path:
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
