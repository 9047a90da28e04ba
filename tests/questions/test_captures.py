"""The invented log of network captures keeps the shares that are published of the real one."""

from collections import Counter
from typing import Any

import numpy as np
import pytest

from tollbook.questions import captures
from tollbook.questions.baselines import baselines
from tollbook.questions.learner import walk
from tollbook.questions.moves import between
from tollbook.questions.steps import Log, read_log
from tollbook.questions.trail import template


@pytest.fixture(scope="module")
def log() -> Log:
    return read_log(captures.schema(), captures.sessions())


def test_every_step_can_be_read(log: Log) -> None:
    assert not log.refused
    assert len(log.sessions()) == 400


def test_sessions_are_as_long_and_as_branched_as_published(log: Log) -> None:
    lengths = [len(steps) for steps in log.sessions().values()]
    assert np.median(lengths) == pytest.approx(4, abs=1)
    assert np.mean(lengths) == pytest.approx(5.4, abs=0.7)
    places = Counter(stand.place for stand, _ in walk(log.steps) if stand.trail.taken)
    assert places["last"] / places.total() == pytest.approx(0.57, abs=0.06)
    assert places["root"] / places.total() == pytest.approx(0.22, abs=0.06)


def test_filters_compare_as_published(log: Log) -> None:
    asked = [one for stand, step in walk(log.steps) for one in step.view.filters if one not in stand.view.filters]
    shares = {name: count / len(asked) for name, count in Counter(one[1] for one in asked).items()}
    assert shares["contains"] == pytest.approx(0.58, abs=0.08)
    assert shares["="] == pytest.approx(0.15, abs=0.06)
    assert shares["!="] == pytest.approx(0.14, abs=0.06)
    frequent = {(name, value) for name, one in log.schema.fields.items() for value in one.top}
    equal = [(name, value) in frequent for name, how, value in asked if how == "="]
    assert np.mean(equal) == pytest.approx(0.84, abs=0.12)


def test_questions_repeat_as_far_as_published(log: Log) -> None:
    kinds = [count for _, count in Counter(template(step.view) for step in log.steps).most_common()]
    assert sum(kinds[:100]) / sum(kinds) == pytest.approx(0.79, abs=0.1)
    again = [any(one.view == step.view for one in stand.trail.taken) for stand, step in walk(log.steps)]
    assert np.mean(again) == pytest.approx(0.1, abs=0.05)


def test_the_same_seed_writes_the_same_log() -> None:
    assert captures.sessions(count=20, seed=4) == captures.sessions(count=20, seed=4)
    assert captures.sessions(count=20, seed=4) != captures.sessions(count=20, seed=5)


def test_who_knows_how_they_are_made_beats_what_only_counts_and_is_not_always_right() -> None:
    best: Any = captures.ceiling(people=20, count=60, seed=3, draws=150)
    steps = read_log(captures.schema(), captures.sessions(people=20, count=60, seed=3)).steps
    later = [step for stand, step in walk(steps) if stand.trail.taken]
    assert best["steps"] == len(later)
    counting, hits = baselines()["markov"], []
    for stand, step in walk(steps):
        move = between(stand.view, step.view)
        if stand.trail.taken:
            hits.append(move in list(counting.rank_moves(stand))[:3])
        counting.learn(stand, step.view)
    assert np.mean(hits) + 0.1 < best["move"]["hit3"] < 0.8
    assert best["move"]["hit3"] < best["exact"]["hit10"] < 0.9
