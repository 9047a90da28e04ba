"""Sessions that went alike: what did those do that shared most with this one?

Session-kNN as in Ludewig et al., "Empirical analysis of session-based recommendation algorithms" (2020): one of the
strongest simple methods there; here a feature of the ranker, and by itself a baseline.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from tollbook.questions.trail import Trail

NEAREST = 60
RECENT = 0.8  # each move further back in the own session counts so much less


@dataclass(slots=True)
class Neighbours:
    """Sessions as sets of items (moves, or whole questions), found by what they share."""

    sessions: list[dict[Hashable, int]] = field(default_factory=list)
    holders: dict[Hashable, list[int]] = field(default_factory=dict)
    open: dict[str, int] = field(default_factory=dict)
    firsts: dict[Hashable, int] = field(default_factory=dict)

    def add(self, trail: Trail, item: Hashable) -> None:
        """The session of `trail` now also holds `item`."""
        at = self.open.get(trail.session)
        if at is None or not trail.taken:
            at = self.open[trail.session] = len(self.sessions)
            self.sessions.append({})
            self.firsts[item] = self.firsts.get(item, 0) + 1
        session = self.sessions[at]
        if item not in session:
            self.holders.setdefault(item, []).append(at)
        session[item] = session.get(item, 0) + 1

    def weigh(self, trail: Trail, items: Sequence[Hashable]) -> dict[Hashable, float]:
        """Items of the nearest sessions with their weights; `items` are the own session's, oldest first."""
        if not items:
            return {item: float(number) for item, number in self.firsts.items()}
        own, near = self.open.get(trail.session), dict[int, float]()
        for back, item in enumerate(reversed(items)):
            for at in self.holders.get(item, ()):
                if at != own:
                    near[at] = near.get(at, 0.0) + RECENT**back
        nearest = sorted(near, key=lambda at: (-near[at] / (1 + len(self.sessions[at])) ** 0.5, -at))[:NEAREST]
        weights: dict[Hashable, float] = {}
        for at in nearest:
            pull = near[at] / (1 + len(self.sessions[at])) ** 0.5
            for item in self.sessions[at]:
                weights[item] = weights.get(item, 0.0) + pull
        return weights

    def scores(self, trail: Trail, candidates: Sequence[Hashable]) -> list[float]:
        """Weight of each candidate move, adding up to at most 1."""
        weights = self.weigh(trail, [one.move for one in trail.taken])
        whole = sum(weights.values()) or 1.0
        return [weights.get(one, 0.0) / whole for one in candidates]
