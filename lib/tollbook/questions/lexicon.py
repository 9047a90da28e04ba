"""The words a client's questions may use: measures, dimensions, values and their synonyms, found despite slips.

Words are matched exactly first, then by TF-IDF over their letter trigrams, so that `campain` finds `campaign`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import log, sqrt

from babel import Locale

from tollbook.charts.names import CHANNELS, WEEKDAYS, country_name
from tollbook.questions.steps import Schema
from tollbook.questions.vocabulary import DIMENSIONS, GRAINS, MEASURES

LIKE = 0.55  # cosine of two words that are taken for one another
CLOSE = 0.75  # share of letters in common, in order
SHORTEST = 4  # shorter words are matched exactly only: `us` is not `uk`
LONGEST = 4  # words in a phrase
_STATUSES = {"failed": "failed", "delivered": "delivered", "rejected": "rejected", "expired": "expired", "read": "read"}
_WAYS = {"inbound": "mo", "incoming": "mo", "received": "mo", "replies": "mo", "outbound": "mt", "outgoing": "mt"}
COUNTRY_CODES = {
    code: country_name(code).lower() for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()
}
_ALIASES = {
    "the us": "US",
    "uk": "GB",
    "britain": "GB",
    "england": "GB",
    "usa": "US",
    "america": "US",
    "states": "US",
    "uae": "AE",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase stands for: kind (measure, dimension, grain, value), name, and the values of a value."""

    kind: str
    name: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lexicon:
    """Phrases with their meanings, and the trigram vectors to find them by likeness.

    Attributes:
        names: phrases that are the client's own values, the longest first.
    """

    phrases: Mapping[str, Meaning]
    vectors: Mapping[str, Mapping[str, float]]
    weights: Mapping[str, float]
    names: tuple[str, ...] = ()

    def nearest(self, word: str) -> tuple[str, float]:
        """The phrase most like a word, and how like (0 to 1)."""
        own = _unit(_trigrams(word), self.weights)
        best = max(self.vectors, key=lambda phrase: (_cosine(own, self.vectors[phrase]), phrase), default="")
        return best, _cosine(own, self.vectors[best]) if best else 0.0


def close(word: str, phrase: str) -> bool:
    """Whether a word may be a slip of a phrase: `campain` of `campaign`, but not `springfield` of `spring`."""
    return SequenceMatcher(None, word, phrase).ratio() >= CLOSE


def lexicon_of(schema: Schema) -> Lexicon:
    """The words for one client's usage: the vocabulary, every country, and the client's own values."""
    phrases = {name: Meaning("value", "country", (code,)) for code, name in COUNTRY_CODES.items()}
    own = {
        str(value).lower(): Meaning("value", name, (str(value),))
        for name in ("campaign", "category", "network", "status") if name in schema.fields
        for value in schema.fields[name].top if value
    }  # fmt: skip
    phrases |= own
    phrases |= {word: Meaning("value", "country", (code,)) for word, code in _ALIASES.items()}
    phrases |= {label.lower(): Meaning("value", "channel", (name,)) for name, label in CHANNELS.items()}
    phrases |= {name: Meaning("value", "channel", (name,)) for name in CHANNELS}
    phrases |= {word: Meaning("value", "status", (value,)) for word, value in _STATUSES.items()}
    phrases |= {word: Meaning("value", "direction", (way,)) for word, way in _WAYS.items()}
    phrases |= {f"{day.lower()}{end}": Meaning("value", "weekday", (day,)) for day in WEEKDAYS for end in ("", "s")}
    phrases |= {word: Meaning("value", "weekday", WEEKDAYS[5:]) for word in ("weekend", "weekends")}
    for kind, table in (("dimension", DIMENSIONS), ("grain", GRAINS), ("measure", MEASURES)):
        for name, one in table.items():
            phrases |= {word: Meaning(kind, name) for word in one.words}
    return _indexed(phrases, tuple(sorted(own, key=lambda one: (-len(one), one))))


def _indexed(phrases: Mapping[str, Meaning], names: tuple[str, ...]) -> Lexicon:
    grams = {phrase: _trigrams(phrase) for phrase in phrases if len(phrase) >= SHORTEST}
    seen = Counter(gram for one in grams.values() for gram in one)
    weights = {gram: log(1 + len(grams) / number) for gram, number in seen.items()}
    return Lexicon(phrases, {phrase: _unit(one, weights) for phrase, one in grams.items()}, weights, names)


def _trigrams(word: str) -> Counter[str]:
    padded = f"  {word} "
    return Counter(padded[n : n + 3] for n in range(len(padded) - 2))


def _unit(grams: Counter[str], weights: Mapping[str, float]) -> dict[str, float]:
    rare = max(weights.values(), default=1.0)
    vector = {gram: number * weights.get(gram, rare) for gram, number in grams.items()}
    length = sqrt(sum(one * one for one in vector.values())) or 1.0
    return {gram: one / length for gram, one in vector.items()}


def _cosine(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    return sum(weight * two.get(gram, 0.0) for gram, weight in one.items())
