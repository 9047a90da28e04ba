"""Documents moved from one store to another, and compared when they are there."""

import hashlib
from dataclasses import dataclass

from tollbook.errors import TollbookError
from tollbook.storage.documents import Document, Documents, plain_document
from tollbook.storage.sqlite import encode


@dataclass(frozen=True, slots=True)
class Copied:
    """One collection: how many documents both stores hold, and the SHA-256 of all of them."""

    collection: str
    documents: int
    sha: str


class SameStore(TollbookError):
    """A copy onto itself."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} is where the documents are already: name another place with --to")


class NotEmpty(TollbookError):
    """A target with documents that the source has not."""

    def __init__(self, where: str, collections: list[str]) -> None:
        self.collections = collections
        super().__init__(f"{where} holds other documents already ({', '.join(collections)}): name an empty place")


class CopyDiffers(TollbookError):
    """The target does not hold what the source holds."""

    def __init__(self, where: str, collection: str) -> None:
        self.collection = collection
        super().__init__(
            f"{collection!r} at {where} differs from its source after copying: was anything written meanwhile? Stop "
            "ingest and runs, and copy again"
        )


def copy_documents(source: Documents, target: Documents) -> list[Copied]:
    """Copy every document, then read both stores again and compare; a copy that was broken off is simply repeated.

    Raises:
        SameStore, NotEmpty: before anything is written.
        CopyDiffers: after copying; what is in the source is untouched.
    """
    if source.where == target.where:
        raise SameStore(source.where)
    if strange := _strange(source, target):
        raise NotEmpty(target.where, strange)
    names = source.collections()
    for name in names:
        target.put_many(name, ((one["_id"], one) for one in source.find(name)))
    return [_compared(source, target, name) for name in names]


def _strange(source: Documents, target: Documents) -> list[str]:
    """Collections of the target with ids that the source does not have."""
    return [
        name
        for name in target.collections()
        if {one["_id"] for one in target.find(name)} - {one["_id"] for one in source.find(name)}
    ]


def _compared(source: Documents, target: Documents, name: str) -> Copied:
    here, there = source.find(name), target.find(name)
    digest = _digest(here)
    if digest != _digest(there):
        raise CopyDiffers(target.where, name)
    return Copied(name, len(here), digest)


def _digest(documents: list[Document]) -> str:
    """Of ids and documents as text, the same from every store: by id, the names of each in the order they came."""
    digest = hashlib.sha256()
    for one in documents:
        text = encode({"id": one["_id"], "document": plain_document(one)})
        digest.update(text.encode() + b"\n")
    return digest.hexdigest()
