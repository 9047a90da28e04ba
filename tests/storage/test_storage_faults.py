"""Servers and writers that die: nothing is lost, nothing is there twice, and the message says what to do."""

import multiprocessing
import os
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checkout import need
from document_server import DocumentServer, free_port, server_command
from tollbook.storage.documents import Documents, StoreRefused, StoreUnreachable, open_documents
from tollbook.storage.mongo import MongoDocuments
from tollbook.storage.sqlite import SqliteDocuments

PASSWORD = "hunter2%21secret"  # noqa: S105 - of nobody


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[DocumentServer]:
    """A server of this test's own, to kill."""
    need(server_command(), "mongod, or java and what tests/storage/servers/fetch brings")
    server = DocumentServer(tmp_path)
    server.start()
    yield server
    server.kill()


def write_all(store: Documents, writer: int, results: list[bool], errors: list[Exception]) -> None:
    try:
        for n in range(40):
            results.append(store.insert("events", f"{writer}|{n}", {"n": n}))
            store.insert_numbered("invoices", f"{writer}|{n}", "uk", lambda number: {"number": number})
            store.replace_if_newer("rollups", [(str(day), {"batch": n, "by": writer}) for day in range(5)])
    except Exception as error:  # noqa: BLE001 - shown by the test
        errors.append(error)


def test_a_server_killed_in_the_middle_loses_and_repeats_nothing(mortal: DocumentServer) -> None:
    store = MongoDocuments(mortal.uri("t"), patience=60)
    results: list[bool] = []
    errors: list[Exception] = []
    threads = [threading.Thread(target=write_all, args=(store, writer, results, errors)) for writer in range(3)]
    for one in threads:
        one.start()
    for mark in (20, 70):
        while len(results) < mark and any(one.is_alive() for one in threads):
            time.sleep(0.01)
        mortal.kill()
        time.sleep(0.3)
        mortal.start()
    for one in threads:
        one.join()
    assert errors == []
    assert results == [True] * 120
    assert len(store.find("events")) == 120
    assert [one["number"] for one in store.find("invoices", sort=[("number", 1)])] == list(range(1, 121))
    assert [one["batch"] for one in store.find("rollups")] == [39] * 5


@pytest.mark.parametrize("step", ["_finish", "_advance"])
def test_a_writer_killed_between_number_and_document_leaves_no_gap(mortal: DocumentServer, step: str) -> None:
    def die() -> None:
        store: Any = MongoDocuments(mortal.uri("t"))
        whole = getattr(store, step)

        def killed(series: str, state: dict[str, Any], *rest: Any) -> None:
            if step == "_advance" and "_pending" not in state:
                whole(series, state, *rest)  # the pending document is written; the second call would move on
                return
            os._exit(9)

        setattr(store, step, killed)
        store.insert_numbered("invoices", "a", "uk", lambda number: {"number": number})

    victim = multiprocessing.get_context("fork").Process(target=die)
    victim.start()
    victim.join()
    assert victim.exitcode == 9
    store = MongoDocuments(mortal.uri("t"))
    assert store.insert_numbered("invoices", "b", "uk", lambda number: {"number": number}) == ({"number": 2}, True)
    assert store.insert_numbered("invoices", "a", "uk", lambda _: {"number": 99}) == ({"number": 1}, False)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    port = free_port()
    store = MongoDocuments(f"mongodb://reader:{PASSWORD}@127.0.0.1:{port}/bills?authSource=admin", patience=0.5)
    with pytest.raises(StoreUnreachable, match=f"mongodb://127.0.0.1:{port}/bills") as caught:
        store.get("invoices", "a")
    shown = "".join(traceback.format_exception(caught.value)) + repr(store) + store.where
    assert PASSWORD not in shown
    assert "hunter2" not in shown
    assert "reader" not in shown


@pytest.mark.parametrize("options", ["?w=x&tls=maybe", "?nonsense=%zz"])
def test_an_address_that_cannot_be_read_is_refused_without_its_password(options: str) -> None:
    store = MongoDocuments(f"mongodb://reader:{PASSWORD}@[::bad/bills{options}", patience=0.5)
    with pytest.raises(StoreRefused) as caught:
        store.get("invoices", "a")
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_what_is_refused_is_not_quoted(mortal: DocumentServer) -> None:
    store = open_documents(mortal.uri("t"))
    number = str(447700900000 + 123)
    with pytest.raises(StoreRefused) as caught:
        store.put("$things", "a", {"text": number})
    assert number not in "".join(traceback.format_exception(caught.value))


def test_a_document_too_large_for_the_server_is_refused(mortal: DocumentServer) -> None:
    store = open_documents(mortal.uri("t"))
    with pytest.raises(StoreRefused, match="DocumentTooLarge"):
        store.insert("things", "a", {"text": "x" * (17 << 20)})


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreUnreachable, match=r"documents\.sqlite"):
        SqliteDocuments(tmp_path / "file" / "documents.sqlite").put("things", "a", {})


def test_a_full_disk_is_said_and_nothing_is_half_written(tmp_path: Path) -> None:
    store = SqliteDocuments(tmp_path / "documents.sqlite")
    store.put("things", "a", {"n": 1})
    store._connection().execute("pragma max_page_count = 20")  # noqa: SLF001 - the database's own way to be full
    with pytest.raises(StoreUnreachable, match="full"):
        store.put_many("things", [(str(n), {"text": "x" * 1000}) for n in range(200)])
    assert store.find("things") == [{"n": 1, "_id": "a"}]
