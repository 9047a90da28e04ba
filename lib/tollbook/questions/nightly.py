"""What is done overnight: the learner is refitted and tried on its own log, alarms told, common questions answered."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from tollbook.questions import journal
from tollbook.questions.answering import Answer
from tollbook.questions.bank import BANK, bank_steps
from tollbook.questions.desk import Desk
from tollbook.questions.habits import common_kinds
from tollbook.questions.learner import Learner
from tollbook.questions.question import Question, read_question
from tollbook.questions.steps import read_step
from tollbook.storage.documents import Documents

ANSWERS, REFITS = "question_answers", "question_refits"
PREPARED = 10


@dataclass(frozen=True, slots=True)
class Refit:
    """What a night's refit found.

    Attributes:
        questions: in the log.
        hit3: of the last questions (at most 200), how many moves were among the first three predicted before they
            were asked; None while there are none.
        alarms: how often people began to ask otherwise, as far as the log goes.
        prepared: answers that lie ready.
    """

    client: str
    questions: int
    hit3: float | None
    alarms: int
    prepared: int


def refit(desk: Desk) -> Refit:
    """Go through a client's log in the order of time as if each question were asked now, and prepare its answers."""
    learner = Learner(desk.ground.schema, personal=True)
    learner.follow(bank_steps())
    learner.recent.clear()
    learner.follow([read_step(row) for row in journal.export(desk.log)])
    hit3 = float(np.mean(learner.recent)) if learner.recent else None
    found = Refit(desk.client, len(desk.log), hit3, learner.drift.alarms, len(prepare_answers(desk)))
    desk.book.documents.put(REFITS, desk.client, {**asdict(found), "at": datetime.now(UTC)})
    return found


def prepare_answers(desk: Desk) -> list[Answer]:
    """Answer what this client asks every month, pins first, and keep the answers for whoever opens the month."""
    usual = [habit.questions[0] for habit in common_kinds(desk.log, limit=PREPARED)]
    chosen = list(dict.fromkeys([*desk.pins(), *usual, *BANK]))[:PREPARED]
    answers = [desk.answer(question) for question in chosen]
    known_to = desk.known_to.isoformat()
    held = [one["_id"] for one in desk.book.documents.find(ANSWERS, {"client": desk.client, "known_to": known_to})]
    new = {f"{desk.client}|{known_to}|{one.question.hash}": _document(desk, one, place)
           for place, one in enumerate(answers)}  # fmt: skip
    desk.book.documents.put_many(ANSWERS, new.items())
    desk.book.documents.delete(ANSWERS, set(held) - set(new))
    return answers


def _document(desk: Desk, one: Answer, place: int) -> dict[str, Any]:
    return {
        "client": desk.client, "known_to": desk.known_to.isoformat(), "place": place, "said": one.said,
        "question": one.question.canonical(), "sql": one.statement.sql,
        "rows": one.frame.to_json(orient="records", date_format="iso"),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prepared:
    """An answer that lies ready; `rows` are the answer's, dates as text."""

    question: Question
    said: str
    rows: list[dict[str, Any]]


def prepared_answers(documents: Documents, client: str, known_to: str) -> list[Prepared]:
    """What lies ready for a client as of a day (ISO): without opening any usage, within a few milliseconds."""
    found = documents.find(ANSWERS, {"client": client, "known_to": known_to}, sort=[("place", 1)])
    return [Prepared(read_question(one["question"]), str(one["said"]), json.loads(one["rows"])) for one in found]
