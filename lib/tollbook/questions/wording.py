"""A question in words: "messages to Germany last month by campaign vs September".

Read from left to right: times and limits by pattern, everything else by the lexicon. What was understood is shown
word by word; what was not is named, with the nearest known word; nothing is guessed silently.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tollbook.errors import TollbookError
from tollbook.questions.bank import BANK
from tollbook.questions.lexicon import LIKE, LONGEST, SHORTEST, Lexicon, Meaning, lexicon_of
from tollbook.questions.question import Question, read_question
from tollbook.questions.reading import Reading, take_times
from tollbook.questions.sayings import describe, value_name
from tollbook.questions.vocabulary import DIMENSIONS, GRAINS, MEASURES

LONGEST_TEXT = 500
Hook = Callable[[str], Mapping[str, Any]]  # a hosted model: words in, a question's canonical form out, nothing else
_FILLER = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "for",
        "from",
        "at",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "do",
        "does",
        "did",
        "i",
        "we",
        "me",
        "my",
        "our",
        "us",
        "show",
        "give",
        "tell",
        "list",
        "what",
        "which",
        "how",
        "many",
        "much",
        "who",
        "and",
        "with",
        "were",
        "all",
        "any",
        "number",
        "count",
        "total",
        "please",
        "per",
        "by",
        "each",
        "over",
        "time",
        "get",
        "see",
        "have",
        "has",
        "there",
        "this",
        "that",
        "it",
        "did",
        "go",
        "went",
        "going",
        "most",
        "only",
        "just",
        "during",
        "than",
        "more",
        "less",
        "out",
        "compared",
        "compare",
        "versus",
        "vs",
        "against",
        "split",
        "broken",
        "down",
        "was",
        "top",
        "largest",
        "biggest",
        "highest",
        "sent",
        "send",
    ]
)


class NotUnderstood(TollbookError):
    """Words that make no question."""

    def __init__(self, words: str, unknown: Sequence[str], nearest: Sequence[str]) -> None:
        self.unknown, self.nearest = tuple(unknown), tuple(nearest)
        what = f"unknown: {', '.join(unknown)}; " if unknown else ""
        super().__init__(f"cannot make a question of {words[:80]!r}: {what}try for example: {' | '.join(nearest)}")


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it was understood.

    Attributes:
        reading: (words, what they were taken for), in the order read.
        unknown: words nothing was made of.
        remarks: what could not be done as asked.
        alternatives: nearest other questions, given when not sure.
    """

    question: Question
    reading: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    alternatives: tuple[Question, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether every word was understood and nothing was bent."""
        return not self.unknown and not self.remarks


def understand(words: str, lexicon: Lexicon, known_to: date, *, hook: Hook | None = None) -> Understood:
    """Make a question of words.

    Args:
        words: what was typed, at most 500 characters.
        lexicon: the client's words.
        known_to: last known day: "October" is the latest October that has begun by then.
        hook: asked only when not every word was understood; its answer is checked like any other question.

    Raises:
        NotUnderstood: no measure, dimension, value or time was found.
        UnknownName, BadFilter, BadForm, ...: the hook returned something that is no question.
    """
    reading = Reading(known_to)
    rest = take_times(words[:LONGEST_TEXT].lower(), reading)
    _read_words(re.findall(r"[\w&'./-]+", rest), lexicon, reading)
    if hook is not None and (reading.unknown or not reading.notes):
        return Understood(read_question(hook(words[:LONGEST_TEXT])), ((words[:LONGEST_TEXT], "by the hosted model"),))
    if not reading.notes:
        raise NotUnderstood(words, reading.unknown, [describe(one) for one in nearest_questions(words)])
    question = _question(reading)
    sure = not reading.unknown and not reading.remarks
    others = () if sure else tuple(one for one in nearest_questions(words) if one != question)
    return Understood(question, tuple(reading.notes), tuple(reading.unknown), tuple(reading.remarks), others)


def _question(reading: Reading) -> Question:
    filters = tuple(
        (name, "=", values[0]) if len(values) == 1 else (name, "in", tuple(values))
        for name, values in reading.filters.items()
    )
    dimensions = tuple(one for one in reading.dimensions if one not in reading.filters or len(reading.filters[one]) > 1)
    measures = tuple(reading.measures) or ("messages",)
    order = (measures[0], "desc") if reading.limit and dimensions else None
    period = reading.period or ("last 12 months" if reading.grain == "month" else "last month")
    return Question(measures, dimensions, filters, reading.grain, period, reading.compare, order, reading.limit)


def _read_words(words: list[str], lexicon: Lexicon, reading: Reading) -> None:
    place = 0
    while place < len(words):
        length, meaning, found = _phrase(words, place, lexicon)
        text = " ".join(words[place : place + length])
        if meaning is not None:
            said = _use(meaning, reading)
            reading.notes.append((text, said if text == found else f"{said} (read as {found!r})"))
        elif text not in _FILLER and not text.strip("'./-&").isspace() and text.strip("'./-&"):
            near, like = lexicon.nearest(text)
            reading.unknown.append(f"{text} (nearest: {near})" if like > LIKE / 2 else text)
        place += length


def _phrase(words: Sequence[str], place: int, lexicon: Lexicon) -> tuple[int, Meaning | None, str]:
    """The longest known phrase from here; else the word most like this one, if like enough."""
    for length in range(min(LONGEST, len(words) - place), 0, -1):
        text = " ".join(words[place : place + length])
        if text in lexicon.phrases and (length > 1 or text not in _FILLER):
            return length, lexicon.phrases[text], text
    word = words[place]
    if word in _FILLER or len(word) < SHORTEST:
        return 1, None, word
    near, like = lexicon.nearest(word)
    return (1, lexicon.phrases[near], near) if like >= LIKE else (1, None, word)


def _use(meaning: Meaning, reading: Reading) -> str:
    name = meaning.name
    if meaning.kind == "measure":
        reading.measures.append(name)
        return f"measure: {MEASURES[name].label}"
    if meaning.kind == "dimension":
        reading.dimensions.append(name)
        return f"by {DIMENSIONS[name].label}"
    if meaning.kind == "grain":
        reading.grain = name
        return f"by {GRAINS[name].label}"
    values = reading.filters.setdefault(name, [])
    if meaning.value not in values:
        values.append(meaning.value)
    return f"only {DIMENSIONS[name].label} {value_name(name, meaning.value)}"


def nearest_questions(words: str, limit: int = 3) -> list[Question]:
    """Questions of the bank whose words are most like these."""
    own = set(re.findall(r"\w+", words.lower())) - _FILLER
    texts = {one: set(re.findall(r"\w+", describe(one).lower())) for one in BANK}
    return sorted(BANK, key=lambda one: -len(own & texts[one]) / (1 + len(texts[one]) ** 0.5))[:limit]


__all__ = ["Lexicon", "NotUnderstood", "Understood", "lexicon_of", "nearest_questions", "understand"]
