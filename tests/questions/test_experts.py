"""The mixture of experts: weights follow who was right lately, and come back quickly."""

import numpy as np
import pytest

from tollbook.questions.experts import FIRST, QUICK, Experts, mixed


def opinions(right: int) -> np.ndarray:
    """Two candidates; expert `right` is sure of the first, all others of the second."""
    rows = np.full((1 + len(QUICK), 2), (0.1, 0.9))
    rows[right] = (0.9, 0.1)
    return rows


def test_the_settled_expert_leads_until_another_is_right() -> None:
    experts = Experts()
    assert experts.weights[0] == FIRST
    assert experts.mix(opinions(0))[0] > 0.7
    for _ in range(8):
        experts.learn(opinions(2), 0)
    assert experts.weights.argmax() == 2
    assert experts.mix(opinions(2))[0] > 0.8


def test_one_that_was_wrong_for_long_is_back_within_ten_events() -> None:
    experts = Experts()
    for _ in range(500):
        experts.learn(opinions(0), 0)
    for _ in range(10):
        experts.learn(opinions(3), 0)
    assert experts.weights.argmax() == 3
    assert experts.weights.sum() == pytest.approx(1)


def test_what_was_no_candidate_teaches_nothing() -> None:
    experts = Experts()
    before = experts.weights.copy()
    experts.learn(opinions(1), -1)
    assert (experts.weights == before).all()


def test_trust_moves_from_the_one_to_the_other() -> None:
    one, two = np.array([0.8, 0.2]), np.array([0.2, 0.8])
    assert mixed(one, two, 1.0) == pytest.approx(one)
    assert mixed(one, two, 0.0) == pytest.approx(two)
    assert mixed(one, two, 0.5) == pytest.approx([0.5, 0.5])
