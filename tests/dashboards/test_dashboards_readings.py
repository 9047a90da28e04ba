from datetime import UTC, datetime, timedelta

from planted_book import NOW, TODAY, PlantedBook

from tollbook.dashboards.link import Choice
from tollbook.dashboards.readings import Readings


def readings(book: PlantedBook, now: datetime = NOW) -> Readings:
    return Readings(book, clock=lambda: now)


def test_an_unfinished_day_is_compared_up_to_the_same_hour(book: PlantedBook) -> None:
    reading = readings(book).read(Choice("birch", "7d"))
    # Planted: 3 at 08:00 and 3 at 18:00 a day; it is half past nine, so the last day before ends with its morning.
    assert int(reading.before["messages"].sum()) == 6 * 6 + 3
    late = readings(book, NOW.replace(hour=20)).read(Choice("birch", "7d"))
    assert int(late.before["messages"].sum()) == 7 * 6


def test_a_month_that_is_over_is_compared_whole(book: PlantedBook) -> None:
    reading = readings(book).read(Choice("birch", "2026-10"))
    assert (int(reading.now["messages"].sum()), int(reading.before["messages"].sum())) == (31 * 6, 30 * 6)


def test_the_stamp_is_in_the_clients_time_zone(book: PlantedBook) -> None:
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    reading = readings(book, summer).read(Choice("birch", "7d"))
    assert reading.at.hour == 0
    assert reading.today == summer.date() + timedelta(days=1)


def test_a_shorter_period_costs_no_second_query(book: PlantedBook) -> None:
    kept = readings(book)
    for period in ("30d", "7d", "30d"):
        kept.read(Choice("acorn", period))
    assert len(book.reads) == 1


def test_a_longer_period_widens_what_is_kept(book: PlantedBook) -> None:
    kept = readings(book)
    kept.read(Choice("acorn", "2026-10"))
    kept.read(Choice("acorn", "7d"))
    assert book.reads[-1] == ("acorn", datetime(2026, 9, 1, tzinfo=UTC).date(), TODAY)
    kept.read(Choice("acorn", "2026-10"))
    assert len(book.reads) == 2


def test_a_new_version_of_the_ledger_is_read_again(book: PlantedBook) -> None:
    kept = readings(book)
    kept.read(Choice("acorn", "7d"))
    book.rollup_batch += 1
    assert kept.read(Choice("acorn", "7d")).batch == book.rollup_batch
    assert len(book.reads) == 2


def test_a_client_without_usage_has_an_empty_reading(book: PlantedBook) -> None:
    reading = readings(book).read(Choice("silent", "30d"))
    assert reading.latest is None
    assert len(reading.now) == len(reading.before) == 0
