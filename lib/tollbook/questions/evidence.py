"""Evidence for the next move: decayed counts over contexts of growing detail, and features made from them.

The counts of a person are one feature among others, never mixed into the rest: plain counts per person make the
prediction worse (there are too few), a ranker learns how far to trust them.
"""

from collections import Counter
from dataclasses import dataclass, field
from math import log1p

import numpy as np

from tollbook.questions.contexts import contexts, kind_contexts, parts_of, relation, shapes
from tollbook.questions.counts import Counts
from tollbook.questions.moves import ADDING, KINDS, REMOVING, REPEAT, Move, removals
from tollbook.questions.neighbours import Neighbours
from tollbook.questions.steps import Field, Schema, View
from tollbook.questions.trail import Stand, template

FRESH, FAST, SLOW = 30.0, 100.0, 1500.0  # half-lives in events
STRENGTH = 5.0  # a context with five events weighs as much as the one it falls back on
_ROLES = {"dimension": 0, "measure": 1, "time": 2, "text": 3}
_PLACES = {"root": 0, "last": 1, "back": 2}
_UNKNOWN = Field("", "dimension")
# Before anything is known. Shares of follow-up moves in SParC and CoSQL, and grouping first in Public BI and REACT.
PRIOR = {"group": 6.0, "filter": 4.0, "sort": 2.5, "measure": 1.0, "project": 0.2, REPEAT: 0.4}
_LEAST = 1e-5


