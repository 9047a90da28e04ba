"""The last minutes: by minute, for every client that has any, from the documents alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from little_book import LittleBook, message

from tollbook.usage.live import FRESH, MINUTES, read_live, refresh_live

NOW = datetime(2026, 10, 1, 12, 0, 30, tzinfo=UTC)


def refreshed(book: LittleBook, now: datetime = NOW) -> None:
    refresh_live(book.connection, book.ledger, book.documents, now=now)


def at(minutes: float) -> str:
    return (NOW - timedelta(minutes=minutes)).isoformat()


def test_messages_count_in_the_minute_of_their_submission(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    rows = [message("a", at=at(0)), message("b", "sent", at(0.4)), message("c", "failed", at(3), segments="2")]
    book.take({"tollbook/a.csv": [*rows, message("d", at=at(59), account="B1"), message("old", at=at(61))]})
    refreshed(book)
    live = read_live(book.documents, ["acme", "bolt", "nobody"])
    assert live["acme"].as_of == NOW
    assert live["acme"].batch == 1
    assert live["acme"].minutes.shape == (MINUTES, 4)
    assert live["acme"].minutes.iloc[-4:].to_numpy().tolist() == [[1, 2, 1, 0], [0] * 4, [0] * 4, [2, 2, 1, 1]]
    assert (live["acme"].total(), live["acme"].total("segments", minutes=1), live["acme"].delivery_rate()) == (
        3,
        2,
        0.5,
    )
    assert live["bolt"].minutes["messages"].iloc[0] == 1
    assert (live["nobody"].total(minutes=MINUTES), live["nobody"].delivery_rate()) == (0, None)


def test_a_late_receipt_changes_its_minute_and_adds_nothing(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("a", "sent", at(10))]})
    refreshed(book)
    assert read_live(book.documents, ["acme"])["acme"].delivery_rate() is None
    book.take({"tollbook/b.csv": [message("a", "delivered", at(10))]})
    refreshed(book)
    live = read_live(book.documents, ["acme"])["acme"]
    assert (live.total(minutes=MINUTES), live.delivery_rate(), live.batch) == (1, 1.0, 2)


def test_minutes_move_on_without_new_files(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("a", at=at(0))]})
    refreshed(book)
    refreshed(book, NOW + timedelta(minutes=20))
    assert read_live(book.documents, ["acme"])["acme"].minutes["messages"].iloc[-21] == 1
    refreshed(book, NOW + timedelta(minutes=70))
    assert read_live(book.documents, ["acme"])["acme"].total(minutes=MINUTES) == 0


def test_what_nobody_refreshes_is_not_live(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    never = read_live(book.documents, ["acme"])["acme"]
    assert (never.as_of, never.batch, never.is_fresh(NOW), never.total(minutes=MINUTES)) == (None, 0, False, 0)
    refreshed(book)
    live = read_live(book.documents, ["acme"])["acme"]
    assert (live.is_fresh(NOW + FRESH), live.is_fresh(NOW + FRESH + timedelta(seconds=1))) == (True, False)


def test_the_lag_is_that_of_a_follower_that_runs(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    refreshed(book)
    for running, lag in ((True, 1.5), (False, None)):
        book.documents.put("state", "follow", {"running": running, "lag": 1.5})
        assert read_live(book.documents, ["acme"])["acme"].lag == lag
