"""Checking a mapping: what a file would become, and that nothing is posted."""

from pathlib import Path, PurePosixPath

from little_book import SOURCES, csv_text, message

from tollbook.usage.checking import check_source
from tollbook.usage.mapping import read_mapping

PLAIN = read_mapping(SOURCES / "tollbook.yaml")
NAME = PurePosixPath("tollbook/a.csv")


def test_first_rows_and_refusals_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([message("m1"), message("m2", "arrived"), message("m3", account="Z9")]), "utf-8")
    checked = check_source(path, PLAIN, accounts={("tollbook", "A1"): "acme"}, name=NAME)
    assert (checked.read, checked.mapped, checked.reasons) == (3, 2, {"bad_status": 1})
    assert [row["client"] for row in checked.rows] == ["acme", "(no client has Z9)"]
    assert checked.rows[0]["recipient_masked"] == "+4477*****23"
    assert [(row["line"], row["reason"]) for row in checked.refused] == [(3, "bad_status")]
    assert "447700900123" not in repr(checked)
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("colour,size\nred,1\n", "utf-8")
    checked = check_source(path, PLAIN, accounts={}, name=NAME)
    assert "the header has no column for message_id" in checked.fault
    path.write_bytes(b"")
    assert check_source(path, PLAIN, accounts={}, name=NAME).fault == "no header line"
