"""Documents as one person may see them: those of their clients, and no others, whatever is asked for."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from tollbook.errors import TollbookError
from tollbook.storage.documents import Document, Documents

# They name no client and hold nothing of one: how far rollups go, and texts found by their hash alone.
OPEN_TO_ALL = frozenset({"state", "pinned"})


class NotEntitled(TollbookError):
    """A document of another client, or of none, was to be written."""

    def __init__(self, collection: str) -> None:
        super().__init__(f"{collection}: this document belongs to no client that you may see")


class EntitledDocuments:
    """A store of which only documents with an entitled `client` are there.

    Args:
        store: all documents.
        clients: gives the ids that may be seen, asked each time.
    """

    def __init__(self, store: Documents, clients: Callable[[], Collection[str]]) -> None:
        self._store, self._clients = store, clients

    @property
    def where(self) -> str:
        """Which store, for people."""
        return self._store.where

    def get(self, collection: str, id_: str) -> Document | None:
        """The document of that id; None for another client's, as if it did not exist."""
        found = self._store.get(collection, id_)
        return found if found is not None and self._seen(collection, found) else None

    def find(
        self,
        collection: str,
        where: Mapping[str, Any] | None = None,
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int | None = None,
    ) -> list[Document]:
        """See `Documents.find`; other clients' documents are left out before they are counted."""
        asked = (where or {}).get("client")
        if isinstance(asked, str):
            if asked not in self._clients():
                return []
            return self._store.find(collection, where, sort=sort, limit=limit)
        found = self._store.find(collection, where, sort=sort)
        return [one for one in found if self._seen(collection, one)][:limit]

    def collections(self) -> list[str]:
        """Names of the collections that hold documents, in order."""
        return self._store.collections()

    def insert(self, collection: str, id_: str, document: Document) -> bool:
        """See `Documents.insert`."""
        return self._store.insert(collection, id_, self._own(collection, document))

    def insert_numbered(
        self, collection: str, id_: str, series: str, build: Callable[[int], Document]
    ) -> tuple[Document, bool]:
        """See `Documents.insert_numbered`."""
        kept, mine = self._store.insert_numbered(collection, id_, series, lambda n: self._own(collection, build(n)))
        return self._own(collection, kept), mine

    def put(self, collection: str, id_: str, document: Document) -> None:
        """See `Documents.put`; what is there must be an entitled client's as well."""
        self.put_many(collection, [(id_, document)])

    def put_many(self, collection: str, documents: Iterable[tuple[str, Document]]) -> None:
        """See `Documents.put_many`; nothing is stored when one of them is not an entitled client's."""
        self._store.put_many(collection, self._all_own(collection, documents))

    def replace_if_newer(
        self, collection: str, documents: Iterable[tuple[str, Document]], *, version: str = "batch"
    ) -> int:
        """See `Documents.replace_if_newer`."""
        return self._store.replace_if_newer(collection, self._all_own(collection, documents), version=version)

    def delete(self, collection: str, ids: Iterable[str]) -> None:
        """Forget documents of entitled clients; others stay."""
        self._store.delete(collection, [id_ for id_ in ids if self.get(collection, id_) is not None])

    def _seen(self, collection: str, document: Document) -> bool:
        return collection in OPEN_TO_ALL or document.get("client") in self._clients()

    def _own(self, collection: str, document: Document) -> Document:
        if document.get("client") not in self._clients():
            raise NotEntitled(collection)
        return document

    def _all_own(self, collection: str, documents: Iterable[tuple[str, Document]]) -> list[tuple[str, Document]]:
        """Documents that are all an entitled client's, as is what they would replace."""
        mine = [(id_, self._own(collection, document)) for id_, document in documents]
        for id_, _ in mine:
            there = self._store.get(collection, id_)
            if there is not None:
                self._own(collection, there)
        return mine
