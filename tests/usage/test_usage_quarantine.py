"""The quarantine: refused rows by file, numbers masked, and written the same when a file is taken in again."""

import json
from pathlib import Path

from little_book import LittleBook, counts, message

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


def retried(book: LittleBook) -> dict[str, int]:
    return counts(book.take(retry=True))


def test_retry_posts_what_a_mended_account_makes_right(tmp_path: Path) -> None:
    book = LittleBook(tmp_path, {("tollbook", "A1"): "acme"})
    book.take({"tollbook/a.csv": [message("m1"), message("m2", account="B1"), message("m3", "arrived"), message("m1")]})
    assert book.reasons() == [("tollbook/a.csv", 3, "unknown_client"), ("tollbook/a.csv", 4, "bad_status")]
    book.accounts = {("tollbook", "A1"): "acme", ("tollbook", "B1"): "bolt"}
    assert retried(book) == {"read": 4, "posted": 2, "duplicate": 1, "quarantined": 1}
    assert book.reasons() == [("tollbook/a.csv", 4, "bad_status")]
    assert book.standing("client, message_id, source_line") == [("acme", "m1", 2), ("bolt", "m2", 3)]
    # Nothing more to mend: nothing changes but the batch.
    assert retried(book) == {"read": 4, "posted": 2, "duplicate": 1, "quarantined": 1}
    assert len(book.standing("message_id")) == 2


def test_retry_of_one_file_leaves_the_others_in_quarantine(tmp_path: Path) -> None:
    book = LittleBook(tmp_path, {})
    book.take({f"tollbook/{name}.csv": [message(name), message(f"{name}2", "arrived")] for name in "abc"})
    book.land({"tollbook/d.csv": (book.landing / "tollbook" / "a.csv").read_bytes()})  # the same bytes once more
    book.accounts = {("tollbook", "A1"): "acme"}
    assert retried(book) == {"read": 6, "posted": 3, "quarantined": 3}
    assert book.reasons() == [(f"tollbook/{name}.csv", 3, "bad_status") for name in "abc"]


def test_retry_after_the_last_row_is_right_empties_the_quarantine(tmp_path: Path) -> None:
    book = LittleBook(tmp_path, {})
    book.take({"tollbook/a.csv": [message("m1")]})
    book.accounts = {("tollbook", "A1"): "acme"}
    assert retried(book) == {"read": 1, "posted": 1}
    assert book.reasons() == []
    assert retried(book) == {}


def test_retry_reads_only_the_refused_items_of_a_line(tmp_path: Path) -> None:
    book = LittleBook(tmp_path, {("telemessage", "30982"): "acme"})
    people = [("+447700900123", "2501"), ("+447700900124", "2999"), ("+447700900125", "2501")]
    line = {
        "companyId": "30982",
        "messageID": 1,
        "from": "Acme",
        "date": 1790845200000,
        "recipients": [
            {"recipient": {"type": "SMS", "value": number}, "status": status, "statusDate": 1790845205000}
            for number, status in people
        ],
    }
    assert counts(book.take({"telemessage/a.jsonl": json.dumps(line) + "\n"})) == {
        "read": 3,
        "posted": 2,
        "quarantined": 1,
    }
    mended = next(one for one in book.sources if one.source == "telemessage")
    mended.fields["status"].values["2999"] = "unknown"
    assert retried(book) == {"read": 3, "posted": 3}
    assert len(book.standing("recipient_token")) == 3
