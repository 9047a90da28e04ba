"""Copying between the two stores, both ways, and what it refuses."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import tollbook
from tollbook.settings import Settings
from tollbook.storage.copying import CopyDiffers, NotEmpty, SameStore, copy_documents
from tollbook.storage.documents import Documents, open_documents
from tollbook.storage.sqlite import SqliteDocuments


def fill(store: Documents) -> None:
    store.put_many(
        "rollups", [(f"a|{n}", {"batch": n, "cost": ["0.10", "1.2"], "sum": Decimal("1.20")}) for n in range(700)]
    )
    store.insert_numbered("invoices", "a|2026-10", "uk", lambda n: {"number": f"UK-{n}", "at": datetime.now(UTC)})
    store.put("state", "odd", {"a.b": {"$c": None}, "list": [[], {}, [{"x.y": 1}]], "%": 1.5})


@pytest.mark.parametrize("way", ["sqlite to mongodb", "mongodb to sqlite"])
def test_everything_arrives_and_comes_back(way: str, tmp_path: Path, fresh_mongo: Callable[[], str]) -> None:
    places: list[Any] = [tmp_path / "a.sqlite", fresh_mongo()]
    source, target = (open_documents(one) for one in (places if way.startswith("sqlite") else reversed(places)))
    fill(source)
    copied = copy_documents(source, target)
    assert [(one.collection, one.documents) for one in copied] == [
        ("invoices", 1), ("rollups", 700), ("series", 1), ("state", 1),
    ]  # fmt: skip
    assert [target.find(one.collection) for one in copied] == [source.find(one.collection) for one in copied]
    # A repeated copy changes nothing; the series goes on where it stood.
    assert copy_documents(source, target) == copied
    assert target.insert_numbered("invoices", "b|2026-10", "uk", lambda n: {"number": f"UK-{n}"})[0]["number"] == "UK-2"


def test_other_documents_in_the_target_stop_it(tmp_path: Path) -> None:
    source, target = SqliteDocuments(tmp_path / "a.sqlite"), SqliteDocuments(tmp_path / "b.sqlite")
    fill(source)
    target.put("rollups", "somebody else's", {})
    with pytest.raises(NotEmpty, match="rollups"):
        copy_documents(source, target)
    assert target.collections() == ["rollups"]


def test_not_onto_itself(tmp_path: Path) -> None:
    store = SqliteDocuments(tmp_path / "a.sqlite")
    with pytest.raises(SameStore):
        copy_documents(store, SqliteDocuments(tmp_path / "a.sqlite"))


class Forgetful(SqliteDocuments):
    """A store whose disk lost one document after it was written."""

    def find(self, collection: str, *args: Any, **options: Any) -> list[dict[str, Any]]:
        return super().find(collection, *args, **options)[1:]


def test_a_difference_is_found(tmp_path: Path) -> None:
    source = SqliteDocuments(tmp_path / "a.sqlite")
    fill(source)
    with pytest.raises(CopyDiffers, match="invoices"):
        copy_documents(source, Forgetful(tmp_path / "b.sqlite"))


def test_the_command_and_the_setting(
    project: Settings, fresh_mongo: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tollbook.open(project).documents)
    uri = fresh_mongo()
    monkeypatch.setenv("TOLLBOOK_PROJECT", str(project.project))
    monkeypatch.setenv("THERE", uri)
    done = subprocess.run(
        [sys.executable, "-c", "from tollbook.cli import app; app()", "documents", "copy", "--to", "ENV:THERE"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "703" in done.stdout
    monkeypatch.setenv("TOLLBOOK_MONGODB_URI", uri)
    book = tollbook.open(Settings(project=project.project))
    assert book.documents.where == uri
    assert len(book.documents.find("rollups")) == 700
