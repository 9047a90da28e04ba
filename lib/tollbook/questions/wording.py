"""A question in words: "messages to Germany last month by campaign vs September".

Read from left to right: times and limits by pattern, everything else by the lexicon. What was understood is shown
word by word; what was not is named, with the nearest known word; nothing is guessed silently.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tollbook.errors import TollbookError
from tollbook.period import Month
from tollbook.questions.bank import BANK
from tollbook.questions.lexicon import LIKE, LONGEST, SHORTEST, Lexicon, Meaning, lexicon_of
from tollbook.questions.question import Question, read_question
from tollbook.questions.sayings import describe, value_name
from tollbook.questions.vocabulary import DIMENSIONS, GRAINS, MEASURES

LONGEST_TEXT = 500
Hook = Callable[[str], Mapping[str, Any]]  # a hosted model: words in, a question's canonical form out, nothing else
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
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


@dataclass(slots=True)
class _Reading:
    known_to: date
    measures: list[str] = field(default_factory=list)
    dimensions: list[str] = field(default_factory=list)
    filters: dict[str, list[str]] = field(default_factory=dict)
    grain: str = ""
    period: str = ""
    compare: str = ""
    against: str = ""
    limit: int | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


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
    reading = _Reading(known_to)
    rest = _times(words[:LONGEST_TEXT].lower(), reading)
    _read_words(re.findall(r"[\w&'./-]+", rest), lexicon, reading)
    if hook is not None and (reading.unknown or not reading.notes):
        return Understood(read_question(hook(words[:LONGEST_TEXT])), ((words[:LONGEST_TEXT], "by the hosted model"),))
    if not reading.notes:
        raise NotUnderstood(words, reading.unknown, [describe(one) for one in nearest_questions(words)])
    question = _question(reading)
    sure = not reading.unknown and not reading.remarks
    others = () if sure else tuple(one for one in nearest_questions(words) if one != question)
    return Understood(question, tuple(reading.notes), tuple(reading.unknown), tuple(reading.remarks), others)


def _question(reading: _Reading) -> Question:
    filters = tuple(
        (name, "=", values[0]) if len(values) == 1 else (name, "in", tuple(values))
        for name, values in reading.filters.items()
    )
    dimensions = tuple(one for one in reading.dimensions if one not in reading.filters or len(reading.filters[one]) > 1)
    measures = tuple(reading.measures) or ("messages",)
    order = (measures[0], "desc") if reading.limit and dimensions else None
    period = reading.period or ("last 12 months" if reading.grain == "month" else "last month")
    return Question(measures, dimensions, filters, reading.grain, period, reading.compare, order, reading.limit)


def _times(text: str, reading: _Reading) -> str:
    """Take periods, comparisons and limits out of the text; what is left."""

    def taken(pattern: str, use: Callable[[re.Match[str]], str]) -> None:
        nonlocal text
        for found in list(re.finditer(pattern, text)):
            meaning = use(found)
            if meaning:
                reading.notes.append((found[0].strip(), meaning))
                text = text.replace(found[0], " ", 1)

    months = "|".join(_MONTHS)
    against = r"(?:vs\.?|versus|against|compared? (?:to|with)|than)"
    taken(rf"{against} (?:the )?(?:same (?:month|period) )?(?:a |the |last )?(?:year(?: (?:before|ago|earlier))?)\b",
          lambda _: _compare(reading, "year"))  # fmt: skip
    span = "(?:month|period|week)"
    taken(rf"{against} (?:the )?{span}s? before|{against} (?:the )?(?:previous|last) {span}",
          lambda _: _compare(reading, "previous"))  # fmt: skip
    taken(rf"{against} ((?:{months})(?: \d{{4}})?|\d{{4}}-\d{{2}})\b", lambda found: _against(reading, found[1]))
    taken(r"\btop (\d{1,3})\b", lambda found: _limit(reading, int(found[1])))
    taken(r"\blast (\d{1,3}) (days|months)\b", lambda found: _period(reading, f"last {int(found[1])} {found[2]}"))
    taken(r"\b(?:last|past) (week|year)\b",
          lambda found: _period(reading, "last 7 days" if found[1] == "week" else "last 12 months"))  # fmt: skip
    taken(r"\b(last month|this month|yesterday)\b", lambda found: _period(reading, found[1]))
    taken(rf"\b(?:in |of |for )?((?:{months})(?: \d{{4}})?|\d{{4}}-\d{{2}})\b",
          lambda found: "" if found[0].strip() == "may" else _month_period(reading, found[1]))  # fmt: skip
    if reading.against:
        _settle(reading)
    return text


def _period(reading: _Reading, period: str) -> str:
    reading.period = reading.period or period
    return f"period: {period}"


def _month_period(reading: _Reading, text: str) -> str:
    return _period(reading, _month(text, reading.known_to))


def _limit(reading: _Reading, limit: int) -> str:
    reading.limit = max(1, limit)
    return f"the first {reading.limit}"


def _compare(reading: _Reading, how: str) -> str:
    reading.compare = how
    return "against a year before" if how == "year" else "against the period before"


def _against(reading: _Reading, month: str) -> str:
    reading.against = _month(month, reading.known_to)
    return f"against {reading.against}"


def _month(text: str, known_to: date) -> str:
    """`october` as the latest October that has begun by `known_to`: `2026-10`."""
    if text[0].isdigit():
        return text
    name, _, year = text.partition(" ")
    number = _MONTHS.index(name) + 1
    return str(Month(int(year) if year else known_to.year - (number > known_to.month), number))


def _settle(reading: _Reading) -> None:
    """A comparison with a named month, as one of the two that can be made."""
    this = Month.of(reading.known_to)
    if not reading.period:
        reading.period = "last month"
    last = this if reading.known_to == this.last else this.shift(-1)
    asked = {"last month": last, "this month": this}.get(reading.period)
    month = asked or (Month.parse(reading.period) if reading.period[:1].isdigit() else None)
    if month is not None and str(month.shift(-1)) == reading.against:
        reading.compare = "previous"
    elif month is not None and str(month.shift(-12)) == reading.against:
        reading.compare = "year"
    else:
        reading.compare = "previous"
        reading.remarks.append(
            f"{reading.against} is neither the period before nor a year before; the period before is shown"
        )


def _read_words(words: list[str], lexicon: Lexicon, reading: _Reading) -> None:
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


def _use(meaning: Meaning, reading: _Reading) -> str:
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
