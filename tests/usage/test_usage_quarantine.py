"""The quarantine: refused rows by file, numbers masked, and written the same when a file is taken in again."""

from pathlib import Path

from little_book import LittleBook, message

from tollbook.usage.quarantine import COLUMNS


def test_an_empty_quarantine_has_its_columns(tmp_path: Path) -> None:
    assert list(LittleBook(tmp_path).quarantine.rows().columns) == list(COLUMNS)


def test_a_refused_row_shows_what_was_read_with_its_numbers_masked(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", "arrived", text="hello")]})
    (row,) = book.quarantine.rows().to_dict("records")
    assert (row["file"], row["line"], row["reason"]) == ("tollbook/a.csv", 2, "bad_status")
    assert '"status":"arrived"' in row["raw"]
    assert '"recipient":"+447***23"' in row["raw"]
    assert "hello" not in row["raw"]


def test_an_unknown_account_is_named(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", account="Z9")]})
    (detail,) = book.quarantine.rows()["detail"]
    assert detail == "no client has the account Z9 under tollbook"


def test_a_conflict_names_the_message_and_who_asked(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1")], "tollbook/b.csv": [message("m1", account="B1")]})
    (row,) = book.quarantine.rows().to_dict("records")
    assert (row["file"], row["line"], row["reason"]) == ("tollbook/b.csv", 2, "conflict")
    assert '"client":"bolt"' in row["raw"]


def test_rows_of_some_files_only(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    report = book.take({f"tollbook/{name}.csv": [message(name, "arrived")] for name in "ab"})
    (sha,) = (one.sha for one in report.files if one.file == "tollbook/b.csv")
    assert list(book.quarantine.rows([sha])["file"]) == ["tollbook/b.csv"]


def test_formulas_and_markup_stay_text(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    evil = '=HYPERLINK("http://x","y")<script>alert(1)</script>'
    book.take({"tollbook/a.csv": [message("m1", "arrived", sender=evil), message("m2", sender=evil)]})
    assert book.standing("sender") == [(evil,)]
    assert len(book.quarantine.rows()) == 1
