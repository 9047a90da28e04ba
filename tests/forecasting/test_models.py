import logging
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from planted_usage import WEEK, planted

from tollbook.forecasting.models import blend, fit_prophet, members, next_days, weekday_mean


def test_weekday_mean_is_the_mean_of_the_last_four_known_same_weekdays() -> None:
    """Mondays 1 2 3 (missing) 5 6: the last four known are 2 3 5 6."""
    index = pd.date_range("2026-09-07", periods=42)
    history = pd.Series(100.0, index)
    for monday, count in enumerate([1, 2, 3, np.nan, 5, 6]):
        history.iloc[7 * monday] = count
    assert weekday_mean(history, 7).tolist() == [4.0, 100, 100, 100, 100, 100, 100]


def test_a_weekday_never_seen_takes_the_mean_of_all() -> None:
    index = pd.date_range("2026-10-05", periods=28)
    history = pd.Series(10.0, index).where(index.day_of_week != 2)
    assert weekday_mean(history, 7).tolist() == [10.0] * 7


def test_holidays_are_left_out_of_the_means_and_put_into_the_days_to_come() -> None:
    index = pd.date_range("2026-10-05", periods=28)
    history = pd.Series(10.0, index)
    history.iloc[-7] = 0
    effects = pd.Series([0.5, 0.2], [index[-7], index[-1] + pd.Timedelta(days=2)])
    assert weekday_mean(history, 7, effects).tolist() == [10, 2, 10, 10, 10, 10, 10]


def test_prophet_learns_the_week_and_the_holidays() -> None:
    history = planted(country="GB")
    fitted = fit_prophet(history, 61, "GB")
    days = next_days(history, 61)
    christmas = list(days).index(pd.Timestamp("2026-12-25"))
    assert fitted.expected[christmas] < 0.4 * fitted.expected[christmas - 7]
    november = fitted.expected[:28].reshape(4, 7).mean(axis=0)
    assert november == pytest.approx(4000 * WEEK[days[:7].day_of_week], rel=0.06)
    assert fitted.effects[pd.Timestamp("2026-10-20")] == 1


def test_the_blend_is_the_mean_of_its_members() -> None:
    history = planted(90)
    parts = members(history, 14, None)
    assert sorted(parts) == ["prophet", "weekday mean"]
    assert blend(history, 14, None) == pytest.approx((parts["prophet"] + parts["weekday mean"]) / 2)


def test_fitting_says_nothing_and_leaves_nothing(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = logging.getLogger("cmdstanpy").disabled
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit_prophet(planted(60), 7, "GB")
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
    assert list(tmp_path.iterdir()) == []
    assert logging.getLogger("cmdstanpy").disabled == before
