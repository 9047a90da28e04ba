"""Rollups: a client's days by the hour, right after every change of ledger, zone or crash."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from little_book import LittleBook, message

from tollbook.usage.latency import BOUNDS
from tollbook.usage.rollups import RollupsTooOld, last_day, read_receipts, read_rollups, read_sender_days


def rolled(
    book: LittleBook, columns: str = "day hour status messages", client: str = "acme"
) -> list[tuple[object, ...]]:
    usage = read_rollups(book.documents, client, date.min, date.max)
    usage["day"] = usage["day"].dt.strftime("%m-%d")
    return sorted(usage[columns.split()].itertuples(index=False, name=None))


def test_a_day_is_made_of_its_hours(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    times = ("2026-10-01T09:10:00Z", "2026-10-01T09:50:00Z", "2026-10-01T10:00:00Z")
    book.take({"tollbook/a.csv": [message(f"m{number}", at=at) for number, at in enumerate(times)]})
    assert book.roll(acme="UTC") == 1
    assert rolled(book) == [("10-01", 9, "delivered", 2), ("10-01", 10, "delivered", 1)]
    assert sum(read_rollups(book.documents, "acme", date.min, date.max)["cost"]) == Decimal("0.03")


def test_only_days_that_changed_are_made_again(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1"), message("m2", at="2026-10-02T09:00:00Z", status="sent")]})
    assert (book.roll(acme="UTC"), book.roll(acme="UTC")) == (2, 0)
    book.take({"tollbook/b.csv": [message("m2", at="2026-10-02T09:00:00Z", status="delivered")]})
    assert book.roll(acme="UTC") == 1
    assert rolled(book) == [("10-01", 9, "delivered", 1), ("10-02", 9, "delivered", 1)]


def test_a_day_whose_usage_moved_away_becomes_empty(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", "sent", "2026-10-01T23:59:00Z")]})
    book.roll(acme="UTC")
    book.take({"tollbook/b.csv": [message("m1", "delivered", "2026-10-02T00:01:00Z")]})
    book.roll(acme="UTC")
    assert rolled(book) == [("10-02", 0, "delivered", 1)]


def test_a_change_of_zone_cuts_the_days_anew(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", at="2026-10-01T22:30:00Z"), message("m2")]})
    book.roll(acme="UTC")
    assert [row[:2] for row in rolled(book)] == [("10-01", 9), ("10-01", 22)]
    book.roll(acme="Asia/Jerusalem")
    assert [row[:2] for row in rolled(book)] == [("10-01", 12), ("10-02", 1)]


def test_a_zone_of_half_hours(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    times = ("2026-10-01T18:29:00Z", "2026-10-01T18:30:00Z", "2026-10-01T19:29:00Z", "2026-10-01T19:30:00Z")
    book.take({"tollbook/a.csv": [message(f"m{number}", at=at) for number, at in enumerate(times)]})
    book.roll(acme="Asia/Kolkata")
    assert rolled(book, "day hour messages") == [("10-01", 23, 1), ("10-02", 0, 2), ("10-02", 1, 1)]


def test_the_hour_that_comes_twice_in_autumn_counts_both(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    times = ("2026-10-24T22:30:00Z", "2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z")
    book.take({"tollbook/a.csv": [message(f"m{number}", at=at) for number, at in enumerate(times)]})
    book.roll(acme="Europe/London")
    assert rolled(book, "day hour messages") == [("10-24", 23, 1), ("10-25", 0, 1), ("10-25", 1, 1)]
    book.take({"tollbook/b.csv": [message("again", at="2026-10-25T01:30:00Z")]})
    book.roll(acme="Europe/London")
    assert rolled(book, "day hour messages")[-1] == ("10-25", 1, 2)


def test_a_client_that_is_not_known_yet_is_rolled_up_once_it_is(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1"), message("m2", account="B1")]})
    book.roll(acme="UTC")
    assert rolled(book, client="bolt") == []
    book.roll(acme="UTC", bolt="UTC")
    assert rolled(book, client="bolt") == [("10-01", 9, "delivered", 1)]


def test_an_older_rollup_never_replaces_a_newer_one(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", "sent")]})
    book.roll(acme="UTC")
    stale = book.documents.get("rollups", "acme|2026-10-01")
    assert stale
    book.take({"tollbook/b.csv": [message("m1", "delivered")]})
    book.roll(acme="UTC")
    assert book.documents.replace_if_newer("rollups", [("acme|2026-10-01", stale)]) == 0
    assert rolled(book) == [("10-01", 9, "delivered", 1)]


def test_after_a_crash_before_the_state_the_days_are_simply_made_again(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1")]})
    book.roll(acme="UTC")
    before = rolled(book)
    book.documents.delete("state", ["rollups"])
    assert book.roll(acme="UTC") == 1
    assert rolled(book) == before


def test_last_day(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    assert last_day(book.documents, "acme") is None
    book.take({"tollbook/a.csv": [message("m1"), message("m2", at="2026-10-05T09:00:00Z")]})
    book.roll(acme="UTC")
    assert last_day(book.documents, "acme") == date(2026, 10, 5)


def waited(book: LittleBook, client: str = "acme") -> list[tuple[object, ...]]:
    """(day, upper bound of the class in seconds, messages) of what was delivered."""
    found = read_receipts(book.documents, client, date.min, date.max)
    bounds = (*BOUNDS, "later")
    rows = zip(found["day"].dt.strftime("%m-%d"), found["class"], found["messages"], strict=True)
    return [(day, bounds[place], messages) for day, place, messages in rows]


def delivered(message_id: str, seconds: str, **more: str) -> "dict[str, str]":
    return dict(message(message_id, final_at=f"2026-10-01T09:{seconds}Z", **more))


def test_receipts_are_counted_by_how_long_they_took(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    rows = [delivered("m1", "00:01"), delivered("m2", "00:01.000001"), delivered("m3", "00:02")]
    book.take({"tollbook/a.csv": [*rows, delivered("m4", "00:09", status="failed"), message("m5", "sent")]})
    book.roll(acme="UTC")
    assert waited(book) == [("10-01", 1, 1), ("10-01", 2, 2)]


def test_a_later_receipt_takes_the_place_of_the_earlier_one(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", "sent")]})
    book.roll(acme="UTC")
    assert waited(book) == []
    book.take({"tollbook/b.csv": [delivered("m1", "00:05", status_at="2026-10-01T09:00:05Z")]})
    book.roll(acme="UTC")
    assert waited(book) == [("10-01", 5, 1)]
    book.take({"tollbook/c.csv": [delivered("m1", "30:00", status="read", status_at="2026-10-01T09:30:00Z")]})
    book.roll(acme="UTC")
    assert waited(book) == [("10-01", 1800, 1)]


def test_rollups_made_before_receipts_and_senders_were_kept_are_made_anew(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [delivered("m1", "00:05")]})
    book.roll(acme="UTC")
    old, state = (book.documents.get(*where) for where in (("rollups", "acme|2026-10-01"), ("state", "rollups")))
    assert old
    assert state
    sent = list(read_sender_days(book.documents, "acme", date.min, date.max))
    del old["receipts"], state["shape"]
    book.documents.delete("senders", ["acme|2026-10-01"])
    book.documents.put("rollups", "acme|2026-10-01", {name: old[name] for name in old if name != "_id"})
    book.documents.put("state", "rollups", {name: state[name] for name in state if name != "_id"})
    with pytest.raises(RollupsTooOld, match="acme: its rollups hold no receipts"):
        waited(book)
    with pytest.raises(RollupsTooOld, match="acme: its rollups hold no senders"):
        list(read_sender_days(book.documents, "acme", date.min, date.max))
    assert book.roll(acme="UTC") == 1
    assert waited(book) == [("10-01", 5, 1)]
    assert list(read_sender_days(book.documents, "acme", date.min, date.max)) == sent
    assert [one[0] for one in sent] == ["2026-10-01"]
