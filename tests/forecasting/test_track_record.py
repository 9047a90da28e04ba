from datetime import date

import numpy as np
import pandas as pd
import pytest
from planted_usage import planted

from tollbook.forecasting import look_back

MADE = date(2026, 9, 30)


def test_a_steady_client_was_foreseen(steady: pd.Series) -> None:
    record = look_back(steady, MADE, country="GB")
    assert record is not None
    assert record.actual.index[0] == pd.Timestamp("2026-10-01")
    assert record.actual_total == steady["2026-10"].sum()
    assert record.expected_total == pytest.approx(record.forecast.mean.sum())
    assert record.total_error == pytest.approx(record.expected_total / record.actual_total - 1)
    assert abs(record.total_error or 1) < 0.05
    assert record.total_95[0] < record.total_80[0] < record.total_80[1] < record.total_95[1]
    assert 0.5 < record.day_80 <= record.day_95 <= 1
    assert record.mase is not None
    assert record.mase < 1.2


def test_the_forecast_did_not_see_what_came(steady: pd.Series) -> None:
    doubled = steady.copy()
    doubled["2026-10"] *= 2
    record, plain = look_back(doubled, MADE), look_back(steady, MADE)
    assert record is not None
    assert plain is not None
    assert record.forecast.mean.equals(plain.forecast.mean)
    assert record.total_error == pytest.approx(-0.5, abs=0.05)


def test_missing_days_count_on_neither_side() -> None:
    history = planted(200)
    history["2026-10-10":"2026-10-19"] = np.nan
    record = look_back(history, MADE)
    assert record is not None
    assert abs(record.total_error or 1) < 0.05


def test_repeating_the_last_week_is_the_yardstick() -> None:
    index = pd.date_range(end="2026-10-31", periods=100)
    history = pd.Series(100.0, index)
    history["2026-09-24":"2026-09-30"] = 150
    record = look_back(history, MADE)
    assert record is not None
    assert record.naive_total_error == pytest.approx(0.5)


def test_nothing_to_compare() -> None:
    assert look_back(planted(20), date(2026, 10, 31)) is None
    assert look_back(planted(20), MADE) is None
