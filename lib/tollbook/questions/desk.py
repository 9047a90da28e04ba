"""The desk: a client's questions in one place, for notebooks, the command line and dashboards."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from tollbook.errors import TollbookError
from tollbook.period import Month
from tollbook.questions import journal
from tollbook.questions.answering import Answer, Usage, answer, usage_of
from tollbook.questions.bank import bank_steps
from tollbook.questions.ground import Ground, prepare
from tollbook.questions.hosted import hosted_model
from tollbook.questions.learner import Learner
from tollbook.questions.question import Question, to_view
from tollbook.questions.steps import read_step
from tollbook.questions.suggesting import Suggestion, suggest
from tollbook.questions.trail import Trail
from tollbook.questions.wording import Hook, Lexicon, Understood, lexicon_of, understand

if TYPE_CHECKING:
    from tollbook.book import Book

HISTORY_DAYS = 800


@dataclass(frozen=True)
class Desk:
    """One client's usage, log and learner.

    Attributes:
        known_to: questions are answered as of this day.
        shared: value-free questions of at least three other clients.
        hook: a hosted model that reads words; None: there is none.
    """

    book: "Book"
    client: str
    known_to: date
    usage: Usage
    ground: Ground
    learner: Learner
    log: tuple[journal.Entry, ...]
    shared: tuple[Question, ...] = ()
    hook: Hook | None = None

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words its questions may use; made when the first one is asked in words."""
        return lexicon_of(self.ground.schema)

    def ask(
        self, question: Question, *, session: str = "", parent: str = "", role: str = "analyst", via: str = "notebook",
        shown: Sequence[Suggestion] = (),
    ) -> Answer:  # fmt: skip
        """Answer a question and write it into the log; `shown` are the suggestions that stood beside it."""
        started = time.perf_counter()
        found = answer(question, self.usage)
        journal.note(
            self.book.documents, question, client=self.client, session=session, parent=parent, role=role, via=via,
            seconds=time.perf_counter() - started, rows=len(found.frame), shown=[one.question for one in shown],
        )  # fmt: skip
        return found

    def answer(self, question: Question) -> Answer:
        """Answer a question without writing it down: for reports that nobody asked for."""
        return answer(question, self.usage)

    def understand(self, words: str) -> Understood:
        """A question in words; see `wording.understand`."""
        return understand(words, self.lexicon, self.known_to, hook=self.hook)

    def mark(self, how: str, question: Question, *, entry: str = "") -> None:
        """Pin, dismiss or pick a suggestion: the next suggestions know it. See `journal.mark`."""
        journal.mark(self.book.documents, entry, how, question, client=self.client)

    def pins(self) -> list[Question]:
        """What is pinned now."""
        return journal.pinned(journal.marked(self.book.documents, self.client))

    def suggest(self, question: Question | None = None, *, limit: int = 5) -> list[Suggestion]:
        """What to ask next, from `question` or from nothing."""
        trail = Trail("now", f"{self.client}/analyst")
        parent = None
        if question is not None:
            raw = {"session": "now", "step": 1, "parent": None, "question": {}}
            step = read_step(raw)
            trail.add(type(step)(step.session, step.user, 1, None, None, to_view(question)))
            parent = 1
        given = journal.marked(self.book.documents, self.client)
        return suggest(
            self.ground, self.learner, trail.stand(parent), limit=limit, marks=journal.count_marks(given),
            shared=self.shared, pins=journal.pinned(given),
        )  # fmt: skip

    def common(self, limit: int = 5) -> list[tuple[Question, float]]:
        """This client's common questions with their decayed counts; the bank's first ones when it never asked."""
        return journal.common(self.log)[:limit]


def open_desk(book: "Book", client: str, month: Month | str | None = None) -> Desk:
    """Everything for questions about one client.

    Args:
        book: the open book.
        client: whose desk.
        month: answer as at the end of this month; None: as of the last known day.

    Raises:
        UnknownClient, NothingIngested, BadMonth, FutureMonth: see there.
    """
    whose = book.client(client)
    known_to = book.known_to(client)
    if month is not None:
        known_to = min(known_to, book.month(month).last)
    frame = book.usage(client, known_to - timedelta(days=HISTORY_DAYS), known_to)
    period = "last month" if known_to == Month.of(known_to).last else "this month"
    price, currency = average_price(book, client, Month.of(known_to))
    ground = prepare(client, frame, known_to, period=period, price=price, currency=currency, locale=whose.locale)
    log = tuple(one for one in journal.entries(book.documents, client) if one.at.date() <= known_to or month is None)
    learner = Learner(ground.schema, personal=True)
    learner.fit([*bank_steps(), *(read_step(row) for row in journal.export(log))])
    usage = usage_of(client, frame, known_to, locale=whose.locale)
    others = [one for one in book.client_ids() if one != client]
    shared = tuple(journal.shared_templates(book.documents, others))
    address = book.settings.question_model
    hook = hosted_model(address.get_secret_value()) if address else None
    return Desk(book, client, known_to, usage, ground, learner, log, shared, hook)


def average_price(book: "Book", client: str, month: Month) -> tuple[float, str]:
    """Average cost of a message of a month, usage lines only, and the currency; (0, "") when it cannot be rated."""
    try:
        bill = book.bill(client, month)
    except TollbookError:
        return 0.0, ""
    lines = [line for line in bill.lines if line.kind == "usage"]
    messages = sum(int(item.messages) for line in lines for item in line.items)
    amount = sum(float(line.amount) for line in lines)
    return (amount / messages if messages else 0.0), bill.currency
