"""The night: answers lie ready, pins first; the refit tells how well the log was predicted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

import tollbook
from tollbook.questions import journal
from tollbook.questions.desk import Desk, open_desk
from tollbook.questions.nightly import PREPARED, REFITS, prepared_answers, refit
from tollbook.questions.question import Question
from tollbook.settings import Settings

CLIENT, NOW = "harbour-bank", datetime(2026, 10, 20, tzinfo=UTC)
PIN, HABIT = Question(dimensions=("hour",), period="last 7 days"), Question(("undelivered",), ("country",))


@pytest.fixture
def desk(demo_project: Settings) -> Iterator[Desk]:
    """A client's desk with a habit and a pin in the log; taken out again, as the demo is shared."""
    documents = tollbook.open(demo_project).documents
    for collection in (journal.COLLECTION, journal.MARKED):
        documents.delete(collection, [one["_id"] for one in documents.find(collection, {"client": CLIENT})])
    for number in range(4):
        journal.note(documents, HABIT, client=CLIENT, session=f"s{number}", at=NOW + timedelta(minutes=number))
    made = open_desk(tollbook.open(demo_project), CLIENT, "2026-10")
    made.mark("pinned", PIN)
    yield made
    for collection in (journal.COLLECTION, journal.MARKED):
        documents.delete(collection, [one["_id"] for one in documents.find(collection, {"client": CLIENT})])


def test_answers_lie_ready_pins_first_then_habits(desk: Desk) -> None:
    found = refit(desk)
    assert (found.questions, found.prepared, found.alarms) == (4, PREPARED, 0)
    assert found.hit3 is not None
    ready = prepared_answers(desk.book.documents, CLIENT, "2026-10-31")
    assert [one.question for one in ready[:2]] == [PIN, HABIT]
    answer = desk.answer(HABIT)
    assert ready[1].said == answer.said
    assert sum(row["undelivered"] for row in ready[1].rows) == answer.frame["undelivered"].sum()
    stored = desk.book.documents.get(REFITS, CLIENT)
    assert stored is not None
    assert stored["questions"] == 4


def test_another_night_replaces_what_lies_ready(desk: Desk) -> None:
    refit(desk)
    desk.mark("dismissed", PIN)
    refit(desk)
    ready = prepared_answers(desk.book.documents, CLIENT, "2026-10-31")
    assert PIN not in [one.question for one in ready]
    assert len(ready) == PREPARED


def test_pins_and_dismissals_change_the_next_suggestions(desk: Desk) -> None:
    assert desk.pins() == [PIN]
    first = desk.suggest()[0].question
    desk.mark("dismissed", first)
    assert first not in [one.question for one in desk.suggest()]
    desk.mark("pinned", first)  # taken back
    assert first in [one.question for one in desk.suggest()]
    assert PIN in [one.question for one in desk.suggest(limit=20)]
