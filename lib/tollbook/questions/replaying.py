"""Replay a log: predict every step before seeing it, and say how often that was right.

Protocols: `folds` (five folds, each person in one of them only), `prequential` (in order of time; the second half is
scored, once frozen after the first half and once learning on), `cold` (trained on 1, 3, 10, 30 and 100 sessions).
Nothing is chosen on the part that is scored: every setting is a constant of the code. Baselines run beside it.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

import numpy as np

from tollbook.errors import TollbookError
from tollbook.questions.baselines import Baseline, baselines
from tollbook.questions.learner import Learner, walk
from tollbook.questions.moves import between
from tollbook.questions.scores import Scores, score
from tollbook.questions.steps import Log, Schema, Step, View, read_log
from tollbook.questions.trail import Stand

PROTOCOLS = ("folds", "prequential", "cold")
SEEDS = (0, 1, 2)
FOLDS = 5
COLD = (1, 3, 10, 30, 100)
LEARNER = "learner"
Make = Callable[[Schema, bool, int], Learner]
Progress = Callable[[float], None]


class UnknownProtocol(TollbookError):
    """A protocol there is not."""

    def __init__(self, protocol: str) -> None:
        self.protocol = protocol
        super().__init__(f"unknown protocol {protocol!r}: choose from {', '.join(PROTOCOLS)}")


def make_learner(schema: Schema, personal: bool, seed: int) -> Learner:  # noqa: FBT001 - a factory others replace
    """The learner that is replayed unless another is given."""
    return Learner(schema, personal=personal, seed=seed)


def replay(  # noqa: PLR0913 - a log, and how to go through it
    schema: Mapping[str, Any],
    sessions: Iterable[Mapping[str, Any]],
    *,
    protocol: str = "folds",
    seeds: Sequence[int] = SEEDS,
    make: Make = make_learner,
    jobs: int = 1,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Replay a log in the neutral form and report metrics.

    Args:
        schema: as read from `schema.json`.
        sessions: as read from `sessions.jsonl`.
        protocol: folds, prequential or cold.
        seeds: of the folds; `prequential` has one order and uses the first seed only.
        make: makes the learner: (schema, personal, seed) -> Learner. Tests put fakes here.
        jobs: processes that share the folds; `make` must then be a function of a module. The result is the same.
        progress: told what share is done, 0 to 1.

    Returns:
        `models`: metrics by model, `learner` and the baselines. `hit3`, `mrr`, `exact10`, `unseen10`, `p95_ms` are
        the learner's, over steps that follow another one; for `prequential` also `online_gain`, hit@3 of the
        learner that goes on learning minus that of the same learner frozen. `refused`: rows that were left out.

    Raises:
        UnknownProtocol, BadSchema, EmptyLog: see there.
    """
    if protocol not in PROTOCOLS:
        raise UnknownProtocol(protocol)
    log = read_log(schema, sessions)
    how = {"folds": _folds, "prequential": _prequential, "cold": _cold}[protocol]
    found = how(log, tuple(seeds), make, _Way(jobs, progress or _silent))
    return {
        "schema": log.schema.name,
        "protocol": protocol,
        "seeds": list(seeds),
        "sessions": len(log.sessions()),
        "users": len({one.user for one in log.steps}),
        "steps": len(log.steps),
        "refused": [{"row": one.row, "reason": one.reason} for one in log.refused],
        **found,
    }


@dataclass(frozen=True, slots=True)
class _Trial:
    """A learner to train on one part and to judge on another."""

    schema: Schema
    seed: int
    train: list[Step]
    test: list[Step]
    make: Make


@dataclass(frozen=True, slots=True)
class _Way:
    """How trials are carried out: in how many processes, and who is told."""

    jobs: int
    progress: Progress

    def scores(self, trials: Sequence[_Trial]) -> list[dict[str, Scores]]:
        """Of each trial, in their order."""
        if self.jobs == 1:
            return self._told(map(_judge, trials), len(trials))
        with ProcessPoolExecutor(self.jobs, mp_context=get_context("spawn")) as pool:
            return self._told(pool.map(_judge, trials), len(trials))

    def _told(self, results: Iterable[dict[str, Scores]], count: int) -> list[dict[str, Scores]]:
        found = []
        for one in results:
            found.append(one)
            self.progress(len(found) / count)
        return found


def _silent(share: float) -> None:
    """Tell nobody."""


def _folds(log: Log, seeds: Sequence[int], make: Make, way: _Way) -> dict[str, Any]:
    trials = [_Trial(log.schema, seed, train, test, make) for seed in seeds for train, test in split(log.steps, seed)]
    return _report(_together(way.scores(trials)))


def _cold(log: Log, seeds: Sequence[int], make: Make, way: _Way) -> dict[str, Any]:
    trials, sizes = [], []
    for size in COLD:
        for seed in seeds:
            for train, test in split(log.steps, seed):
                names = sorted({one.session for one in train})
                chosen = set(np.random.default_rng(seed).permutation(names)[:size].tolist())
                part = [one for one in train if one.session in chosen]
                trials.append(_Trial(log.schema, seed, part, test, make))
                sizes.append(size)
    scores = way.scores(trials)
    reports = {
        str(size): _report(_together([one for one, of in zip(scores, sizes, strict=True) if of == size]))
        for size in COLD
    }
    return {
        "trained_on": reports,
        **{name: value for name, value in reports[str(COLD[-1])].items() if name != "models"},
    }


