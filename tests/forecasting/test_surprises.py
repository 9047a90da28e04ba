"""On noise nothing is announced; planted changes are found, with their size."""

import os
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from planted_usage import WEEK, planted

from tollbook.forecasting import surprises, surprises_finding

RUNS = int(os.environ.get("TOLLBOOK_NULL_RUNS", "60"))


def noisy(seed: int, *, shift: float = 0.0, days: int = 500) -> pd.Series:
    """Weekly shape and noise of 10 % a day; for `shift` a level that changed 10 to 24 days ago."""
    draw = np.random.default_rng(seed)
    index = pd.date_range(end="2026-10-31", periods=days)
    counts = 2000 * WEEK[index.day_of_week] * np.exp(draw.normal(0, 0.1, days))
    if shift:
        counts[-int(draw.integers(10, 25)) :] *= 1 + shift
    return pd.Series(np.round(counts), index)


def test_on_pure_noise_nothing_is_announced_in_more_than_a_twentieth_of_the_runs() -> None:
    assert sum(bool(surprises(noisy(seed))) for seed in range(RUNS)) <= 0.05 * RUNS


@pytest.mark.parametrize("shift", [0.2, -0.2])
def test_a_level_a_fifth_higher_or_lower_is_found_in_nine_runs_of_ten(shift: float) -> None:
    found = [surprises(noisy(1000 + seed, shift=shift)) for seed in range(RUNS // 2)]
    signed = [any(one.kind == "level" and one.share * shift > 0 for one in each) for each in found]
    assert np.mean(signed) >= 0.9


def test_one_wild_day_is_found_with_its_size_and_worth() -> None:
    history = noisy(3)
    history.iloc[-9] = 12_000
    (found,) = surprises(history, price=Decimal("0.05"))
    assert found.kind == "day"
    assert found.first == found.last == history.index[-9].date()
    assert found.actual == 12_000
    assert found.expected == pytest.approx(2000 * WEEK[history.index[-9].day_of_week], rel=0.1)
    assert found.amount == pytest.approx(Decimal(round(found.difference)) * Decimal("0.05"))


def test_a_client_that_falls_silent_is_named_after_days_not_weeks() -> None:
    history = noisy(4)
    history.iloc[-3:] = 0
    (found,) = surprises(history)
    assert (found.kind, found.actual) == ("silence", 0)
    assert found.first == history.index[-3].date()
    assert found.expected > 1000


def test_a_quiet_weekend_is_no_silence() -> None:
    index = pd.date_range(end="2026-11-01", periods=200)  # a Sunday
    history = pd.Series(np.where(index.day_of_week >= 5, 0.0, 500.0), index)
    assert surprises(history) == ()


def test_a_holiday_seen_before_is_no_surprise() -> None:
    history = planted(800, country="GB")["2024-10-01":"2026-01-05"]
    assert [one for one in surprises(history, country="GB") if one.kind == "day"] == []


@pytest.mark.parametrize("counts", [0.0, 5.0])
def test_constant_clients_and_short_histories_are_not_surprising(counts: float) -> None:
    assert surprises(pd.Series(counts, pd.date_range("2026-01-01", periods=300))) == ()
    assert surprises(pd.Series(counts, pd.date_range("2026-01-01", periods=20))) == ()


def test_gaps_are_not_silence() -> None:
    history = noisy(5)
    history.iloc[-5:] = np.nan
    assert surprises(history) == ()


def test_the_sentences_name_day_size_and_worth() -> None:
    history = noisy(3)
    history.iloc[-9] = 12_000
    told = surprises_finding(surprises(history, price=Decimal("0.05"), currency="GBP"), "GBP")
    assert "22 October 2026" in told or "23 October 2026" in told
    assert "messages more than expected, worth £" in told
    assert surprises_finding(()) == "The last four weeks brought nothing unexpected."
