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
from tollbook.questions.lexicon import COUNTRY_CODES, LIKE, LONGEST, SHORTEST, Lexicon, Meaning, close, lexicon_of
from tollbook.questions.question import Question, read_question
from tollbook.questions.reading import Reading, take_times
from tollbook.questions.sayings import describe, value_name
from tollbook.questions.vocabulary import DIMENSIONS, GRAINS, MEASURES

LONGEST_TEXT = 500
Hook = Callable[[str], Mapping[str, Any]]  # a hosted model: words in, a question's canonical form out, nothing else
_FILLER = frozenset([
    "a", "an", "the", "of", "to", "in", "on", "for", "from", "at", "is", "are", "was", "were", "be", "been", "do",
    "does", "did", "i", "we", "me", "my", "our", "us", "you", "and", "or", "but", "with", "all", "any", "number",
    "count", "total", "please", "per", "by", "each", "over", "time", "get", "see", "have", "has", "there", "this",
    "that", "it", "go", "went", "going", "most", "only", "just", "during", "than", "more", "less", "out", "compared",
    "compare", "versus", "vs", "against", "split", "broken", "down", "top", "largest", "biggest", "highest",
    "busiest", "sent", "send", "show", "give", "tell", "list", "what", "which", "how", "many", "much", "who",
])  # fmt: skip
_LEAVING = frozenset(["except", "excepting", "excluding", "exclude", "without", "not", "minus"])
_PREPOSITIONS, _JOINING = frozenset(["to", "in", "for", "from", "on", "by", "per"]), ("and", "or", "nor")
_MAY_LACK = ("campaign", "category")
_MONEY = frozenset([
    "cost", "costs", "spend", "spent", "spending", "price", "prices", "pay", "paid", "money",
    "invoice", "invoiced", "revenue", "fees",
])  # fmt: skip
_IN_MONEY = "money is not asked of the usage: `tollbook bill CLIENT MONTH` and the billing notebook say what it cost"
_WORD = re.compile(r"[\w&'./-]+")
_CODE = re.compile(r"\b[A-Z]{2}\b")


class NotUnderstood(TollbookError):
    """Words that make no question."""

    def __init__(self, words: str, reading: Reading, nearest: Sequence[str]) -> None:
        self.unknown, self.nearest = tuple(reading.unknown), tuple(nearest)
        what = f"unknown: {', '.join(reading.unknown)}; " if reading.unknown else ""
        what += "".join(f"{remark}; " for remark in reading.remarks)
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
    text, held = _hold_names(_spelled(words[:LONGEST_TEXT]).lower(), lexicon)
    _read_words(_WORD.findall(take_times(text, reading)), lexicon, reading, held)
    if hook is not None and (reading.unknown or not reading.notes):
        return Understood(read_question(hook(words[:LONGEST_TEXT])), ((words[:LONGEST_TEXT], "by the hosted model"),))
    if not reading.notes or (_IN_MONEY in reading.remarks and not reading.measures):
        raise NotUnderstood(words, reading, [describe(one) for one in nearest_questions(words)])
    question = _question(reading)
    sure = not reading.unknown and not reading.remarks
    others = () if sure else tuple(one for one in nearest_questions(words) if one != question)
    return Understood(question, tuple(reading.notes), tuple(reading.unknown), tuple(reading.remarks), others)


def _spelled(words: str) -> str:
    """Country codes in capitals as their countries' names: `US` is a country, `us` is us."""
    if words == words.upper():
        return words
    return _CODE.sub(lambda found: COUNTRY_CODES.get(found[0], found[0]), words)


def _hold_names(text: str, lexicon: Lexicon) -> tuple[str, dict[str, str]]:
    """The client's own names that reading word by word would break, held as one word each: the text, and the names.

    `club-offer-2026-10` is no October, and `<sale> "now"!` is more than its words.
    """
    held: dict[str, str] = {}
    for phrase in lexicon.names:
        if phrase in text and not phrase.isalpha():
            word = f"name{len(held)}held"
            text, times = re.subn(rf"(?<!\w){re.escape(phrase)}(?!\w)", f" {word} ", text)
            held |= {word: phrase} if times else {}
    return text, held


