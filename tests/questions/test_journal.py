"""The log: what goes in comes out, in the neutral form too; nothing of one client reaches another."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from tollbook.questions import journal
from tollbook.questions.bank import bank_steps
from tollbook.questions.ground import Ground
from tollbook.questions.learner import Learner
from tollbook.questions.question import Question
from tollbook.questions.steps import read_log, read_step
from tollbook.questions.suggesting import suggest
from tollbook.questions.trail import Trail
from tollbook.storage.sqlite import SqliteDocuments

CANARY = "canary-4711"
NOW = datetime(2026, 10, 20, 9, tzinfo=UTC)


@pytest.fixture
def documents(tmp_path: Path) -> SqliteDocuments:
    return SqliteDocuments(tmp_path / "documents.sqlite")


def test_a_question_is_kept_with_its_parent_and_marks(documents: SqliteDocuments) -> None:
    one = journal.note(documents, Question(), client="a-b", role="client", via="widget", at=NOW, seconds=0.2, rows=1,
                       shown=[Question(grain="day")])  # fmt: skip
    two = journal.note(documents, Question(grain="day"), client="a-b", session=one.session, parent=one.id,
                       at=NOW + timedelta(minutes=1))  # fmt: skip
    assert journal.entries(documents, "a-b") == [one, two]
    journal.mark(documents, one.id, "pinned", Question(grain="day"), client="a-b")
    assert journal.marks(documents, "a-b") == {("pinned", Question(grain="day").template_hash): 1}
    with pytest.raises(journal.UnknownEntry):
        journal.mark(documents, one.id, "pinned", Question(), client="other")
    with pytest.raises(journal.UnknownMark):
        journal.mark(documents, one.id, "liked", Question(), client="a-b")


def test_the_log_is_written_out_in_the_neutral_form(
    documents: SqliteDocuments, frame: pd.DataFrame, ground_of: Callable[..., Ground]
) -> None:
    one = journal.note(documents, Question(), client="a-b", at=NOW)
    journal.note(documents, Question(filters=(("country", "=", "DE"),)), client="a-b", session=one.session,
                 parent=one.id, at=NOW + timedelta(minutes=1))  # fmt: skip
    rows = json.loads(json.dumps(journal.export(journal.entries(documents, "a-b"))))
    fields = [{"name": one.name, "role": one.role} for one in ground_of(frame).schema.fields.values()]
    log = read_log({"name": "usage", "fields": fields}, rows)
    assert not log.refused
    assert [(one.number, one.parent) for one in log.steps] == [(1, None), (2, 1)]
    assert log.steps[1].view.filters == (("country", "=", "DE"),)


def test_common_questions_fade(documents: SqliteDocuments) -> None:
    old, new = Question(dimensions=("hour",)), Question(dimensions=("country",))
    for days in (200, 190, 180):
        journal.note(documents, old, client="a-b", at=NOW - timedelta(days=days))
    journal.note(documents, new, client="a-b", at=NOW)
    assert [one for one, _ in journal.common(journal.entries(documents, "a-b"))] == [new, old]


def test_nothing_of_one_client_reaches_another(
    documents: SqliteDocuments, frame: pd.DataFrame, ground_of: Callable[..., Ground]
) -> None:
    with_name = Question(("undelivered",), ("hour",), (("campaign", "=", CANARY),), period="last 7 days")
    plain = Question(("undelivered",), ("hour",), period="last 7 days")
    for client in ("one-a", "two-b"):
        journal.note(documents, with_name, client=client, at=NOW)
        journal.note(documents, plain, client=client, at=NOW)
    clients = ["one-a", "two-b", "three-c"]
    assert journal.shared_templates(documents, clients) == []  # two clients are too few
    journal.note(documents, plain, client="three-c", at=NOW)
    journal.note(documents, with_name, client="three-c", at=NOW)
    shared = journal.shared_templates(documents, clients)
    assert shared == [plain]  # with a value: never, however many asked it
    ground = ground_of(frame, client="other-d")
    learner = Learner(ground.schema, personal=True)
    own = journal.export(journal.entries(documents, "other-d"))
    learner.fit([*bank_steps(), *(read_step(row) for row in own)])
    found = suggest(ground, learner, Trail("now", "me").stand(None), limit=40, shared=shared)
    assert CANARY not in repr(found)
    assert CANARY not in repr(learner.known)
    assert plain in [one.question for one in found]
