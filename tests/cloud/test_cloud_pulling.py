"""A MongoDB collection as a source: by the same mapping, once each, changes as late receipts, resumed after a kill."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cloud_servers import Cloud
from gateway import Gateway
from tollbook.usage.pulling import NoCollectionAddress


@pytest.fixture
def gateway(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    return Gateway(cloud.documents, tmp_path, monkeypatch)


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
