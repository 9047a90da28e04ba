"""True changes: rarely found where there are none, nearly always where one was planted; parts add up exactly."""

import os

import pandas as pd
import pytest
from invented_usage import LAST, invented_usage

from tollbook.questions.changes import LEAST_SHARE, explain, find_changes

FIRST = pd.Timestamp("2026-10-01")
LOOKED_AT = ["country", "channel", "status"]
RUNS = int(os.environ.get("TOLLBOOK_NULL_RUNS", "200"))  # 400 for the figures in the documents


@pytest.mark.parametrize("drifting", [0.0, 0.5, 0.8])
def test_null_data_seldom_shows_anything_however_alike_its_days_are(drifting: float) -> None:
    shown = sum(
        bool(find_changes(invented_usage(days=213, seed=seed, drifting=drifting), FIRST, LAST, dimensions=LOOKED_AT))
        for seed in range(RUNS)
    )
    assert shown <= 0.05 * RUNS


@pytest.mark.parametrize(("days", "drifting"), [(120, 0.0), (213, 0.3)])
@pytest.mark.parametrize("shift", [0.8, 1.2])
def test_a_planted_shift_of_a_fifth_is_found(shift: float, days: int, drifting: float) -> None:
    found, runs = 0, max(RUNS // 5, 1)
    for seed in range(runs):
        usage = invented_usage(days=days, seed=1000 + seed, drifting=drifting, country="DE", shift=shift)
        told = find_changes(usage, FIRST, LAST, dimensions=LOOKED_AT)
        found += any(one.value == "DE" and (one.effect > 0) == (shift > 1) for one in told)
    assert found >= 0.9 * runs


def test_a_change_below_the_floors_is_not_told() -> None:
    usage = invented_usage(noise=0.01, country="GB", shift=1.03)
    assert not [one for one in find_changes(usage, FIRST, LAST, dimensions=LOOKED_AT) if abs(one.effect) < LEAST_SHARE]
    dear = find_changes(invented_usage(country="", shift=1.0, noise=0.01), FIRST, LAST, dimensions=LOOKED_AT, price=1.0)
    assert dear == []


def test_too_little_history_says_nothing() -> None:
    assert find_changes(invented_usage(days=40, country="DE", shift=3), FIRST, LAST, dimensions=LOOKED_AT) == []


@pytest.mark.parametrize("seed", range(5))
def test_what_changed_adds_up_exactly(seed: int) -> None:
    usage = invented_usage(seed=seed, country="DE", shift=1.5)
    now = usage[usage["day"] >= FIRST]
    before = usage[usage["day"].between(pd.Timestamp("2026-09-01"), pd.Timestamp("2026-09-30"))]
    why = explain(now, before, dimensions=LOOKED_AT, most=2)
    assert why is not None
    assert why.dimension == "country"
    assert why.parts[0][0] == "DE"
    assert sum(change for _, change in why.parts) == why.difference == now["messages"].sum() - before["messages"].sum()
