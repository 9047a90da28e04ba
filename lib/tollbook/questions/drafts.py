"""Drafts of the next whole question: likely moves, carried out in likely ways, with likely values, and echoes.

A draft need not be in the log: it is made, not remembered. Echoes (what followed this question before, what the
session had already) join the same list.
"""

from collections import Counter
from dataclasses import dataclass, field
from math import log, log1p

import numpy as np

from tollbook.questions.conditions import Conditions, Offer
from tollbook.questions.counts import Counts
from tollbook.questions.edits import Edits
from tollbook.questions.moves import KINDS, PLAIN, Move, Script, apply, asked, between, script_of
from tollbook.questions.neighbours import Neighbours
from tollbook.questions.steps import OPERATORS, ROLES, Schema, View
from tollbook.questions.trail import Stand, template

SLOW, STRENGTH = 1500.0, 4.0
MOVES, SCRIPTS, ECHOES, KEPT = 24, 5, 20, 120
_LEAST = 1e-6


@dataclass(slots=True)
class Draft:
    """A possible next question: the move that leads to it and how likely each part is."""

    view: View
    move: Move
    by_move: float
    by_script: float = _LEAST
    script: Script | None = None
    offer: Offer | None = None
    chance: float = 0.0


@dataclass(slots=True)
class Drafts:
    """What has been seen of whole questions."""

    schema: Schema
    conditions: Conditions
    scripts: Counts = field(default_factory=lambda: Counts(SLOW))
    views: Counts = field(default_factory=lambda: Counts(SLOW))
    templates: Counts = field(default_factory=lambda: Counts(SLOW))
    edits: Edits = field(default_factory=Edits)
    neighbours: Neighbours = field(default_factory=Neighbours)

    @classmethod
    def of(cls, schema: Schema) -> "Drafts":
        """Nothing seen yet."""
        return cls(schema, Conditions(schema))

    def add(self, stand: Stand, view: View) -> None:
        """Count a question asked from `stand`."""
        move = between(stand.view, view)
        script = script_of(stand.view, view, move)
        if script.possible:
            self.scripts.add(_script_contexts(stand, move), script)
        condition = asked(stand.view, view, move.column)
        if condition is not None:
            self.conditions.add(stand, move.column, condition)
        self.views.add((("all",), ("from", stand.view), ("place", stand.place)), view)
        self.templates.add((("all",), ("from", template(stand.view))), template(view))
        self.neighbours.add(stand.trail, view)
        self.edits.add(stand, view)

    def make(self, stand: Stand, moves: list[Move], chances: np.ndarray, *, limit: int = KEPT) -> list[Draft]:
        """The likeliest next questions, most first by the product of their parts.

        Args:
            stand: where the person stands.
            moves: candidate moves.
            chances: their probabilities.
            limit: at most so many.
        """
        found: dict[View, Draft] = {}
        order = np.argsort(-chances, kind="stable")
        for place, index in enumerate(order[:MOVES]):
            for draft in self._carried_out(stand, moves[index], float(chances[index]), place):
                _merge(found, draft)
        by_move = {moves[index]: float(chances[index]) for index in order}
        carried = self.edits.carried(stand)
        for view in dict.fromkeys([*self._echoes(stand), *carried]):
            if view not in found:
                move = between(stand.view, view)
                chance = by_move.get(move, _LEAST)
                found[view] = Draft(view, move, chance, chance=chance * 0.02)
            found[view].chance += (self._echo(stand, view) + carried.get(view, 0.0)) * 0.3
        return sorted(found.values(), key=lambda one: -one.chance)[:limit]

    def _carried_out(self, stand: Stand, move: Move, chance: float, place: int) -> list[Draft]:
        offers: list[Offer | None] = [None]
        if move.kind == "filter":
            offers = list(self.conditions.offers(stand, move.column, 28 if place < 4 else 12 if place < 10 else 5))
        drafts = []
        for script, likely in self._scripts(stand, move):
            for offer in offers:
                view = apply(stand.view, move, script, offer.condition if offer else None)
                whole = chance * likely * (offer.chance if offer else 1.0)
                drafts.append(Draft(view, move, chance, likely, script, offer, whole))
        return drafts

    def _scripts(self, stand: Stand, move: Move) -> list[tuple[Script, float]]:
        contexts = _script_contexts(stand, move)
        plain = PLAIN[move.kind]
        names = list(dict.fromkeys([*plain, *(one for c in reversed(contexts) for one in self.scripts.best(c, 6))]))
        chances = [0.7 * 0.5**n if script in plain else 0.02 for n, script in enumerate(names)]
        for context in contexts:
            chances = self.scripts.shares(context, names, chances, STRENGTH)
        ranked = sorted(zip(names, chances, strict=True), key=lambda pair: -pair[1])
        return [(script, chance) for script, chance in ranked if isinstance(script, Script)][:SCRIPTS]

    def _echoes(self, stand: Stand) -> list[View]:
        followed = self.views.best(("from", stand.view), ECHOES)
        popular = self.views.best(("all",), ECHOES)
        own = [one.view for one in stand.trail.taken]
        near = self.neighbours.weigh(stand.trail, own) if own else {}
        close = sorted(near, key=lambda one: (-near[one], repr(one)))[:ECHOES]
        return [one for one in (*followed, *popular, *close, *own[-ECHOES:]) if isinstance(one, View)]

    def _echo(self, stand: Stand, view: View) -> float:
        popular = self.views.share(("all",), view)
        return self.views.share(("from", stand.view), view, prior=popular, strength=STRENGTH)

    def features(self, stand: Stand, drafts: list[Draft]) -> np.ndarray:
        """One row for each draft."""
        taken = stand.trail.taken
        had = Counter(one.view for one in taken)
        here = Counter(one.view for one in taken if one.parent == stand.parent)
        templates = Counter(template(one.view) for one in taken)
        ago = {one.view: len(taken) - n for n, one in enumerate(taken)}
        order = np.argsort(np.argsort([-one.by_move for one in drafts], kind="stable"), kind="stable")
        near = self.neighbours.weigh(stand.trail, [one.view for one in taken]) if taken else {}
        whole = sum(near.values()) or 1.0
        weights = (log1p(self.views.weight(("from", stand.view))), len(stand.view.dimensions), len(stand.view.filters))
        edited = self.edits.scores(stand, [one.view for one in drafts])
        own = _own_scripts(stand)
        rows = []
        for place, draft in enumerate(drafts):
            view, offer = draft.view, draft.offer
            kind = template(view)
            popular = self.views.share(("all",), view)
            rows.append((
                log(max(draft.chance, 1e-12)), place, log(max(draft.by_move, _LEAST)), float(order[place]),
                log(draft.by_script),
                log(max(offer.chance, _LEAST)) if offer else 0.0,
                log(max(offer.logged, _LEAST)) if offer else 0.0,
                offer.rank if offer else -2, offer.used if offer else -1,
                offer.beside if offer else -99, offer.like_last if offer else -2,
                log(max(popular, _LEAST)), log(max(self._echo(stand, view), _LEAST)),
                log(max(self.templates.share(("from", template(stand.view)), kind,
                                             prior=self.templates.share(("all",), kind), strength=3), _LEAST)),
                near.get(view, 0.0) / whole,
                edited[place],
                had[view], here[view], ago.get(view, 99), templates[kind], float(view == stand.view),
                KINDS.index(draft.move.kind),
                len(view.dimensions), len(view.filters), *weights,
                *self._way(draft, own.get(draft.move.kind)),
                log(max(offer.along, _LEAST)) if offer else 0.0,
                OPERATORS.index(offer.condition[0]) if offer else -1,
            ))  # fmt: skip
        return np.array(rows, dtype=np.float32)

    def _way(self, draft: Draft, own: Script | None) -> tuple[float, ...]:
        """How the draft's move is carried out, whether the session did it so last time, and its column."""
        script, about = draft.script, self.schema.fields.get(draft.move.column)
        column = (ROLES.index(about.role), log1p(about.cardinality)) if about else (-1, -1)
        if script is None:
            return (-1, -2, -1, -1, -1, *column)
        falling = int(script.order[1] == "desc") if isinstance(script.order, tuple) else -1
        alike = -1 if own is None else int(own == script)
        partly = -1 if own is None else int(own.kept == script.kept) + int(own.order == script.order)
        return (float(script.dimensions == "add"), script.kept, falling, alike, partly, *column)


def _own_scripts(stand: Stand) -> dict[str, Script]:
    """How the session carried out each kind of move last."""
    return {
        one.move.kind: script_of(stand.trail.view(one.parent), one.view, one.move) for one in stand.trail.taken[-8:]
    }


def _script_contexts(stand: Stand, move: Move) -> tuple[tuple[object, ...], ...]:
    view = stand.view
    state = (min(len(view.dimensions), 3), bool(view.filters), view.order is not None)
    part = move.column in view.dimensions
    return (
        ("kind", move.kind),
        ("state", move.kind, part, state),
        ("column", move.kind, move.column, part, bool(view.dimensions)),
        ("user", stand.trail.session, move.kind),
    )


def _merge(found: dict[View, Draft], draft: Draft) -> None:
    """Several ways lead to one view: keep the likeliest, with the chance of all."""
    other = found.get(draft.view)
    if other is None:
        found[draft.view] = draft
        return
    best = max(other, draft, key=lambda one: one.chance)
    best.chance = other.chance + draft.chance
    found[draft.view] = best
