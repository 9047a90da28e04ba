"""The learner: next moves and next whole questions, ranked; learns with every step.

Counts (`Evidence`, `Drafts`) learn at once and fade; two LightGBM rankers weigh them, are fitted anew every
`refit_every` steps, and have the more say the more rows they were fitted to. `Experts` shift the weight to what was
right lately. Training rows never see their own answer: they come from counts over other people (folds by person
inside the training log), or were written down before the step was counted. Below `LEAST_STEPS` the counts alone rank.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tollbook.questions.drafts import Draft, Drafts
from tollbook.questions.drift import PageHinkley
from tollbook.questions.evidence import Evidence
from tollbook.questions.experts import Experts, mixed, settled
from tollbook.questions.moves import Move, between
from tollbook.questions.ranker import Ranker, Rows, stack, train
from tollbook.questions.steps import Schema, Step, View
from tollbook.questions.trail import Stand, Trail

LEAST_STEPS = 60
INNER_FOLDS = 4
HALF_TRUST, HALF_TRUST_VIEWS = 50, 150  # lists: a ranker fitted to so many weighs as much as the counts
RECENT = 200  # moves
FADED = 0.2  # what counts of before an alarm are still worth
KEPT_LISTS = 120  # of both kinds, when an alarm goes off
SOONEST = 15  # steps between fits, at least; more where many are known
HALF_LIFE = 300.0  # lists after which one counts half in a fit, where lists come in the order of time
MOST_LISTS = 1200  # of whole questions: enough for twenty features, and a fit stays within seconds


@dataclass(frozen=True, slots=True)
class Ranking:
    """What may come next, most likely first."""

    moves: tuple[Move, ...]
    move_chances: np.ndarray
    views: tuple[View, ...]
    view_chances: np.ndarray


@dataclass(slots=True)
class _Known:
    """Counts of moves and of questions, learned together."""

    evidence: Evidence
    drafts: Drafts

    @classmethod
    def of(cls, schema: Schema, *, personal: bool) -> "_Known":
        return cls(Evidence(schema, personal), Drafts.of(schema))

    def add(self, stand: Stand, view: View) -> None:
        self.evidence.add(stand, between(stand.view, view))
        self.drafts.add(stand, view)

    def fade(self) -> None:
        """People ask otherwise now: what was counted of how they go on is worth less; what they filter with stays."""
        moves = self.evidence
        for counts in (moves.moves, moves.relations, moves.kinds, moves.columns, self.drafts.scripts, self.drafts.views,
                       self.drafts.templates, self.drafts.edits.counts):  # fmt: skip
            counts.fade(FADED)

    def read(self, steps: Iterable[Step]) -> None:
        for stand, step in walk(steps):
            self.add(stand, step.view)


@dataclass(slots=True)
class Learner:
    """Predicts the next question of a session.

    Attributes:
        schema: what can be asked about.
        personal: whether a person's earlier sessions may be used.
        refit_every: most steps between fits while learning online; the fewer are known, the sooner.
        seed: of the inner folds and the rankers.
        recent: whether each of the last moves learned was among the first three predicted.
    """

    schema: Schema
    personal: bool = False
    refit_every: int = 150
    seed: int = 0
    known: _Known = field(init=False)
    moves: Ranker | None = None
    views: Ranker | None = None
    move_lists: list[tuple[np.ndarray, int]] = field(default_factory=list)
    view_lists: list[tuple[np.ndarray, int]] = field(default_factory=list)
    experts: Experts = field(default_factory=Experts)
    since: int = 0
    drift: PageHinkley = field(default_factory=PageHinkley)
    recent: deque[bool] = field(default_factory=lambda: deque(maxlen=RECENT))

    def __post_init__(self) -> None:
        self.known = _Known.of(self.schema, personal=self.personal)

    def fit(self, steps: Sequence[Step]) -> None:
        """Learn from a log whose order means nothing, all at once."""
        self.known.read(steps)
        if len(steps) < LEAST_STEPS:
            return
        parts = self._parts(steps)
        others = [_Known.of(self.schema, personal=self.personal) for _ in parts]
        mine = [[one for one in steps if one.user in part] for part in parts]
        for part, known in zip(parts, others, strict=True):
            known.read(step for step in steps if step.user not in part)
        lists = [self._move_lists(known, own) for known, own in zip(others, mine, strict=True)]
        self.move_lists = [one for each in lists for one in each]
        for half in (0, 1):  # a ranker that never saw these people says what their drafts are made of
            ranker = _trained(stack([one for each in lists[1 - half :: 2] for one in each]), self.seed)
            for known, own in zip(others[half::2], mine[half::2], strict=True):
                self.view_lists += self._view_lists(known, ranker, own, MOST_LISTS // len(parts))
        self.refit()

    def follow(self, steps: Sequence[Step]) -> None:
        """Learn from a log in the order of time, as if each step were asked now; then fit."""
        for stand, step in walk(steps):
            self.learn(stand, step.view)
        if len(self.move_lists) >= LEAST_STEPS:
            self.refit(HALF_LIFE)

    def refit(self, half_life: float | None = None) -> None:
        """Fit both rankers to the rows gathered so far, those of long ago weighing less if a half-life is given."""
        self.since = 0
        moves, views = stack(self.move_lists), stack(self.view_lists[-2 * MOST_LISTS :])
        self.moves = _trained(moves, self.seed, half_life) or self.moves
        self.views = _trained(views, self.seed, half_life) or self.views

    def rank(self, stand: Stand) -> Ranking:
        """What may be asked next from `stand`."""
        moves, chances, _, _ = self._moves(stand)
        drafts, likely, _ = self._views(stand, moves, chances)
        order, places = np.argsort(-chances, kind="stable"), np.argsort(-likely, kind="stable")
        return Ranking(
            tuple(moves[n] for n in order),
            chances[order],
            tuple(drafts[n].view for n in places),
            likely[places],
        )

    def learn(self, stand: Stand, view: View) -> None:
        """Learn from one step, now: write its rows down as they were before, then count it.

        When people begin to ask otherwise, rows of long ago are forgotten and the rankers fitted at once.
        """
        moves, chances, rows, opinions = self._moves(stand)
        drafts, _, view_rows = self._views(stand, moves, chances)
        place = _place(moves, between(stand.view, view))
        self.move_lists.append((rows, place))
        self.view_lists.append((view_rows, _place([one.view for one in drafts], view)))
        self.experts.learn(opinions, place)
        self.known.add(stand, view)
        self.since += 1
        best = [moves[n] for n in np.argsort(-chances, kind="stable")[:3]]
        self.recent.append(between(stand.view, view) in best)
        if self.moves and self.drift.add(hit=self.recent[-1]):
            self.move_lists, self.view_lists = self.move_lists[-KEPT_LISTS:], self.view_lists[-KEPT_LISTS:]
            self.known.fade()
            self.since = self.refit_every
        due = min(max(len(self.move_lists) // 5, SOONEST), self.refit_every)
        if self.since >= due and len(self.move_lists) >= LEAST_STEPS:
            self.refit(HALF_LIFE)

    def _moves(self, stand: Stand) -> tuple[list[Move], np.ndarray, np.ndarray, np.ndarray]:
        """Moves, their chances, the rows they were ranked by, and what each expert says."""
        moves, sure, rows, chances = _moves(self.known, self.moves, stand, _trust(self.move_lists))
        opinions = self.experts.opinions(sure, chances)
        return moves, self.experts.mix(opinions), rows, opinions

    def _views(
        self, stand: Stand, moves: list[Move], chances: np.ndarray
    ) -> tuple[list[Draft], np.ndarray, np.ndarray]:
        drafts = self.known.drafts.make(stand, moves, chances)
        rows = self.known.drafts.features(stand, drafts)
        likely = np.array([one.chance for one in drafts])
        likely = likely / max(likely.sum(), 1e-12)
        if self.views:
            likely = mixed(self.views.chances(rows), likely, _trust(self.view_lists, HALF_TRUST_VIEWS))
        return drafts, likely, rows

    def _parts(self, steps: Sequence[Step]) -> list[set[str]]:
        people = sorted({step.user for step in steps})
        np.random.default_rng(self.seed).shuffle(people)
        count = min(INNER_FOLDS, len(people))
        return [set(people[n::count]) for n in range(count)] if count > 1 else [set(people), set()]

    def _move_lists(self, known: _Known, steps: Sequence[Step]) -> list[tuple[np.ndarray, int]]:
        lists = []
        for stand, step in walk(steps):
            moves = known.evidence.candidates(stand)
            place = _place(moves, between(stand.view, step.view))
            lists.append((known.evidence.features(stand, moves), place))
            if self.personal:
                known.evidence.people.add((stand.trail.user,), between(stand.view, step.view))
        return lists

    def _view_lists(
        self, known: _Known, ranker: Ranker | None, steps: Sequence[Step], limit: int
    ) -> list[tuple[np.ndarray, int]]:
        every = max(1, len(steps) // max(limit, 1))
        lists = []
        for number, (stand, step) in enumerate(walk(steps)):
            if number % every:
                continue
            moves, chances, *_ = _moves(known, ranker, stand, _trust(self.move_lists))
            drafts = known.drafts.make(stand, moves, chances)
            place = _place([one.view for one in drafts], step.view)
            if place >= 0:
                lists.append((known.drafts.features(stand, drafts), place))
        return lists


def walk(steps: Iterable[Step]) -> Iterable[tuple[Stand, Step]]:
    """Each step with where it was asked from, as it was then: use the stand before going on."""
    trails: dict[str, Trail] = {}
    for step in steps:
        trail = trails.setdefault(step.session, Trail(step.session, step.user))
        yield trail.stand(step.parent), step
        trail.add(step)


def _moves(
    known: _Known, ranker: Ranker | None, stand: Stand, trust: float
) -> tuple[list[Move], np.ndarray, np.ndarray, np.ndarray]:
    """Candidates, their chances by ranker and counts, the ranker's rows, and the counts' chances."""
    moves = known.evidence.candidates(stand)
    chances = known.evidence.chances(stand, moves)
    rows = known.evidence.features(stand, moves, chances)
    return moves, settled(ranker.chances(rows) if ranker else None, chances, trust), rows, chances


def _trust(lists: Sequence[object], half: int = HALF_TRUST) -> float:
    return len(lists) / (len(lists) + half)


def _place(items: Sequence[object], item: object) -> int:
    try:
        return items.index(item)
    except ValueError:
        return -1


def _trained(rows: Rows, seed: int, half_life: float | None = None) -> Ranker | None:
    return train(rows, seed=seed, half_life=half_life) if len(rows.sizes) >= LEAST_STEPS // 2 else None