@dataclass(slots=True)
class Evidence:
    """What has been seen of moves.

    Attributes:
        moves: kind and column by context, fading slowly; `recent` fades fast, `fresh` at once.
        relations: the move as it relates to the view, without names: what carries over to other data.
        people: moves by person; empty when persons are not to be told apart.
    """

    schema: Schema
    personal: bool = False
    moves: Counts = field(default_factory=lambda: Counts(SLOW))
    recent: Counts = field(default_factory=lambda: Counts(FAST))
    fresh: Counts = field(default_factory=lambda: Counts(FRESH))
    relations: Counts = field(default_factory=lambda: Counts(SLOW))
    kinds: Counts = field(default_factory=lambda: Counts(SLOW))
    columns: Counts = field(default_factory=lambda: Counts(SLOW))
    people: Counts = field(default_factory=Counts)
    neighbours: Neighbours = field(default_factory=Neighbours)
    seen: dict[Move, int] = field(default_factory=dict)

    def add(self, stand: Stand, move: Move) -> None:
        """Count a move made from `stand`."""
        self.moves.add((*contexts(stand), *parts_of(stand.view)), move)
        self.recent.add((("all",), ("made", stand.made, stand.place)), move)
        self.fresh.add((("all",), ("last", stand.last)), move)
        self.relations.add(shapes(stand), relation(stand, move, self.schema))
        self.kinds.add(kind_contexts(stand), move.kind)
        self.columns.add((("all",), ("last", stand.last.column, move.kind), ("kind", move.kind)), move.column)
        if self.personal:
            self.people.add((stand.trail.user,), move)
        self.neighbours.add(stand.trail, move)
        self.seen[move] = self.seen.get(move, 0) + 1

    def candidates(self, stand: Stand) -> list[Move]:
        """Every move that makes sense from here, and those seen before that still do."""
        view = stand.view
        names = list(self.schema.fields)
        found = [Move(kind, name) for kind in ("group", "filter", "sort") for name in names]
        found += [Move("measure", name) for name, one in self.schema.fields.items() if one.role == "measure"]
        found += [Move("measure", "*"), Move(REPEAT, "")]
        if not view.measures:
            found += [Move("project", name) for name in names]
        found += [Move("sort", name) for name in (f"{how}({what})" for how, what in view.measures)]
        found += removals(view)
        found += [move for move in self.seen if move.kind in ADDING]
        return list(dict.fromkeys(found))

    def features(self, stand: Stand, candidates: list[Move], chances: np.ndarray | None = None) -> np.ndarray:
        """One row for each candidate; the columns are those of `NAMES`. `chances`: where they are known already."""
        chance = self.chances(stand, candidates) if chances is None else chances
        context = self._context(stand)
        used = Counter(one.move for one in stand.trail.taken)
        columns = Counter(one.move.column for one in stand.trail.taken)
        here = Counter(stand.from_here)
        ago: dict[str, int] = {}
        for n, one in enumerate(reversed(stand.trail.taken), start=1):
            ago.setdefault(one.move.column, n)
        rows = [
            (
                *own,
                used[move], columns[move.column], here[move], ago.get(move.column, 99),
                float(move == stand.last), float(move == stand.made), KINDS.index(move.kind),
                *self._column(stand.view, move), *context,
            )
            for move, own in zip(candidates, chance.T.tolist(), strict=True)
        ]  # fmt: skip
        return np.array(rows, dtype=np.float32)

    def chances(self, stand: Stand, candidates: list[Move]) -> np.ndarray:
        """Log probabilities, several views of the same counts: the first columns of `NAMES` x candidates."""
        by_relation = self._by_relation(stand, candidates)
        popular = self.moves.shares(("all",), candidates, by_relation, STRENGTH)
        made = self.moves.shares(("made", stand.made), candidates, popular, STRENGTH)
        placed = self.moves.shares(("made", stand.made, stand.place), candidates, made, STRENGTH)
        last = self.moves.shares(("last", stand.last), candidates, popular, STRENGTH)
        two = self.moves.shares(("two", stand.before_last, stand.last), candidates, last, STRENGTH)
        seen = self.moves.shares(("view", template(stand.view)), candidates, placed, STRENGTH)
        recent = self.recent.shares(("all",), candidates, popular, STRENGTH)
        now = self.recent.shares(("made", stand.made, stand.place), candidates, recent, STRENGTH)
        fresh = self.fresh.shares(("all",), candidates, recent, STRENGTH)
        fresh = self.fresh.shares(("last", stand.last), candidates, fresh, STRENGTH / 2)
        near = self.neighbours.scores(stand.trail, candidates)
        kinds = [self._kind(stand, one.kind) for one in candidates]
        after = [self._after(stand, one) for one in candidates]
        own = self.people.shares(stand.trail.user, candidates, popular, STRENGTH * 2)
        beside = self._beside(stand, candidates, popular)
        early = self.moves.shares(("at", min(len(stand.trail.taken), 5), stand.place), candidates, popular, STRENGTH)
        sides = (
            by_relation, popular, placed, last, two, seen, now, near, recent, kinds, after, own, fresh, beside, early,
        )  # fmt: skip
        return np.asarray(np.log(np.maximum(np.array(sides), _LEAST)))

    def _beside(self, stand: Stand, candidates: list[Move], popular: list[float]) -> list[float]:
        """P by each part of the view alone, on average: for views that nobody stood on before."""
        parts = parts_of(stand.view)
        shares = [self.moves.shares(part, candidates, popular, STRENGTH) for part in parts]
        return [sum(each) / len(parts) for each in zip(*shares, strict=True)]

    def _by_relation(self, stand: Stand, candidates: list[Move]) -> list[float]:
        """P by the move's relation to the view alone, spread evenly over the moves that share it."""
        relations = [relation(stand, one, self.schema) for one in candidates]
        sizes = Counter(relations)
        prior_whole = sum(PRIOR.values()) + 0.3 * len(REMOVING)
        kinds = Counter(one.kind for one in candidates)
        prior = [PRIOR.get(one.kind, 0.3) / prior_whole * sizes[r] / kinds[one.kind]
                 for one, r in zip(candidates, relations, strict=True)]  # fmt: skip
        whole, placed, shaped = shapes(stand)
        chance = self.relations.shares(whole, relations, prior, 10.0)
        chance = self.relations.shares(placed, relations, chance, 10.0)
        chance = self.relations.shares(shaped, relations, chance, 10.0)
        return [one / sizes[r] for one, r in zip(chance, relations, strict=True)]

    def _kind(self, stand: Stand, kind: str) -> float:
        chance = 0.1
        for context in kind_contexts(stand):
            chance = self.kinds.share(context, kind, prior=chance, strength=STRENGTH)
        return chance

    def _after(self, stand: Stand, move: Move) -> float:
        chance = self.columns.share(("all",), move.column, prior=0.02, strength=STRENGTH)
        chance = self.columns.share(("kind", move.kind), move.column, prior=chance, strength=STRENGTH)
        return self.columns.share(("last", stand.last.column, move.kind), move.column, prior=chance, strength=STRENGTH)

    def _column(self, view: View, move: Move) -> tuple[float, ...]:
        about = self.schema.fields.get(move.column, _UNKNOWN)
        place = len(view.dimensions) - view.dimensions.index(move.column) if move.column in view.dimensions else 0
        return (
            _ROLES[about.role] if move.column in self.schema.fields else 4,
            log1p(about.cardinality),
            about.entropy,
            about.null_share,
            place,
            sum(name == move.column for name, _, _ in view.filters),
            float(any(name == move.column for _, name in view.measures)),
            float(view.order is not None and view.order[0] == move.column),
        )

    def _context(self, stand: Stand) -> tuple[float, ...]:
        view = stand.view
        last = KINDS.index(stand.last.kind) if stand.last.kind in KINDS else -1
        made = KINDS.index(stand.made.kind) if stand.made.kind in KINDS else -1
        return (
            len(view.dimensions), len(view.filters), len(view.measures), float(view.order is not None),
            _PLACES[stand.place], stand.depth, len(stand.trail.taken), len(stand.from_here), last, made,
            log1p(self.moves.weight(("made", stand.made, stand.place))),
            log1p(self.moves.weight(("view", template(view)))),
        )  # fmt: skip


NAMES = [
    "relation",
    "popular",
    "placed",
    "last",
    "two",
    "seen",
    "now",
    "near",
    "recent",
    "kind",
    "after",
    "own",
    "fresh",
    "beside",
    "early",
    "used",
    "column_used",
    "here",
    "ago",
    "same_as_last",
    "same_as_made",
    "kind_index",
    "role",
    "cardinality",
    "entropy",
    "nulls",
    "in_dimensions",
    "in_filters",
    "in_measures",
    "in_order",
    "dimensions",
    "filters",
    "measures",
    "ordered",
    "place",
    "depth",
    "steps",
    "from_here",
    "last_kind",
    "made_kind",
    "weight",
    "view_weight",
]


_PLAIN = {"popular": 0.25, "placed": 0.3, "seen": 0.1, "now": 0.15, "near": 0.1, "recent": 0.1}


def plain(chances: np.ndarray) -> np.ndarray:
    """P(move | where one stands) by counts alone, from `Evidence.chances`."""
    weights = np.array(list(_PLAIN.values()))
    score = np.exp(chances[[NAMES.index(name) for name in _PLAIN]]).T @ weights
    return np.asarray(score / score.sum())
