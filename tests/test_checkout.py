"""The tests' own copies leave the book they copy as it was."""

import subprocess
import sys
from pathlib import Path

from checkout import copy_project
from tollbook.storage.sqlite import SqliteDocuments

_OTHER = """
import sys
from pathlib import Path
from tollbook.storage.sqlite import SqliteDocuments
SqliteDocuments(Path(sys.argv[1])).put("things", "b", {})
"""


def test_a_book_in_use_can_be_copied_while_another_process_comes_and_goes(tmp_path: Path) -> None:
    book = tmp_path / "book"
    documents = SqliteDocuments(book / "documents.sqlite")
    documents.put("things", "a", {})
    copied = copy_project(book, tmp_path / "copy")
    subprocess.run([sys.executable, "-c", _OTHER, documents.path], check=True)
    documents.put("things", "c", {})
    assert sorted(one["_id"] for one in SqliteDocuments(documents.path).find("things")) == ["a", "b", "c"]
    assert [one["_id"] for one in SqliteDocuments(copied / "documents.sqlite").find("things", {})] == ["a"]
