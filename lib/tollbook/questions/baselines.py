"""What the learner must beat, measured in the same run: popularity, last repeat, Markov and session-kNN.

Each ranks moves and whole questions. None makes a question that nobody has asked: on unseen questions all of them
score nothing, by construction.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tollbook.questions.counts import Counts
from tollbook.questions.moves import Move, between
from tollbook.questions.neighbours import Neighbours
from tollbook.questions.steps import Step, View
from tollbook.questions.trail import Stand

MOST = 60


class Baseline(Protocol):
    """Ranks the next move and the next whole question, most likely first, with weights."""

    def learn(self, stand: Stand, view: View) -> None:
        """Learn from one step."""

    def rank_moves(self, stand: Stand) -> dict[Move, float]:
        """Moves with weights, most likely first."""

    def rank_views(self, stand: Stand) -> list[View]:
        """Questions, most likely first."""


@dataclass(slots=True)
class Popularity:
    """What is asked most, wherever one stands."""

    moves: Counts = field(default_factory=Counts)
    views: Counts = field(default_factory=Counts)

    def learn(self, stand: Stand, view: View) -> None:
        """Count it."""
        self.moves.add((0,), between(stand.view, view))
        self.views.add((0,), view)

    def rank_moves(self, stand: Stand) -> dict[Move, float]:  # noqa: ARG002 - the same everywhere
        """Most frequent first."""
        return _ordered(self.moves.row(0))

    def rank_views(self, stand: Stand) -> list[View]:  # noqa: ARG002 - the same everywhere
        """Most frequent first."""
        return _views(self.views.row(0))


@dataclass(slots=True)
class LastRepeat(Popularity):
    """The session's own moves and questions again, the latest first; then what is popular."""

    def rank_moves(self, stand: Stand) -> dict[Move, float]:
        """The last move, the ones before it, then popular ones."""
        popular = self.moves.row(0)
        whole = sum(popular.values()) or 1.0
        weights = {move: weight / whole for move, weight in popular.items()}
        for back, one in enumerate(reversed(stand.trail.taken)):
            weights[one.move] = max(weights.get(one.move, 0.0), 1.0 / (back + 1))
        return _ordered(weights)

    def rank_views(self, stand: Stand) -> list[View]:
        """The session's last questions, then popular ones."""
        own = [one.view for one in reversed(stand.trail.taken)]
        return list(dict.fromkeys([*own, *_views(self.views.row(0))]))[:MOST]


@dataclass(slots=True)
class Markov(Popularity):
    """What followed the last move, or this very question, before; popularity behind it."""

    def learn(self, stand: Stand, view: View) -> None:
        """Count it in its context."""
        self.moves.add((0, ("last", stand.last)), between(stand.view, view))
        self.views.add((0, ("from", stand.view)), view)

    def rank_moves(self, stand: Stand) -> dict[Move, float]:
        """By P(move | last move)."""
        every = list(self.moves.row(0))
        popular = self.moves.shares(0, every, [0.0] * len(every), 0)
        return _ordered(dict(zip(every, self.moves.shares(("last", stand.last), every, popular, 5), strict=True)))

    def rank_views(self, stand: Stand) -> list[View]:
        """By P(question | question)."""
        followed = _views(self.views.row(("from", stand.view)))
        return list(dict.fromkeys([*followed, *_views(self.views.row(0))]))[:MOST]


@dataclass(slots=True)
class SessionNeighbours(Popularity):
    """What the sessions did that shared most with this one; popularity behind it."""

    near_moves: Neighbours = field(default_factory=Neighbours)
    near_views: Neighbours = field(default_factory=Neighbours)

    def learn(self, stand: Stand, view: View) -> None:
        """Count it in its session."""
        self.moves.add((0,), between(stand.view, view))
        self.views.add((0,), view)
        self.near_moves.add(stand.trail, between(stand.view, view))
        self.near_views.add(stand.trail, view)

    def rank_moves(self, stand: Stand) -> dict[Move, float]:
        """By the weight of the sessions that hold it."""
        near = self.near_moves.weigh(stand.trail, [one.move for one in stand.trail.taken])
        return _ordered(_backed(near, self.moves.row(0)))

    def rank_views(self, stand: Stand) -> list[View]:
        """By the weight of the sessions that hold it."""
        near = self.near_views.weigh(stand.trail, [one.view for one in stand.trail.taken])
        return _views(_backed(near, self.views.row(0)))


def baselines() -> dict[str, Baseline]:
    """A fresh one of each, by name."""
    return {
        "popularity": Popularity(),
        "last_repeat": LastRepeat(),
        "markov": Markov(),
        "session_knn": SessionNeighbours(),
    }


def teach(models: Sequence[Baseline], steps: Sequence[tuple[Stand, Step]]) -> None:
    """Let each learn each step."""
    for stand, step in steps:
        for model in models:
            model.learn(stand, step.view)


def _backed(near: dict[Hashable, float], popular: dict[Hashable, float]) -> dict[Hashable, float]:
    whole = sum(near.values()) or 1.0
    every = sum(popular.values()) or 1.0
    return {item: near.get(item, 0.0) / whole + 0.05 * popular.get(item, 0.0) / every for item in {**near, **popular}}


def _ordered(weights: dict[Hashable, float]) -> dict[Move, float]:
    ranked = sorted(weights.items(), key=lambda pair: (-pair[1], repr(pair[0])))
    return {move: weight for move, weight in ranked if isinstance(move, Move)}


def _views(weights: dict[Hashable, float]) -> list[View]:
    ranked = sorted(weights.items(), key=lambda pair: (-pair[1], repr(pair[0])))[:MOST]
    return [view for view, _ in ranked if isinstance(view, View)]
