"""Events: reports of a status without a submission time, such as WhatsApp's and some receipts."""

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from little_book import SOURCES, LittleBook, Row, counts, message

from tollbook.usage.mapping import Events, Source, read_mapping

PLAIN = read_mapping(SOURCES / "tollbook.yaml")


def events_book(folder: Path, look_back: int = 35) -> LittleBook:
    """The plain layout, in which rows without a submission time are events."""
    source: Source = PLAIN.model_copy(update={"events": Events(look_back=look_back)})
    return LittleBook(folder, sources=[source])


def event(status: str, at: str, **more: str) -> Row:
    return {**message("m1", status, ""), "cost": "", "segments": "", "status_at": at, **more}


SUBMISSION = message("m1", "sent", "2026-10-01T09:00:00Z", segments="3", cost="0.30")
DELIVERED = event("delivered", "2026-10-02T09:00:05Z")
READ = event("read", "2026-10-03T10:00:00Z")
SENT = event("sent", "2026-10-01T23:59:00Z")
STANDS = "submitted_at::varchar, status, status_at::varchar, segments, cost::varchar, flags"


def test_an_event_finds_its_message_and_changes_only_its_status(tmp_path: Path) -> None:
    book = events_book(tmp_path)
    book.take({"tollbook/a.csv": [SUBMISSION]})
    assert counts(book.take({"tollbook/b.csv": [DELIVERED]})) == {"read": 1, "posted": 1, "late": 1}
    assert book.standing(STANDS) == [
        ("2026-10-01 09:00:00+00", "delivered", "2026-10-02 09:00:05+00", 3, "0.30000000", "RECEIPT")
    ]


def test_without_its_message_an_event_counts_at_its_own_time_and_is_flagged(tmp_path: Path) -> None:
    book = events_book(tmp_path)
    book.take({"tollbook/a.csv": [DELIVERED]})
    ((submitted, status, *_, flags),) = book.standing(STANDS)
    assert (submitted, status, flags) == ("2026-10-02 09:00:05+00", "delivered", "COST_MISSING,NO_SUBMISSION")


def test_the_submission_that_comes_later_replaces_it_and_keeps_the_status(tmp_path: Path) -> None:
    book = events_book(tmp_path)
    book.take({"tollbook/a.csv": [DELIVERED]})
    assert counts(book.take({"tollbook/b.csv": [SUBMISSION]})) == {"read": 1, "posted": 1, "late": 1}
    assert book.standing(STANDS) == [
        ("2026-10-01 09:00:00+00", "delivered", "2026-10-02 09:00:05+00", 3, "0.30000000", "RECEIPT")
    ]


def test_events_alone_count_at_the_earliest(tmp_path: Path) -> None:
    book = events_book(tmp_path)
    book.take({"tollbook/a.csv": [READ]})
    book.take({"tollbook/b.csv": [SENT]})
    assert counts(book.take({"tollbook/c.csv": [DELIVERED]})) == {"read": 1, "superseded": 1}
    # Of `sent` only the time was kept, so that its repetition counts as an older status.
    again = counts(book.take({"tollbook/d.csv": [SENT, READ]}))
    assert again == {"read": 2, "duplicate": 1, "superseded": 1}
    assert [row[:2] for row in book.standing(STANDS)] == [("2026-10-01 23:59:00+00", "read")]


@pytest.mark.parametrize(("look_back", "records"), [(35, 1), (5, 2)])
def test_an_event_looks_back_so_many_days(tmp_path: Path, look_back: int, records: int) -> None:
    book = events_book(tmp_path, look_back)
    book.take({"tollbook/a.csv": [SUBMISSION]})
    book.take({"tollbook/b.csv": [event("delivered", "2026-10-20T09:00:00Z")]})
    assert len(book.standing(STANDS)) == records


REPORTS = [
    SUBMISSION,
    {**SUBMISSION, "status": "undelivered", "cost": "0.20", "status_at": "2026-10-01T12:00:00Z"},
    SENT,
    DELIVERED,
    READ,
    event("undelivered", "2026-10-02T07:00:00Z"),
]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(REPORTS), min_size=1, max_size=6), st.integers(0, 6), st.randoms(use_true_random=False))
def test_order_repetition_and_grouping_change_nothing_that_stands(
    tmp_path_factory: pytest.TempPathFactory, reports: list[Row], cut: int, random: object
) -> None:
    shuffled = reports + reports[:2]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = (events_book(tmp_path_factory.mktemp("book")) for _ in range(2))
    one.take({"tollbook/a.csv": reports})
    pieces = {"tollbook/a.csv": shuffled[:cut], "tollbook/b.csv": shuffled[cut:]}
    taken = [two.take({name: rows}) for name, rows in pieces.items() if rows]
    assert all(total.balanced for report in taken for total in report.files)
    # Who brought the last change (the file, the line) depends on the order; flags of missing costs on the event kept.
    columns = "submitted_at, status, status_at, segments, cost, flags"
    assert one.standing(columns) == two.standing(columns)
    assert len(two.standing("message_id")) == 1
    assert {row[0] for row in two.query("select sum(sign) from ledger group by all")} <= {0, 1, 2}


def test_every_order_of_all_kinds_stands_the_same(tmp_path: Path) -> None:
    found = set()
    for number, order in enumerate(permutations([SUBMISSION, SENT, DELIVERED])):
        book = events_book(tmp_path / str(number))
        for place, row in enumerate(order):
            book.take({f"tollbook/{place}.csv": [row]})
        found.add(tuple(book.standing(STANDS)))
    assert len(found) == 1
