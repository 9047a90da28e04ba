from pathlib import Path
from typing import Any

import pytest

from tollbook.period import Month
from tollbook.runs.publish import Entry, FileClaimed, NotPublishable, Shelf
from tollbook.runs.spec import RunSpec

BILLING = RunSpec("acme", Month(2026, 10), "billing")
CHARTS = RunSpec("acme", Month(2026, 10), "visualization")


def facts(fingerprint: str = "f") -> dict[str, Any]:
    texts = dict.fromkeys(("content_sha256", "notebook_sha256", "library", "client_sha256", "started", "ended"), "x")
    numbers = {"ledger_batch": 1, "seconds": 1.0, "peak_memory_mb": 50}
    return {"fingerprint": fingerprint, "parameters": {}, "rate_cards": {}, **texts, **numbers}


def staged(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / "files" / name.replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "files"


def held(shelf: Shelf) -> dict[str, str]:
    return {path.name: path.read_text() for path in shelf.folder.iterdir() if path.name != "manifest.json"}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf(tmp_path / "outputs")
    made.publish(BILLING, staged(tmp_path / "first", bill_csv="1", old_csv="2"), facts("one"))
    return made


def test_a_second_run_replaces_the_first_and_clears_what_it_no_longer_writes(shelf: Shelf, tmp_path: Path) -> None:
    shelf.publish(BILLING, staged(tmp_path / "second", bill_csv="10"), facts("two"))
    assert held(shelf) == {"bill.csv": "10"}
    entry = shelf.published(BILLING)
    assert isinstance(entry, Entry)
    assert entry.fingerprint == "two"
    assert set(entry.files) == {"bill.csv"}


def test_a_changed_or_missing_file_is_not_published(shelf: Shelf) -> None:
    assert shelf.published(BILLING)
    assert shelf.published(CHARTS) is None
    (shelf.folder / "bill.csv").write_text("someone edited this")
    assert shelf.published(BILLING) is None
    (shelf.folder / "bill.csv").unlink()
    assert shelf.published(BILLING) is None


def test_an_error_half_way_leaves_everything_as_it_was(shelf: Shelf, tmp_path: Path) -> None:
    (shelf.folder / "z.csv").mkdir()  # cannot be replaced by a file
    manifest = (shelf.folder / "manifest.json").read_bytes()
    with pytest.raises(OSError, match=r"z\.csv"):
        shelf.publish(BILLING, staged(tmp_path / "second", a_csv="3", bill_csv="10", z_csv="5"), facts("two"))
    (shelf.folder / "z.csv").rmdir()
    assert held(shelf) == {"bill.csv": "1", "old.csv": "2"}
    assert (shelf.folder / "manifest.json").read_bytes() == manifest


@pytest.mark.parametrize("name", ["bill_csv", "manifest_json"])
def test_no_notebook_takes_anothers_file(shelf: Shelf, tmp_path: Path, name: str) -> None:
    with pytest.raises(FileClaimed, match=name.replace("_", ".")):
        shelf.publish(CHARTS, staged(tmp_path / "second", **{name: "mine"}), facts())
    assert held(shelf) == {"bill.csv": "1", "old.csv": "2"}


def test_a_link_out_of_the_folder_is_not_followed(shelf: Shelf, tmp_path: Path) -> None:
    files = staged(tmp_path / "second", bill_csv="1")
    (files / "password.csv").symlink_to("/etc/passwd")
    with pytest.raises(NotPublishable, match=r"password\.csv"):
        shelf.publish(BILLING, files, facts())


def test_a_damaged_manifest_publishes_nothing(shelf: Shelf) -> None:
    (shelf.folder / "manifest.json").write_text("{")
    assert shelf.published(BILLING) is None
