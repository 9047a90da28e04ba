"""The ranker: the later of two habits counts for more, where rows have an order."""

import numpy as np

from tollbook.questions.ranker import Rows, stack, train


def _changed(before: int, after: int) -> Rows:
    """Lists of five in which the first feature was chosen by, and then the second."""
    draw = np.random.default_rng(4)
    lists = []
    for number in range(before + after):
        features = draw.normal(size=(5, 2)).astype(np.float32)
        lists.append((features, int(features[:, 0 if number < before else 1].argmax())))
    return stack(lists)


def test_with_a_half_life_the_newer_habit_wins_sooner() -> None:
    rows = _changed(before=400, after=150)
    judged = np.random.default_rng(5).normal(size=(200, 5, 2)).astype(np.float32)
    newer = judged[:, :, 1].argmax(axis=1)

    def right(half_life: float | None) -> float:
        booster = train(rows, half_life=half_life).booster
        return float(
            np.mean([booster.predict(one).argmax() == truth for one, truth in zip(judged, newer, strict=True)])
        )

    assert right(60.0) >= 0.7
    assert right(60.0) >= right(None) + 0.2
    assert right(None) < 0.5


def test_the_same_rows_give_the_same_ranker() -> None:
    rows = _changed(before=80, after=0)
    one, other = train(rows, seed=3, half_life=50.0), train(rows, seed=3, half_life=50.0)
    judged = rows.features[:5]
    assert one.chances(judged).tolist() == other.chances(judged).tolist()
