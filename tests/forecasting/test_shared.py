"""What other clients teach: a season before it was lived through, and never more than means over six."""

import numpy as np
import pandas as pd
import pytest
from planted_usage import WEEK

from tollbook.forecasting import forecast, shared_index

DAYS = 900


def seasonal(seed: int, *, swing: float = 0.4, level: float = 1000, days: int = DAYS) -> pd.Series:
    """A week, a year and noise of a fifth; ends on 2026-10-31."""
    index = pd.date_range(end="2026-10-31", periods=days)
    noise = np.exp(0.2 * np.random.default_rng(seed).normal(size=DAYS))[-days:]
    return pd.Series(np.round(level * WEEK[index.day_of_week] * year(index, swing) * noise), index, name=str(seed))


def year(index: pd.DatetimeIndex, swing: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(1 + swing * np.sin(2 * np.pi * index.day_of_year / 365.25), dtype=float)


BOOK = [seasonal(seed) for seed in range(8)]
INDEX = shared_index(BOOK)


def error(history: pd.Series, swing: float, index: pd.Series | None) -> float:
    """Of 61 days, as a share of their noiseless sum."""
    made = forecast(history, 61, index=index).mean
    days = pd.DatetimeIndex(made.index)
    truth = 1000 * WEEK[days.day_of_week] * year(days, swing) * np.exp(0.02)
    return float(np.abs(made.to_numpy() - truth).sum() / truth.sum())


def test_a_new_client_has_the_season_of_the_others() -> None:
    new = seasonal(99, days=90)
    assert error(new, 0.4, INDEX) < 0.6 * error(new, 0.4, None)


def test_a_client_with_years_of_its_own_gains_and_one_that_does_not_go_along_loses_little() -> None:
    own, other = ([seasonal(seed, swing=swing) for seed in range(50, 56)] for swing in (0.4, 0.0))
    assert sum(error(one, 0.4, INDEX) for one in own) < sum(error(one, 0.4, None) for one in own)
    assert np.mean([error(one, 0.0, INDEX) for one in other]) < 0.08


def test_what_came_after_the_last_known_day_is_not_looked_at() -> None:
    assert INDEX is not None
    past = seasonal(99, days=200)[:"2026-09-30"]
    wild = INDEX.copy()
    wild["2026-10-01":] *= 3
    assert forecast(past, 31, index=wild).mean.equals(forecast(past, 31, index=INDEX[:"2026-09-30"]).mean)


def test_the_index_is_of_six_clients_or_none_and_only_of_their_ratios() -> None:
    assert shared_index(BOOK[:5]) is None
    late = [*BOOK[:5], BOOK[5]["2026-01-01":]]
    known = shared_index(late)
    assert known is not None
    assert str(known.index[0])[:10] == "2026-01-01"
    thousandfold = shared_index([BOOK[0] * 1000, *BOOK[1:]])
    assert thousandfold is not None
    assert INDEX is not None
    assert thousandfold.to_numpy() == pytest.approx(INDEX.to_numpy())


def test_clients_without_a_rhythm_are_no_part_of_it() -> None:
    stopped = BOOK[5].copy()
    stopped.iloc[-84:] = 0
    assert shared_index([*BOOK[:5], stopped]) is None


def test_an_index_that_has_not_seen_a_year_changes_nothing() -> None:
    short = shared_index([one.iloc[-400:] for one in BOOK])
    assert short is not None
    history = seasonal(60)
    assert forecast(history, 28, index=short).mean.equals(forecast(history, 28).mean)
