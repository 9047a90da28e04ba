"""The log of questions: what was asked, by which role, from where, what was shown beside it and what was picked.

Kept in the documents (collection `questions`), one document a question. Nothing personal is in it but what the asker
typed into filters; it leaves the project only through `export`, in the neutral form.
"""

import time
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tollbook.errors import TollbookError
from tollbook.questions.question import Question, read_question, to_view
from tollbook.questions.steps import write_view
from tollbook.questions.timespan import read_period
from tollbook.storage.documents import Documents

COLLECTION, MARKED = "questions", "question_marks"
MARKS = ("picked", "pinned", "dismissed")
LEAST_CLIENTS = 3


class UnknownEntry(TollbookError):
    """A mark on a question that was never asked, or by another client."""

    def __init__(self, id_: str) -> None:
        super().__init__(f"no question {id_[:40]!r} in the log of this client")


class UnknownMark(TollbookError):
    """A mark there is not."""

    def __init__(self, mark: str) -> None:
        super().__init__(f"unknown mark {mark[:40]!r}: use {', '.join(MARKS)}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A question that was asked.

    Attributes:
        id: of the entry.
        session: one visit; steps of a session belong together.
        parent: id of the entry whose view it was asked from, "" for none.
        role: who asked: analyst, account-manager, client, scheduler.
        via: widget, notebook, cli or text.
        seconds: the answer took.
        rows: the answer had.
        shown: hashes of the suggestions that stood beside it, in order.
    """

    id: str
    client: str
    session: str
    parent: str
    role: str
    via: str
    at: datetime
    question: Question
    seconds: float = 0.0
    rows: int = 0
    shown: tuple[str, ...] = ()


def note(  # noqa: PLR0913 - as many facts as a question has
    documents: Documents,
    question: Question,
    *,
    client: str,
    session: str = "",
    parent: str = "",
    role: str = "analyst",
    via: str = "notebook",
    at: datetime | None = None,
    seconds: float = 0.0,
    rows: int = 0,
    shown: Sequence[Question] = (),
) -> Entry:
    """Write a question down; a session is made up when none is given."""
    id_ = _new_id()
    hashes = tuple(one.hash for one in shown)
    entry = Entry(
        id_, client, session or id_, parent, role, via, at or datetime.now(UTC), question, seconds, rows, hashes
    )
    document = {
        "client": client, "session": entry.session, "parent": parent, "role": role, "via": via, "at": entry.at,
        "question": question.canonical(), "hash": question.hash, "template": question.template_hash,
        "seconds": seconds, "rows": rows, "shown": list(hashes),
    }  # fmt: skip
    documents.insert(COLLECTION, id_, document)
    return entry


def mark(documents: Documents, id_: str, how: str, question: Question, *, client: str) -> None:
    """Write down that a suggestion was picked, pinned or dismissed.

    Args:
        documents: the store.
        id_: the entry it was shown beside; "" when it stood alone.
        how: picked, pinned or dismissed. The last of pinned and dismissed holds.
        question: the suggestion.
        client: whose.

    Raises:
        UnknownMark: another word.
        UnknownEntry: no such entry of this client.
    """
    if how not in MARKS:
        raise UnknownMark(how)
    found = documents.get(COLLECTION, id_) if id_ else {"client": client}
    if found is None or found["client"] != client:
        raise UnknownEntry(id_)
    one = {"client": client, "entry": id_, "how": how, "template": question.template_hash,
           "question": question.canonical(), "at": datetime.now(UTC)}  # fmt: skip
    documents.insert(MARKED, _new_id(), one)  # each a document of its own: two at once lose none


def marked(documents: Documents, client: str, *, until: date | None = None) -> list[tuple[str, Question]]:
    """A client's marks up to the end of a day (UTC), oldest first; those of a form no longer known are passed over."""
    found = []
    for one in documents.find(MARKED, {"client": client}, sort=[("at", 1)]):
        if until is not None and one["at"].date() > until:
            continue
        try:
            found.append((str(one["how"]), read_question(one["question"])))
        except TollbookError:
            continue
    return found


def pinned(marks: Iterable[tuple[str, Question]]) -> list[Question]:
    """Questions whose last mark, but for picks, is a pin; in the order of pinning."""
    held: dict[str, Question] = {}
    for how, question in marks:
        if how != "picked":
            held.pop(question.template_hash, None)
        if how == "pinned":
            held[question.template_hash] = question
    return list(held.values())


def count_marks(marks: Iterable[tuple[str, Question]]) -> Counter[tuple[str, str]]:
    """How often each (mark, template hash) was given; a pin takes back dismissals of before, and a dismissal pins."""
    counts: Counter[tuple[str, str]] = Counter()
    for how, question in marks:
        opposite = {"pinned": "dismissed", "dismissed": "pinned"}.get(how)
        counts.pop((opposite or "", question.template_hash), None)
        counts[how, question.template_hash] += 1
    return counts


def entries(documents: Documents, client: str) -> list[Entry]:
    """A client's questions, oldest first; entries of a form no longer known are passed over."""
    found = []
    for one in documents.find(COLLECTION, {"client": client}):
        try:
            question = read_question(one["question"])
        except TollbookError:
            continue
        found.append(
            Entry(one["_id"], client, one["session"], one["parent"], one["role"], one["via"], one["at"], question,
                  one["seconds"], one["rows"], tuple(one["shown"]))
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.at, one.id))


