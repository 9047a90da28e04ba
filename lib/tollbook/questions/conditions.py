"""What a filter may compare with: values from the log, the data's most frequent ones and their words, the session's."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tollbook.questions.counts import Counts
from tollbook.questions.steps import Field, Schema, Value
from tollbook.questions.trail import Stand

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
_WORD = re.compile(r"[^\W_]{2,}")


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
    """

    condition: Condition
    chance: float
    logged: float
    rank: int
    used: int
    beside: int = 99
    like_last: int = -1


@dataclass(slots=True)
class Conditions:
    """Operators and values of filters, learned."""

    schema: Schema
    operators: Counts = field(default_factory=lambda: Counts(SLOW))
    values: Counts = field(default_factory=lambda: Counts(SLOW))
    sources: Counts = field(default_factory=lambda: Counts(SLOW))
    ranks: dict[str, dict[Value, int]] = field(default_factory=dict)
    words: dict[str, dict[Value, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, one in self.schema.fields.items():
            self.ranks[name] = {value: rank for rank, value in enumerate(one.top)}
            self.words[name] = {word: rank for rank, word in enumerate(_words(one.top))}

    def add(self, stand: Stand, column: str, condition: Condition) -> None:
        """Count a filter that somebody asked for."""
        operator, value = condition
        role = self._field(column).role
        self.operators.add((("role", role), ("column", column)), operator)
        self.values.add((("column", column), ("column", column, operator)), value)
        rank = self.ranks.get(column, {}).get(value, -1)
        used = self._used(stand, column)
        word = self.words.get(column, {}).get(value, -1) if operator == "contains" else -1
        source = "session" if value in used else "top" if rank >= 0 else "word" if word >= 0 else "log"
        self.sources.add((("all",), ("operator", operator)), source)
        if source in ("top", "word"):
            self.sources.add(((source,),), max(rank, word))

    def offers(self, stand: Stand, column: str, limit: int) -> list[Offer]:
        """The most likely conditions on a column, most first."""
        used = self._used(stand, column)
        last = _last(stand, column)
        offers = [
            offer for operator, chance in self._operators(column).items()
            for offer in self._values(column, operator, chance, used, last)
        ]  # fmt: skip
        have = {(operator, value) for name, operator, value in stand.view.filters if name == column}
        offers = [one for one in offers if one.condition not in have]
        return sorted(offers, key=lambda one: (-one.chance, repr(one.condition)))[:limit]

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

    def _values(
        self, column: str, operator: str, chance: float, used: Counter[Value], last: tuple[str, Value]
    ) -> list[Offer]:
        logged = self.values.row(("column", column, operator))
        anywhere = self.values.row(("column", column))
        ranks, words = self.ranks.get(column, {}), self.words.get(column, {}) if operator == "contains" else {}
        whole, all_whole = sum(logged.values()) or 1.0, sum(anywhere.values()) or 1.0
        log_part, top_part, own_part, word_part = (
            self.sources.share(("operator", operator), name, prior=prior, strength=STRENGTH * 2)
            for name, prior in (("log", 0.3), ("top", 0.4), ("session", 0.2), ("word", 0.1))
        )
        quick = operator in ("<", "<=", ">", ">=", "between")
        values = dict.fromkeys([
            *sorted(logged, key=lambda one: (-logged[one], repr(one)))[:12],
            *sorted(anywhere, key=lambda one: (-anywhere[one], repr(one)))[:6],
            *(list(ranks)[:20] if not quick else ()), *list(words)[:12], *used, *_cuts(self._field(column), operator),
        ])  # fmt: skip
        offers = []
        for value in values:
            if (operator == "between") != (isinstance(value, tuple) and len(value) == 2):
                continue
            if operator == "contains" and not isinstance(value, str):
                continue
            by_log = 0.8 * logged.get(value, 0.0) / whole + 0.2 * anywhere.get(value, 0.0) / all_whole
            rank = ranks.get(value, -1)
            by_rank = 0.0 if rank < 0 else self.sources.share(("top",), rank, prior=_fall(rank), strength=10)
            word = words.get(value, -1)
            by_word = 0.0 if word < 0 else self.sources.share(("word",), word, prior=_fall(word), strength=10)
            by_use = used[value] / max(sum(used.values()), 1) if used else 0.0
            mixed = (log_part + top_part * (rank >= 0) * 0.3) * by_log + top_part * by_rank + own_part * by_use
            mixed += word_part * by_word
            beside = rank - ranks[last[1]] if rank >= 0 and last[1] in ranks else 99
            like = -1 if not last[0] else int(operator == last[0])
            offers.append(Offer((operator, value), chance * (mixed + 0.002), by_log, rank, used[value], beside, like))
        return offers

    def _used(self, stand: Stand, column: str) -> Counter[Value]:
        """Values the session's filters had, on this column or on one that holds the same values."""
        own = self.ranks.get(column, {})
        return Counter(
            value
            for value in {(name, value) for one in stand.trail.taken for name, _, value in one.view.filters}
            for name, value in [value]
            if name == column or value in own
        )

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


def _words(top: Sequence[Value]) -> list[str]:
    """Words of the most frequent values, the weightiest first: what people look for inside a text."""
    weights: Counter[str] = Counter()
    for rank, value in enumerate(top):
        for word in set(_WORD.findall(value)) if isinstance(value, str) else ():
            if word != value:
                weights[word] += 1 / (rank + 1)  # type: ignore[assignment]
    return sorted(weights, key=lambda word: (-weights[word], word))


def _fall(rank: int) -> float:
    """A falling prior over the most frequent values: the first three take half."""
    return 1 / (rank + 2) / 2.65


def _cuts(about: Field, operator: str) -> list[Value]:
    """Thresholds at the quantiles of a measure."""
    if operator == "between":
        return list(zip(about.quantiles, about.quantiles[1:], strict=False))
    return list(about.quantiles) if operator in ("<", "<=", ">", ">=") else []