def _together(parts: Sequence[Mapping[str, Scores]]) -> dict[str, Scores]:
    return {name: Scores([case for one in parts for case in one[name].cases]) for name in parts[0]}


def _prequential(log: Log, seeds: Sequence[int], make: Make, way: _Way) -> dict[str, Any]:
    steps = in_time(log.steps)
    half = len(steps) // 2
    train = steps[:half]
    frozen = make(log.schema, True, seeds[0] if seeds else 0)
    frozen.follow(train)
    online = deepcopy(frozen)
    plain, plain_frozen = baselines(), baselines()
    seen = {one.view for one in train}
    scores: dict[str, Scores] = {}
    for number, (stand, step) in enumerate(walk(steps)):
        if number < half:
            _teach([*plain.values(), *plain_frozen.values()], stand, step)
            continue
        unseen = step.view not in seen
        _predict(scores, LEARNER, online, stand, step, unseen=unseen)
        _predict(scores, "frozen", frozen, stand, step, unseen=unseen)
        for name in plain:
            _guess(scores, name, plain[name], stand, step, unseen=unseen)
            _guess(scores, f"{name}_frozen", plain_frozen[name], stand, step, unseen=unseen)
        online.learn(stand, step.view)
        _teach(list(plain.values()), stand, step)
        seen.add(step.view)
        way.progress((number + 1) / len(steps))
    found = _report(scores)
    held = found["models"]["frozen"]["move"]["hit3"]
    return {**found, "online_gain": None if held is None else found["hit3"] - held}


def _judge(trial: _Trial) -> dict[str, Scores]:
    """Train on one part and predict the other, the learner and the baselines alike."""
    scores: dict[str, Scores] = {}
    learner, plain = trial.make(trial.schema, False, trial.seed), baselines()
    learner.fit(trial.train)
    for stand, step in walk(trial.train):
        _teach(list(plain.values()), stand, step)
    seen = {one.view for one in trial.train}
    for stand, step in walk(trial.test):
        unseen = step.view not in seen
        _predict(scores, LEARNER, learner, stand, step, unseen=unseen)
        for name, model in plain.items():
            _guess(scores, name, model, stand, step, unseen=unseen)
    return scores


def _predict(scores: dict[str, Scores], name: str, learner: Learner, stand: Stand, step: Step, *, unseen: bool) -> None:
    started = time.perf_counter()
    ranking = learner.rank(stand)
    seconds = time.perf_counter() - started
    pairs = list(zip(ranking.moves, ranking.move_chances.tolist(), strict=True))
    _note(scores, name, pairs, ranking.views, stand, step, unseen=unseen, seconds=seconds)


def _guess(scores: dict[str, Scores], name: str, model: Baseline, stand: Stand, step: Step, *, unseen: bool) -> None:
    started = time.perf_counter()
    pairs, views = list(model.rank_moves(stand).items()), model.rank_views(stand)
    _note(scores, name, pairs, views, stand, step, unseen=unseen, seconds=time.perf_counter() - started)


def _note(  # noqa: PLR0913 - one case and its facts
    scores: dict[str, Scores], name: str, pairs: Sequence[Any], views: Sequence[View], stand: Stand, step: Step, *,
    unseen: bool, seconds: float = 0.0,
) -> None:  # fmt: skip
    case = score(
        pairs,
        views,
        (between(stand.view, step.view), step.view),
        first=not stand.trail.taken,
        unseen=unseen,
        seconds=seconds,
        session=step.session,
    )
    scores.setdefault(name, Scores()).cases.append(case)


def _teach(models: Sequence[Baseline], stand: Stand, step: Step) -> None:
    for model in models:
        model.learn(stand, step.view)


def _report(scores: Mapping[str, Scores]) -> dict[str, Any]:
    models: dict[str, Any] = {name: one.summary() for name, one in scores.items()}
    mine = models[LEARNER]
    return {
        "models": models,
        "hit3": mine["move"]["hit3"],
        "mrr": mine["move"]["mrr"],
        "exact10": mine["exact"]["hit10"],
        "unseen10": mine["unseen"]["hit10"],
        "p95_ms": mine.get("p95_ms"),
    }


def split(steps: Sequence[Step], seed: int, folds: int = FOLDS) -> Iterable[tuple[list[Step], list[Step]]]:
    """Training and test steps of each fold; a person is in one fold only, and folds are about equally long."""
    people = sorted({one.user for one in steps})
    np.random.default_rng(seed).shuffle(people)
    length = dict.fromkeys(people, 0)
    for one in steps:
        length[one.user] += 1
    parts: list[list[str]] = [[] for _ in range(min(folds, len(people)))]
    sums = [0] * len(parts)
    for name in sorted(people, key=lambda one: -length[one]):
        least = sums.index(min(sums))
        parts[least].append(name)
        sums[least] += length[name]
    for part in parts:
        mine = set(part)
        yield [one for one in steps if one.user not in mine], [one for one in steps if one.user in mine]


def in_time(steps: Sequence[Step]) -> list[Step]:
    """Steps by time over all sessions; a step without a time keeps its place after the one before it."""
    moments, last = [], datetime.min.replace(tzinfo=UTC)
    latest: dict[str, datetime] = {}
    for one in steps:
        last = max(one.at or latest.get(one.session, last), latest.get(one.session, datetime.min.replace(tzinfo=UTC)))
        latest[one.session] = last
        moments.append(last)
    return [steps[n] for n in sorted(range(len(steps)), key=lambda n: (moments[n], n))]
