from pathlib import Path

import pytest

from tollbook.storage.entitled import EntitledDocuments, NotEntitled
from tollbook.storage.sqlite import SqliteDocuments


@pytest.fixture
def store(tmp_path: Path) -> SqliteDocuments:
    """Two clients' documents, and two that belong to nobody."""
    store = SqliteDocuments(tmp_path / "documents.sqlite")
    for client in ("mine", "theirs"):
        for n in (1, 2, 3):
            store.put("invoices", f"{client}|{n}", {"client": client, "n": n})
    store.put("intake", "file", {"rows": 5})
    store.put("state", "rollups", {"batch": 7})
    return store


@pytest.fixture
def mine(store: SqliteDocuments) -> EntitledDocuments:
    return EntitledDocuments(store, lambda: {"mine"})


@pytest.mark.parametrize("where", [None, {"n": {"$gte": 1}}, {"client": {"$gte": ""}}, {"client": "mine"}])
def test_found_are_own_documents_only(mine: EntitledDocuments, where: dict[str, object] | None) -> None:
    assert [one["_id"] for one in mine.find("invoices", where)] == ["mine|1", "mine|2", "mine|3"]


def test_limits_count_what_may_be_seen(mine: EntitledDocuments) -> None:
    found = mine.find("invoices", sort=[("client", -1), ("n", -1)], limit=2)
    assert [one["_id"] for one in found] == ["mine|3", "mine|2"]


def test_another_clients_document_is_not_there(mine: EntitledDocuments) -> None:
    assert mine.find("invoices", {"client": "theirs"}) == []
    assert mine.get("invoices", "theirs|1") is None
    assert mine.get("intake", "file") is None
    assert mine.find("intake") == []
    assert mine.get("state", "rollups") == {"batch": 7}


def test_nothing_of_others_is_written_over_or_forgotten(mine: EntitledDocuments, store: SqliteDocuments) -> None:
    for write in (
        lambda: mine.put("invoices", "theirs|1", {"client": "mine"}),
        lambda: mine.put("invoices", "new", {"client": "theirs"}),
        lambda: mine.put("state", "rollups", {"batch": 0}),
        lambda: mine.insert("invoices", "new", {"n": 1}),
        lambda: mine.put_many("invoices", [("theirs|2", {"client": "mine"})]),
        lambda: mine.replace_if_newer("invoices", [("theirs|2", {"client": "mine", "batch": 9})]),
        lambda: mine.insert_numbered("invoices", "new", "s", lambda n: {"client": "theirs", "n": n}),
        lambda: mine.insert_numbered("invoices", "theirs|1", "s", lambda n: {"client": "mine", "n": n}),
    ):
        with pytest.raises(NotEntitled):
            write()
    mine.delete("invoices", ["theirs|1", "mine|1"])
    kept = [one["_id"] for one in store.find("invoices")]
    assert kept == ["mine|2", "mine|3", "theirs|1", "theirs|2", "theirs|3"]


def test_own_documents_are_written(mine: EntitledDocuments, store: SqliteDocuments) -> None:
    mine.put("views", "a", {"client": "mine"})
    assert mine.insert("views", "b", {"client": "mine"})
    mine.put_many("views", [("c", {"client": "mine"})])
    assert mine.replace_if_newer("views", [("d", {"client": "mine", "batch": 1})]) == 1
    assert mine.insert_numbered("views", "e", "s", lambda n: {"client": "mine", "n": n}) == (
        {"client": "mine", "n": 1},
        True,
    )
    assert [one["_id"] for one in store.find("views")] == list("abcde")
    assert mine.where == store.where
    assert mine.collections() == store.collections()
