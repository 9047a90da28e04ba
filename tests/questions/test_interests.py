"""What the log says of a client's interests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tollbook.questions import journal
from tollbook.questions.interests import NONE, read_interests
from tollbook.questions.question import Question
from tollbook.storage.sqlite import SqliteDocuments

NOW = datetime.now(UTC)
HOURS, PLACES = Question(dimensions=("hour",)), Question(dimensions=("country",))


@pytest.fixture
def documents(tmp_path: Path) -> SqliteDocuments:
    return SqliteDocuments(tmp_path / "documents.sqlite")


def test_who_never_asked_has_no_interests(documents: SqliteDocuments) -> None:
    assert read_interests(documents, "a-b", until=NOW.date()) == NONE


def test_what_was_asked_often_and_lately_comes_first_and_only_this_clients(documents: SqliteDocuments) -> None:
    for days in (1, 2, 3):
        journal.note(documents, HOURS, client="a-b", at=NOW - timedelta(days=days))
    journal.note(documents, PLACES, client="a-b", at=NOW - timedelta(days=200))
    journal.note(documents, Question(dimensions=("channel",)), client="other", at=NOW)
    found = read_interests(documents, "a-b", until=NOW.date())
    assert [question.dimensions for question, _ in found.asked] == [("hour",), ("country",)]
    assert found.asked[0][1] == pytest.approx(3, abs=0.1)
    assert found.asked[1][1] == pytest.approx(0.1, abs=0.05)


def test_a_report_of_an_earlier_day_does_not_know_later_questions(documents: SqliteDocuments) -> None:
    entry = journal.note(documents, HOURS, client="a-b", at=NOW)
    journal.mark(documents, entry.id, "pinned", PLACES, client="a-b")
    assert read_interests(documents, "a-b", until=NOW.date() - timedelta(days=1)) == NONE


def test_a_pin_holds_until_it_is_dismissed(documents: SqliteDocuments) -> None:
    entry = journal.note(documents, HOURS, client="a-b", at=NOW)
    for question in (PLACES, HOURS):
        journal.mark(documents, entry.id, "pinned", question, client="a-b")
    assert read_interests(documents, "a-b", until=NOW.date()).pinned == (PLACES, HOURS)
    journal.mark(documents, entry.id, "dismissed", PLACES, client="a-b")
    assert read_interests(documents, "a-b", until=NOW.date()).pinned == (HOURS,)


def test_marks_of_one_millisecond_keep_their_order(documents: SqliteDocuments) -> None:
    for _ in range(20):
        for how in ("pinned", "dismissed"):
            journal.mark(documents, "", how, PLACES, client="a-b")
    assert [how for how, _ in journal.marked(documents, "a-b")] == 20 * ["pinned", "dismissed"]


def test_a_mark_of_a_form_no_longer_known_is_passed_over(documents: SqliteDocuments) -> None:
    old = {"client": "a-b", "entry": "", "how": "pinned", "template": "0", "question": {"measures": ["x"]}, "at": NOW}
    documents.insert(journal.MARKED, "1", old)
    assert read_interests(documents, "a-b", until=NOW.date()).pinned == ()
