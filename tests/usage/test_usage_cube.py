"""The cube: what the rater reads of a client's period, now and as of an earlier batch."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
from little_book import LittleBook, message, utc

from tollbook.usage.cube import Cell, Wanted, cells_of, read_cube
from tollbook.usage.rollups import read_rollups

OCTOBER = (utc("2026-10-01 00:00"), utc("2026-11-01 00:00"))


def cube(book: LittleBook, zone: str = "UTC", batch: int | None = None) -> list[Cell]:
    everything = Wanted("acme", OCTOBER, zone, frozenset({"category", "campaign"}))
    return read_cube(book.connection, book.ledger, everything, batch=batch)


def test_a_cell_sums_what_has_everything_in_common(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    rows = [message(f"m{number}", segments="2", network="23415", campaign="autumn") for number in range(3)]
    book.take({"tollbook/a.csv": [*rows, message("x", "failed"), message("other", account="B1")]})
    day = date(2026, 10, 1)
    assert cube(book) == [
        Cell(day, "sms", "mt", "GB", "", "", "", "failed", "USD", 1, 1, Decimal("0.01"), units=Decimal(1)),
        Cell(
            day, "sms", "mt", "GB", "23415", "", "autumn", "delivered", "USD", 3, 6, Decimal("0.03"), units=Decimal(6)
        ),
    ]


def test_days_are_cut_in_the_clients_zone_and_the_period_excludes_its_end(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    times = ("2026-09-30T23:59:59Z", "2026-10-01T00:00:00Z", "2026-10-01T22:00:00Z", "2026-11-01T00:00:00Z")
    book.take({"tollbook/a.csv": [message(f"m{number}", at=at) for number, at in enumerate(times)]})
    assert [(cell.day.day, cell.messages) for cell in cube(book)] == [(1, 2)]
    assert [(cell.day.day, cell.messages) for cell in cube(book, "Asia/Jerusalem")] == [(1, 1), (2, 1)]


def test_parts_of_a_message_are_segments_of_one_message(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", part=str(part)) for part in (1, 2, 3)] + [message("m2", part="0")]})
    (cell,) = cube(book)
    assert (cell.messages, cell.segments, cell.cost) == (2, 4, Decimal("0.04"))


def test_an_earlier_batch_reads_as_it_was(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", "sent")]})
    book.take({"tollbook/b.csv": [message("m1", "delivered"), message("m2", "delivered")]})
    assert [(cell.status, cell.messages) for cell in cube(book, batch=0)] == []
    assert [(cell.status, cell.messages) for cell in cube(book, batch=1)] == [("sent", 1)]
    assert [(cell.status, cell.messages) for cell in cube(book)] == [("delivered", 2)]


def test_a_usage_frame_gives_the_same_cells(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    rows = [message(f"m{hour}", at=f"2026-10-01T{hour:02}:00:00Z", cost="0.005") for hour in range(5)]
    book.take({"tollbook/a.csv": rows})
    book.roll(acme="UTC")
    usage: pd.DataFrame = read_rollups(book.documents, "acme", date(2026, 10, 1), date(2026, 10, 31))
    assert len(usage) == 5
    assert cells_of(usage) == cube(book)