def _question(reading: Reading) -> Question:
    filters = [
        (name, "=", values[0]) if len(values) == 1 else (name, "in", tuple(values))
        for name, values in reading.filters.items()
    ]
    filters += [(name, "!=", value) for name, values in reading.without.items() for value in values]
    dimensions = tuple(one for one in reading.dimensions if one not in reading.filters or len(reading.filters[one]) > 1)
    measures = tuple(reading.measures) or ("messages",)
    order = None
    if dimensions and (reading.limit or reading.rising):
        fewest = reading.rising and not (reading.rising == "worst" and measures[0] == "undelivered")
        order = (measures[0], "asc" if fewest else "desc")
    elif reading.rising:
        reading.remarks.append(f"{reading.rising!r} needs something to order, as in `{reading.rising} countries`")
    period = reading.period or ("last 12 months" if reading.grain == "month" else "last month")
    return Question(measures, dimensions, tuple(filters), reading.grain, period, reading.compare, order, reading.limit)


def _read_words(words: list[str], lexicon: Lexicon, reading: Reading, held: Mapping[str, str]) -> None:
    place = 0
    while place < len(words):
        if words[place] in held:
            text = found = held[words[place]]
            length, meaning = 1, lexicon.phrases.get(found)
        else:
            length, meaning, found = _phrase(words, place, lexicon)
            text = " ".join(words[place : place + length])
        if meaning is not None:
            said = _use(meaning, reading)
            reading.notes.append((text, said if text == found else f"{said} (read as {found!r})"))
            if text != found and meaning.kind == "value":
                reading.remarks.append(f"{text!r} is read as {found!r}")
        elif text in _LEAVING or (text == "other" and words[place + 1 : place + 2] == ["than"]):
            reading.leaving, reading.left = text, False
        elif text in _PREPOSITIONS and reading.left and words[place - 1] not in _JOINING:
            reading.leaving = ""  # "excluding WhatsApp to Germany": Germany stays
        elif text in _MONEY:
            reading.remarks += [_IN_MONEY] if _IN_MONEY not in reading.remarks else []
        elif text not in _FILLER and text.strip("'./-&"):
            near, like = lexicon.nearest(text)
            reading.unknown.append(f"{text} (nearest: {near})" if like > LIKE / 2 else text)
        place += length
    _end_leaving(reading)


def _phrase(words: Sequence[str], place: int, lexicon: Lexicon) -> tuple[int, Meaning | None, str]:
    """The longest known phrase from here; else the word most like this one, if like enough."""
    for length in range(min(LONGEST, len(words) - place), 0, -1):
        text = " ".join(words[place : place + length])
        if text in lexicon.phrases and (length > 1 or text not in _FILLER):
            return length, lexicon.phrases[text], text
    word = words[place]
    if word in _FILLER or len(word) < SHORTEST:
        return 1, None, word
    if word in _LEAVING or word in _MONEY:
        return 1, None, word
    near, like = lexicon.nearest(word)
    return (1, lexicon.phrases[near], near) if like >= LIKE and close(word, near) else (1, None, word)


def _use(meaning: Meaning, reading: Reading) -> str:
    name = meaning.name
    if meaning.kind == "value":
        reading.left = bool(reading.leaving)
        values = (reading.without if reading.leaving else reading.filters).setdefault(name, [])
        values += [one for one in meaning.values if one not in values]
        named = " or ".join(value_name(name, one) for one in meaning.values)
        return f"{'without' if reading.leaving else 'only'} {DIMENSIONS[name].label} {named}"
    if meaning.kind == "dimension" and reading.leaving and not reading.left and name in _MAY_LACK:
        reading.filters.setdefault(name, []).append("")
        reading.leaving = ""
        return f"only without {DIMENSIONS[name].label}"
    _end_leaving(reading)
    if meaning.kind == "measure":
        reading.measures.append(name)
        return f"measure: {MEASURES[name].label}"
    if meaning.kind == "dimension":
        reading.dimensions.append(name)
        return f"by {DIMENSIONS[name].label}"
    reading.grain = name
    return f"by {GRAINS[name].label}"


def _end_leaving(reading: Reading) -> None:
    """Nothing more is to be left out; a word that left nothing out was not understood."""
    if reading.leaving and not reading.left:
        reading.unknown.append(reading.leaving)
    reading.leaving = ""


def nearest_questions(words: str, limit: int = 3) -> list[Question]:
    """Questions of the bank whose words are most like these."""
    own = set(re.findall(r"\w+", words.lower())) - _FILLER
    texts = {one: set(re.findall(r"\w+", describe(one).lower())) for one in BANK}
    return sorted(BANK, key=lambda one: -len(own & texts[one]) / (1 + len(texts[one]) ** 0.5))[:limit]


__all__ = ["Lexicon", "NotUnderstood", "Understood", "lexicon_of", "nearest_questions", "understand"]
