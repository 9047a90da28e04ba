"""A MongoDB collection that somebody else writes, a project that has it as a source, and the book that reads it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from bson import Decimal128
from pymongo import MongoClient

import tollbook
from checkout import make_project
from document_server import DocumentServer
from tollbook.demo.install import install_parameters

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


class Gateway:
    """The collection, in a database of its own, and the book."""

    def __init__(self, server: DocumentServer, folder: Path, patch: pytest.MonkeyPatch) -> None:
        database = f"gateway_{uuid4().hex[:12]}"
        settings = make_project(folder)
        install_parameters(settings.parameters)
        (settings.parameters / "sources" / "gateway.yaml").write_text(MAPPING)
        client = settings.parameters / "clients" / "harbour-bank.yaml"
        client.write_text(client.read_text().replace("accounts:\n", "accounts:\n  gateway: [H1]\n", 1))
        patch.setenv("GATEWAY_URI", server.uri(database))
        self.book = tollbook.open(settings)
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
