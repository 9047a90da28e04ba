"""What a filter may compare with: values from the log, the data's most frequent ones and their words, the session's."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

from tollbook.questions.counts import Counts
from tollbook.questions.steps import Field, Schema, Value
from tollbook.questions.trail import Stand
from tollbook.questions.values import RANGES, fragments, likely_ranges

Condition = tuple[str, Value]
SLOW = 1500.0
STRENGTH = 4.0
# What people filter with before anything is known, by role.
_OPERATORS = {
    "dimension": {"=": 5.0, "!=": 1.5, "contains": 1.5},
    "text": {"contains": 4.0, "=": 2.0, "!=": 1.0},
    "measure": {">": 3.0, "<": 2.0, "=": 1.0, "between": 1.0},
    "time": {">=": 2.0, "<": 1.5, "between": 1.5, ">": 1.0, "=": 0.5},
}
_UNKNOWN = Field("", "dimension")
MOST_WORDS = 20  # of a column's most frequent values, and of their fragments
_FALLS = [1 / (rank + 2) / 2.65 for rank in range(MOST_WORDS)]  # before anything is known: the first three take half


@dataclass(frozen=True, slots=True)
class Offer:
    """A condition on a column, how likely it is, and why.

    Attributes:
        chance: P(condition | filter on the column).
        logged: P by the log alone.
        rank: place among the data's most frequent values, 0 the first; -1 for none of them.
        used: how often the session had the value, on this column or on one like it.
        beside: its place less that of the value the session had on this column last; 99 when there is none.
        like_last: whether the session's last filter had this operator (1), another (0), or there was none (-1).
        along: P(condition | the values the session had), by what other sessions had together.
    """

    condition: Condition
    chance: float
    logged: float
    rank: int
    used: int
    beside: int = 99
    like_last: int = -1
    along: float = 0.0


@dataclass(frozen=True, slots=True)
class _Past:
    """What the session did with a column: values used, its last operator and value, and values that go along.

    `by_rank` and `by_word`: P(place) among the most frequent values and among their fragments.
    """

    used: Counter[Value]
    operator: str
    value: Value
    along: dict[Value, float]
    by_rank: list[float]
    by_word: list[float]


@dataclass(slots=True)
class Conditions:
    """Operators and values of filters, learned."""

    schema: Schema
    operators: Counts = field(default_factory=lambda: Counts(SLOW))
    values: Counts = field(default_factory=lambda: Counts(SLOW))
    sources: Counts = field(default_factory=lambda: Counts(SLOW))
    together: Counts = field(default_factory=lambda: Counts(SLOW))
    ranks: dict[str, dict[Value, int]] = field(default_factory=dict)
    words: dict[str, dict[Value, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, one in self.schema.fields.items():
            self.ranks[name] = {value: rank for rank, value in enumerate(one.top[:MOST_WORDS])}
            self.words[name] = {word: rank for rank, word in enumerate(fragments(one.top))}

    def add(self, stand: Stand, column: str, condition: Condition) -> None:
        """Count a filter that somebody asked for."""
        operator, value = condition
        role = self._field(column).role
        self.operators.add((("role", role), ("column", column)), operator)
        rank = self.ranks.get(column, {}).get(value, -1)
        word = self.words.get(column, {}).get(value, -1) if operator == "contains" else -1
        source = self._source(stand, column, condition)
        self.sources.add((("all",), ("operator", operator)), source)
        if source in ("top", "word"):
            self.sources.add(((source,),), rank if source == "top" else word)
        self.values.add((("column", column), ("column", column, operator)), value)
        self.together.add([("with", column, *had) for had in _had(stand)], value)

    def _source(self, stand: Stand, column: str, condition: Condition) -> str:
        """Where a value may have been taken from."""
        operator, value = condition
        if value in self._used(stand, column):
            return "session"
        if value in self.ranks.get(column, {}):
            return "top"
        if operator == "contains" and value in self.words.get(column, {}):
            return "word"
        if value in self._along(stand, column):
            return "along"
        anywhere = self.values.row(("column", column))
        if value in anywhere:
            return "log"
        ranges = likely_ranges(self._field(column), operator, _last(stand, column)[1], anywhere)
        return "range" if value in ranges else "new"

    def offers(self, stand: Stand, column: str, limit: int) -> list[Offer]:
        """The most likely conditions on a column, most first."""
        past = _Past(
            self._used(stand, column), *_last(stand, column), self._along(stand, column),
            *(self.sources.shares((source,), range(MOST_WORDS), _FALLS, 10) for source in ("top", "word")),
        )  # fmt: skip
        offers = [
            offer for operator, chance in self._operators(column).items()
            for offer in self._values(column, operator, chance, past)
        ]  # fmt: skip
        have = {(operator, value) for name, operator, value in stand.view.filters if name == column}
        offers = [one for one in offers if one.condition not in have]
        return nlargest(limit, offers, key=lambda one: one.chance)

    def _operators(self, column: str) -> dict[str, float]:
        role = self._field(column).role
        prior = _OPERATORS[role]
        names = dict.fromkeys([*prior, *(str(one) for one in self.operators.row(("column", column)))])
        names.update(dict.fromkeys(str(one) for one in self.operators.row(("role", role))))
        spread = [prior.get(name, 0.1) / sum(prior.values()) for name in names]
        by_role = self.operators.shares(("role", role), names, spread, STRENGTH)
        chances = self.operators.shares(("column", column), names, by_role, STRENGTH)
        ranked = sorted(zip(names, chances, strict=True), key=lambda pair: (-pair[1], pair[0]))
        return dict(ranked[:5])

    def _values(self, column: str, operator: str, chance: float, past: "_Past") -> list[Offer]:
        logged = self.values.row(("column", column, operator))
        anywhere = self.values.row(("column", column))
        ranks, words = self.ranks.get(column, {}), self.words.get(column, {}) if operator == "contains" else {}
        whole, all_whole = sum(logged.values()) or 1.0, sum(anywhere.values()) or 1.0
        log_part, top_part, own_part, word_part, along_part, range_part = (
            self.sources.share(("operator", operator), name, prior=prior, strength=STRENGTH * 2)
            for name, prior in (
                ("log", 0.3), ("top", 0.4), ("session", 0.2), ("word", 0.1), ("along", 0.1), ("range", 0.1)
            )
        )  # fmt: skip
        ranges = dict.fromkeys(likely_ranges(self._field(column), operator, past.value, anywhere))
        values = dict.fromkeys([
            *_best(logged, 12), *_best(anywhere, 6), *(ranks if operator not in RANGES else ()),
            *list(words)[:MOST_WORDS], *past.used, *_best(past.along, 12), *ranges,
        ])  # fmt: skip
        offers = []
        for value in values:
            if (operator == "between") != (isinstance(value, tuple) and len(value) == 2):
                continue
            if operator == "contains" and not isinstance(value, str):
                continue
            by_log = 0.8 * logged.get(value, 0.0) / whole + 0.2 * anywhere.get(value, 0.0) / all_whole
            rank, word, along = ranks.get(value, -1), words.get(value, -1), past.along.get(value, 0.0)
            by_rank = past.by_rank[rank] if rank >= 0 else 0.0
            by_word = past.by_word[word] if 0 <= word < MOST_WORDS else 0.0
            by_use = past.used[value] / max(sum(past.used.values()), 1) if past.used else 0.0
            mixed = (log_part + top_part * (rank >= 0) * 0.3) * by_log + top_part * by_rank + own_part * by_use
            mixed += word_part * by_word + along_part * along + range_part * (value in ranges) / max(len(ranges), 1)
            beside = rank - ranks[past.value] if rank >= 0 and past.value in ranks else 99
            like = -1 if not past.operator else int(operator == past.operator)
            whole_chance = chance * (mixed + 0.002)
            offers.append(Offer((operator, value), whole_chance, by_log, rank, past.used[value], beside, like, along))
        return offers

    def _along(self, stand: Stand, column: str) -> dict[Value, float]:
        """P(value | the values the session had): what sessions with one of them filtered the column by."""
        found: dict[Value, float] = {}
        for had in _had(stand):
            row = self.together.row(("with", column, *had))
            whole = sum(row.values())
            for value, weight in row.items():
                found[value] = max(found.get(value, 0.0), weight / (whole + self.together.unit))
        return found

    def _used(self, stand: Stand, column: str) -> Counter[Value]:
        """Values the session's filters had, on this column or on one that holds the same values."""
        own = self.ranks.get(column, {})
        had = dict.fromkeys((name, value) for one in stand.trail.taken for name, _, value in one.view.filters)
        return Counter(value for name, value in had if name == column or value in own)

    def _field(self, column: str) -> Field:
        return self.schema.fields.get(column, _UNKNOWN)


def _last(stand: Stand, column: str) -> tuple[str, Value]:
    """Operator of the session's last filter, and the value it had last on this column; ("", None) without one."""
    operator, value = "", None
    for one in stand.trail.taken:
        if one.move.kind == "filter":
            own = [(how, what) for name, how, what in one.view.filters if name == one.move.column]
            operator = own[-1][0] if own else operator
            value = own[-1][1] if own and one.move.column == column else value
    return operator, value


def _had(stand: Stand) -> list[tuple[str, Value]]:
    """Columns and values of the session's filters, the latest first, at most eight."""
    had = dict.fromkeys((name, value) for one in reversed(stand.trail.taken) for name, _, value in one.view.filters)
    return list(had)[:8]


def _best(row: Mapping[Any, float], limit: int) -> list[Value]:
    return nlargest(limit, row, key=row.__getitem__)
