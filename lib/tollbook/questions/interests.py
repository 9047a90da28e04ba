"""What a client is interested in, read from the log of questions: what was asked, how lately, and what was pinned."""

from dataclasses import dataclass
from datetime import date

from tollbook.questions import journal
from tollbook.questions.question import Question
from tollbook.storage.documents import Documents


@dataclass(frozen=True, slots=True)
class Interests:
    """A client's questions as far as they tell what to show.

    Attributes:
        asked: `journal.common`: each kind of question with its count, fading with age; most first.
        pinned: questions that were pinned and not dismissed since, the first pinned first.
    """

    asked: tuple[tuple[Question, float], ...] = ()
    pinned: tuple[Question, ...] = ()


NONE = Interests()
"""Of a client who never asked."""


def read_interests(documents: Documents, client: str, *, until: date) -> Interests:
    """A client's interests as of the end of the day `until` (UTC)."""
    found = [one for one in journal.entries(documents, client) if one.at.date() <= until]
    return Interests(
        tuple(journal.common(found)), tuple(journal.pinned(journal.marked(documents, client, until=until)))
    )