def marks(documents: Documents, client: str) -> Counter[tuple[str, str]]:
    """`count_marks` of a client."""
    return count_marks(marked(documents, client))


def export(found: Iterable[Entry]) -> list[dict[str, Any]]:
    """Entries in the neutral form of `sessions.jsonl`; the user is the role, never a name."""
    numbers: dict[str, int] = {}
    steps: dict[str, int] = {}
    rows = []
    for one in found:
        steps[one.session] = numbers[one.id] = steps.get(one.session, 0) + 1
        rows.append({
            "session": one.session, "user": f"{one.client}/{one.role}", "step": numbers[one.id],
            "parent": numbers.get(one.parent), "at": one.at.isoformat(), "question": write_view(to_view(one.question)),
        })  # fmt: skip
    return rows


def common(found: Iterable[Entry], *, half_life_days: float = 60.0) -> list[tuple[Question, float]]:
    """A client's common questions, most first: each template by its latest form, counted with decay by age."""
    every = list(found)
    if not every:
        return []
    latest = max(one.at for one in every)
    weights: dict[str, float] = {}
    newest: dict[str, Question] = {}
    for one in every:
        key = one.question.template_hash
        age = (latest - one.at).total_seconds() / 86_400
        weights[key] = weights.get(key, 0.0) + 2 ** (-age / half_life_days)
        newest[key] = one.question
    ranked = sorted(weights, key=lambda key: (-weights[key], key))
    return [(newest[key], weights[key]) for key in ranked]


def is_shareable(question: Question) -> bool:
    """Whether a question tells nothing of who asked it: no filter, no named month or day."""
    return not question.filters and not read_period(question.period).dated


def shared_templates(documents: Documents, clients: Iterable[str]) -> list[Question]:
    """Questions that at least three clients asked, without any value: no filter, no named month, no limit.

    A template with filters is not shared at all: even a field with an operator could tell what another client watches.
    """
    askers: dict[str, set[str]] = {}
    forms: dict[str, Question] = {}
    for client in clients:
        for one in entries(documents, client):
            if not is_shareable(one.question):
                continue
            askers.setdefault(one.question.template_hash, set()).add(client)
            forms[one.question.template_hash] = one.question
    kept = [key for key, who in askers.items() if len(who) >= LEAST_CLIENTS]
    return [forms[key] for key in sorted(kept, key=lambda key: (-len(askers[key]), key))]


def _new_id() -> str:
    """An id nobody else has; ids sort by the moment they were made, finer than the stores' milliseconds."""
    return f"{time.time_ns():016x}{uuid.uuid4().hex[:16]}"
