"""The landing folder: which files count, whose they are, and that a hash is taken once."""

from pathlib import Path

import pytest
from little_book import SOURCES, LittleBook, message

from tollbook.usage.landing import NoSuchFile, find_files, identify
from tollbook.usage.mapping import read_mappings


def test_hidden_and_partial_files_are_left_alone(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.land({f"tollbook/{name}": "x" for name in ("b.csv", "a.csv", ".c.csv", "d.csv.part", "e.tmp")})
    assert [path.name for path in find_files(book.landing, [])] == ["a.csv", "b.csv"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile, match=r"gone\.csv"):
        find_files(tmp_path, [tmp_path / "gone.csv"])


def test_no_landing_folder_is_no_files(tmp_path: Path) -> None:
    assert find_files(tmp_path / "landing", []) == []


def test_files_are_claimed_by_their_place_or_by_name(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    paths = book.land({"tollbook/a.csv": "x", "elsewhere/b.csv": "y"})
    mine, nobodys = identify(paths, book.landing, book.sources, book.documents)
    assert (mine.source and mine.source.source, nobodys.source) == ("tollbook", None)
    (forced,) = identify(paths[1:], book.landing, book.sources, book.documents, source="twilio")
    assert forced.source
    assert forced.source.source == "twilio"


def test_a_changed_file_gets_a_new_hash_and_an_unchanged_one_is_not_read_again(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    sources = read_mappings(SOURCES)
    (path,) = book.land({"tollbook/a.csv": [message("m1")]})
    (first,) = identify([path], book.landing, sources, book.documents)
    remembered = book.documents.get("landing", str(path))
    assert remembered
    assert remembered["sha"] == first.sha
    path.write_bytes(path.read_bytes() + b"\n")
    (second,) = identify([path], book.landing, sources, book.documents)
    assert second.sha != first.sha
