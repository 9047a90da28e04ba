"""A MongoDB collection as a source: by the same mapping, once each, changes as late receipts, resumed after a kill."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bson import Decimal128
from pymongo import MongoClient

import tollbook
from checkout import make_project
from cloud_servers import Cloud
from document_server import DocumentServer
from tollbook.book import Book
from tollbook.demo.install import install_parameters
from tollbook.usage import pulling
from tollbook.usage.pulling import NoCollectionAddress

START = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
MAPPING = """
source: gateway
collection: {name: messages, watermark: changed, uri: GATEWAY_URI, batch: 4}
client: {from: account}
fields:
  message_id: _id
  recipient: to
  submitted_at: {from: sent.at, time: iso}
  status_at: {from: changed, time: iso}
  channel: {value: sms}
  direction: {value: mt}
  status: state
  segments: parts
  cost: cost
  cost_currency: {value: USD}
"""


@pytest.fixture
def gateway(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Gateway":
    settings = make_project(tmp_path)
    install_parameters(settings.parameters)
    (settings.parameters / "sources" / "gateway.yaml").write_text(MAPPING)
    client = settings.parameters / "clients" / "harbour-bank.yaml"
    client.write_text(client.read_text().replace("accounts:\n", "accounts:\n  gateway: [H1]\n", 1))
    monkeypatch.setenv("GATEWAY_URI", cloud.documents.uri(f"gateway_{tmp_path.name}"[:60]))
    return Gateway(tollbook.open(settings), cloud.documents, f"gateway_{tmp_path.name}"[:60])


class Gateway:
    """A collection that somebody else writes, and the book that reads it."""

    def __init__(self, book: Book, server: DocumentServer, database: str) -> None:
        self.book = book
        self.client: MongoClient[dict[str, Any]] = MongoClient(server.uri(database))
        self.messages = self.client[database]["messages"]

    def write(self, *numbers: int, state: str = "sent", later: float = 0) -> None:
        for number in numbers:
            document = {
                "to": "+447700900123",
                "account": "H1",
                "sent": {"at": START + timedelta(seconds=number)},
                "changed": START + timedelta(seconds=number + later),
                "state": state,
                "parts": 1,
                "cost": Decimal128("0.0075"),
            }
            self.messages.replace_one({"_id": f"m{number:03}"}, document, upsert=True)

    def taken(self) -> tuple[int, int]:
        """Documents that were new, and messages of all that stand."""
        report = self.book.ingest()
        usage = self.book.usage("harbour-bank", date.min, date.max)
        return report.total("posted"), int(usage["messages"].sum())


def test_documents_are_taken_once_in_files_of_their_order(gateway: Gateway) -> None:
    gateway.write(*range(10))
    assert gateway.taken() == (10, 10)
    assert [one.read for one in gateway.book.control_totals()] == [4, 4, 2]
    assert gateway.taken() == (0, 10)
    usage = gateway.book.usage("harbour-bank", date.min, date.max)
    assert sum(usage["cost"]) == Decimal("0.075")


def test_a_document_that_changes_is_a_late_receipt(gateway: Gateway) -> None:
    gateway.write(1, 2, 3)
    gateway.taken()
    gateway.write(2, state="delivered", later=3600)
    assert gateway.taken() == (1, 3)
    usage = gateway.book.usage("harbour-bank", date.min, date.max)
    assert usage.groupby("status")["messages"].sum().to_dict() == {"delivered": 1, "sent": 2}


def test_a_document_that_comes_late_with_an_earlier_watermark_is_found(gateway: Gateway) -> None:
    gateway.write(1, 2, 30)
    gateway.taken()
    gateway.write(25)
    assert gateway.taken() == (1, 4)
    assert gateway.taken() == (0, 4)


def test_killed_before_the_watermark_moved_nothing_counts_twice(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.write(*range(6))
    put = gateway.book.documents.put

    def killed(collection: str, id_: str, document: dict[str, Any]) -> None:
        if id_.startswith("pull"):
            raise KeyboardInterrupt
        put(collection, id_, document)

    with monkeypatch.context() as patch:
        patch.setattr(gateway.book.documents, "put", killed)
        with pytest.raises(KeyboardInterrupt):
            gateway.book.ingest()
    assert gateway.taken() == (6, 6)
    assert [one.read for one in gateway.book.control_totals()] == [4, 2]


def test_an_address_that_is_missing_is_asked_for(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATEWAY_URI")
    with pytest.raises(NoCollectionAddress, match="set GATEWAY_URI"):
        gateway.book.pull()


def test_the_sources_database_is_left_as_it_is(gateway: Gateway) -> None:
    gateway.write(1)
    gateway.taken()
    assert gateway.messages.database.list_collection_names() == ["messages"]
    assert pulling.pull([], gateway.book.settings.landing, gateway.book.files, gateway.book.documents) == []
