"""Invented analysts of network captures, written from what is published of a real log that nobody may ship.

REACT-IDA (T. Milo and A. Somech, KDD 2018: 454 sessions of people who look for attacks in captures) may be read for
research only. Its shares are published, and this simulator is held to them: kinds of moves, where a step starts from,
lengths, first moves, aggregates, operators, how often a filter takes a frequent value. Which column follows which is
drawn anew for every seed. What a learner scores here says what it may score there; it is no measurement of it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from tollbook.questions.moves import Move, between
from tollbook.questions.scores import Scores, score
from tollbook.questions.steps import EMPTY, View, write_view

CAPTURES = 4
KINDS = ("group", "filter", "sort", "project")
SHARES = (0.55, 0.22, 0.22, 0.01)
PLACES = ("last", "root", "back")
FROM = (0.57, 0.22, 0.21)  # of steps that follow another
OPERATORS = ("contains", "=", "!=", ">", "<", "between")
ASKED = (0.58, 0.15, 0.14, 0.06, 0.05, 0.02)
FREQUENT = {"contains": 0.48, "=": 0.84, "!=": 0.84}  # of the values of a filter, by operator
FIRST = 0.32  # sessions that open with the most frequent grouping
AGGREGATED, AGAIN = 0.16, 0.04  # groupings with a total; steps that ask a question of the session again
_START = datetime(2017, 3, 1, 9, tzinfo=UTC)
# Distinct values of a capture's columns; 0: a number.
COLUMNS = {
    "from_host": 240, "to_host": 900, "layer": 16, "from_port": 4000, "to_port": 700, "stream": 2500, "info": 9000,
    "size": 0, "from_card": 9, "to_card": 12, "from_maker": 6, "to_maker": 7, "seen_at": 0,
}  # fmt: skip
USED = np.array([10, 9, 9, 8, 7, 2.5, 2, 1, 0.6, 0.4, 0.3, 0.2, 0.2])  # five columns take four fifths of the moves
_ROLES = {"info": "text", "size": "measure", "seen_at": "time"}
_WORDS = ("GET", "POST", "standard query", "SYN", "ACK", "RST", "login", "reply", "who has", "client hello", "exe",
          "php", "js", "redirect", "failed", "keep-alive", "NBNS", "cookie")  # fmt: skip
_SIZES = (42, 60, 66, 90, 1514)


def schema() -> dict[str, Any]:
    """The columns of the captures together, in the neutral form."""
    return {"name": "invented captures", "rows": 40_000, "fields": [_field(name) for name in COLUMNS]}


def sessions(people: int = 90, count: int = 400, *, seed: int = 0) -> list[dict[str, Any]]:
    """A log of so many sessions in the neutral form; five to six steps a session."""
    return [row for _, rows in _written(people, count, seed) for row in rows]


def ceiling(people: int = 90, count: int = 400, *, seed: int = 0, draws: int = 300) -> dict[str, object]:
    """What nobody can beat on `sessions` of the same arguments: the scores of who knows how they are made.

    For every step the analyst is asked again, `draws` times, from the same view: what came most often is the best
    prediction there is. Which of all possible steps was taken is chance, for anyone.

    Returns:
        As `Scores.summary`.
    """
    scores, again = Scores(), np.random.default_rng(seed + 1)
    for session, _ in _written(people, count, seed):
        for place in range(1, len(session.views)):
            before = session.before(session.parents[place])[0]
            likely = Counter(session.once_more(place, again) for _ in range(draws))
            moves = Counter[Move]()
            for view, times in likely.items():
                moves[between(before, view)] += times
            truth = session.views[place]
            ranked = [view for view, _ in likely.most_common()]
            scores.cases.append(score(moves.most_common(), ranked, (between(before, truth), truth), first=False,
                                      unseen=False))  # fmt: skip
    return scores.summary()


def _written(people: int, count: int, seed: int) -> Iterator[tuple["_Session", list[dict[str, Any]]]]:
    rng = np.random.default_rng(seed)
    custom = _Custom.of(rng)
    tastes = [rng.gamma(6.0, size=len(COLUMNS)) for _ in range(people)]
    for number in range(count):
        person = int(rng.integers(people))
        session = _Session(rng, custom, tastes[person], int(rng.integers(CAPTURES)))
        yield session, session.write(str(number), f"a{person}", _START + timedelta(hours=7 * number))


@dataclass(frozen=True, slots=True)
class _Custom:
    """What people of this trade do: columns by kind of move, and what follows what."""

    columns: dict[str, np.ndarray]
    after_kind: dict[str, np.ndarray]
    after_move: dict[tuple[str, str, str], np.ndarray]

    @classmethod
    def of(cls, rng: np.random.Generator) -> "_Custom":
        columns = {kind: rng.dirichlet(60 * USED / USED.sum()) for kind in KINDS}
        after_kind = {kind: rng.dirichlet(8 * np.array(SHARES)) for kind in KINDS}
        after_move = {
            (kind, column, then): rng.dirichlet(0.8 * columns[then] + 1e-3)
            for kind in KINDS for column in COLUMNS for then in KINDS
        }  # fmt: skip
        return cls(columns, after_kind, after_move)


@dataclass(slots=True)
class _Session:
    """One person at one capture."""

    rng: np.random.Generator
    custom: _Custom
    taste: np.ndarray
    capture: int
    views: list[View] = field(default_factory=list)
    moves: list[tuple[str, str]] = field(default_factory=list)
    parents: list[int | None] = field(default_factory=list)

    def write(self, session: str, user: str, at: datetime) -> list[dict[str, Any]]:
        steps, rows = 1 + min(int(self.rng.lognormal(1.3, 0.65)), 48), []
        for number in range(1, steps + 1):
            at += timedelta(seconds=int(self.rng.lognormal(3.5, 0.8)))
            self._go_on()
            rows.append({
                "session": session, "user": user, "step": number, "parent": self.parents[-1], "at": at.isoformat(),
                "question": write_view(self.views[-1]),
            })  # fmt: skip
        return rows

    def _go_on(self) -> None:
        if self.views and self.rng.random() < AGAIN:
            one = int(self.rng.integers(len(self.views)))
            move, parent, view = self.moves[one], self.parents[one], self.views[one]
        else:
            parent = self._parent()
            move, view = self.ask(parent)
        self.moves.append(move)
        self.parents.append(parent)
        self.views.append(view)

    def before(self, parent: int | None) -> tuple[View, tuple[str, str] | None]:
        """The view of a step and the move that made it."""
        return (EMPTY, None) if parent is None else (self.views[parent - 1], self.moves[parent - 1])

    def once_more(self, place: int, rng: np.random.Generator) -> View:
        """What might as well have been asked at a place of the session, from the same view."""
        parent = self.parents[place]
        asked = [view for view, of in zip(self.views[:place], self.parents, strict=False) if of == parent]
        if asked and rng.random() < AGAIN:
            return asked[int(rng.integers(len(asked)))]
        return replace(self, rng=rng, views=self.views[:place]).ask(parent)[1]

    def ask(self, parent: int | None) -> tuple[tuple[str, str], View]:
        """A move from the view of a step, and the view it leads to."""
        view, made = self.before(parent)
        move = self._move(made)
        return move, self._carried_out(view, *move)

    def _parent(self) -> int | None:
        if not self.views:
            return None
        place = self._one(PLACES, FROM)
        if place == "back" and len(self.views) > 1:
            return int(self.rng.integers(1, len(self.views)))
        return None if place == "root" else len(self.views)

    def _move(self, made: tuple[str, str] | None) -> tuple[str, str]:
        if not self.views and self.rng.random() < FIRST:
            return "group", next(iter(COLUMNS))
        kinds = np.array(SHARES) if made is None else 0.5 * self.custom.after_kind[made[0]] + 0.5 * np.array(SHARES)
        kind = self._one(KINDS, kinds)
        weights = self.custom.columns[kind]
        if made is not None:
            weights = 0.2 * weights + 0.8 * self.custom.after_move[*made, kind]
        return kind, self._one(tuple(COLUMNS), weights * self.taste)

    def _carried_out(self, view: View, kind: str, column: str) -> View:
        if kind == "sort":
            column = "count(*)" if self.rng.random() < 0.25 else column
            return replace(view, order=(column, self._one(("desc", "asc"), (0.85, 0.15))))
        if kind == "filter":
            one = (column, *self._condition(column))
            return replace(view, filters=tuple(sorted({*view.filters, one}, key=repr)))
        if kind == "project":
            return replace(view, measures=(), dimensions=tuple(dict.fromkeys((*view.dimensions, column))))
        kept = view.dimensions
        if kept:
            kept = kept[: int(self.rng.choice([len(kept), len(kept) - 1, 0], p=(0.6, 0.25, 0.15)))]
        measures = view.measures or EMPTY.measures
        if self.rng.random() < AGGREGATED:
            measures = ((self._one(("sum", "avg", "max", "min"), (0.6, 0.2, 0.12, 0.08)), "size"),)
        return View((*(name for name in kept if name != column), column), measures, view.filters, None)

    def _condition(self, column: str) -> tuple[str, Any]:
        numeric = not COLUMNS[column]
        operator = self._one(OPERATORS, ASKED)
        if operator in (">", "<", "between") or numeric:
            low = float(self._one(_SIZES, (1,) * 5) if self.rng.random() < 0.33 else self.rng.integers(2000))
            return ("between", (low, low + 100)) if operator == "between" else (">" if operator != "<" else "<", low)
        if self.rng.random() < FREQUENT[operator]:
            values = _frequent(column, self.capture)[:10]
            return operator, self._one(values, 1 / np.arange(1, len(values) + 1))
        if operator == "contains" and self.rng.random() < 0.5:
            return operator, self._one(_WORDS, 1 / np.arange(1, len(_WORDS) + 1))
        return operator, f"{column} {self.capture} {int(self.rng.integers(COLUMNS[column] * 10))}"

    def _one(self, items: Sequence[Any], weights: Any) -> Any:
        shares = np.array(weights, dtype=float)
        return items[int(self.rng.choice(len(items), p=shares / shares.sum()))]


def _frequent(column: str, capture: int) -> list[str]:
    """The most frequent values of a column of a capture, most first; half of them are those of the other captures."""
    shared = COLUMNS[column] < 20
    return [f"{column} {n}" if shared or n % 2 else f"{column} {capture} {n}" for n in range(min(COLUMNS[column], 10))]


def _field(name: str) -> dict[str, Any]:
    known: dict[str, int] = {}
    for capture in range(CAPTURES):
        for rank, value in enumerate(_frequent(name, capture) if COLUMNS[name] else ()):
            known[value] = known.get(value, 0) + 10_000 // (rank + 1)
    top = sorted(known.items(), key=lambda pair: (-pair[1], pair[0]))[:20]
    about = {"name": name, "role": _ROLES.get(name, "dimension"), "cardinality": COLUMNS[name] or 1400,
             "entropy": 0.6, "null_share": 0.0, "top": [list(one) for one in top]}  # fmt: skip
    return {**about, "quantiles": list(_SIZES)} if name == "size" else about
