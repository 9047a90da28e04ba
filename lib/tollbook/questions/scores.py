"""Scores of a replay: where in a ranking the truth stood, gathered and averaged."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tollbook.questions.moves import Move
from tollbook.questions.steps import View

MOVE_HITS, EXACT_HITS = (1, 3, 5), (1, 5, 10)
MISSED = 0


@dataclass(frozen=True, slots=True)
class Case:
    """One step that was predicted: the place (1 the first, 0 missing) of the truth in each ranking.

    Attributes:
        first: whether the step opens its session.
        unseen: whether no step of the training log asks the same question.
        seconds: the prediction took; 0 when it was not timed.
    """

    first: bool
    unseen: bool
    kind: int
    column: int
    move: int
    exact: int
    seconds: float = 0.0
    session: str = ""


@dataclass(slots=True)
class Scores:
    """Cases of one model."""

    cases: list[Case] = field(default_factory=list)

    def summary(self) -> dict[str, object]:
        """Metrics over the steps that follow another; those that open a session stand apart under `first`."""
        after = [one for one in self.cases if not one.first]
        return {
            **_metrics(after),
            "first": _metrics([one for one in self.cases if one.first]),
            "every": _metrics(self.cases),
            **_latency(self.cases),
        }


def score(  # noqa: PLR0913 - a case has as many facts as it has
    pairs: Sequence[tuple[Move, float]],
    views: Sequence[View],
    truth: tuple[Move, View],
    *,
    first: bool,
    unseen: bool,
    seconds: float = 0.0,
    session: str = "",
) -> Case:
    """Hold one prediction against what came.

    Args:
        pairs: moves with weights, most likely first; kinds and columns are ranked by their sums.
        views: whole questions, most likely first.
        truth: the move and the question that came.
        first: whether the step opens its session.
        unseen: whether the training log lacks the question.
        seconds: how long the prediction took.
        session: whose step it is.
    """
    move, view = truth
    kinds: dict[str, float] = defaultdict(float)
    columns: dict[str, float] = defaultdict(float)
    for one, weight in pairs:
        kinds[one.kind] += weight
        columns[one.column] += weight
    return Case(
        first,
        unseen,
        _place(_by_weight(kinds), move.kind),
        _place(_by_weight(columns), move.column),
        _place([one for one, _ in pairs], move),
        _place(views, view),
        seconds,
        session,
    )


def _by_weight(weights: dict[str, float]) -> list[str]:
    return sorted(weights, key=lambda name: (-weights[name], name))


def _place(ranked: Sequence[object], truth: object) -> int:
    return next((place for place, one in enumerate(ranked, start=1) if one == truth), MISSED)


def _metrics(cases: Sequence[Case]) -> dict[str, object]:
    unseen = [one for one in cases if one.unseen]
    return {
        "steps": len(cases),
        "type": _ranked([one.kind for one in cases], MOVE_HITS),
        "column": _ranked([one.column for one in cases], MOVE_HITS),
        "move": _ranked([one.move for one in cases], MOVE_HITS),
        "exact": _exact(cases),
        "unseen": {"steps": len(unseen), **_exact(unseen)},
    }


def _exact(cases: Sequence[Case]) -> dict[str, float | None]:
    """Hits of whole questions; `recall`: how many were among the candidates at all."""
    found = sum(one.exact > 0 for one in cases) / len(cases) if cases else None
    return {**_ranked([one.exact for one in cases], EXACT_HITS), "recall": found}


def _ranked(places: Sequence[int], hits: Iterable[int]) -> dict[str, float | None]:
    """hit@k and the mean reciprocal rank; None where there is nothing to score."""
    count = len(places)
    found = {f"hit{k}": sum(0 < place <= k for place in places) / count if count else None for k in hits}
    return {**found, "mrr": sum(1 / place for place in places if place) / count if count else None}


def _latency(cases: Sequence[Case]) -> dict[str, object]:
    taken = sorted(one.seconds for one in cases if one.seconds)
    if not taken:
        return {}
    return {
        "p50_ms": 1000 * taken[len(taken) // 2],
        "p95_ms": 1000 * taken[min(int(len(taken) * 0.95), len(taken) - 1)],
    }
