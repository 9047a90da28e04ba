import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from planted_usage import WEEK, planted

from tollbook.forecasting import forecast
from tollbook.forecasting.models import blend, fit, next_days, recent_levels, ridge, terms_of


def test_the_week_and_a_holiday_are_learned() -> None:
    history = planted(country="GB")
    expected = pd.Series(blend(history, 61, "GB"), next_days(history, 61))
    assert expected["2026-12-25"] < 0.4 * expected["2026-12-18"]
    november = expected.to_numpy()[:28].reshape(4, 7).mean(axis=0)
    assert november == pytest.approx(4000 * WEEK[pd.DatetimeIndex(expected.index[:7]).day_of_week], rel=0.06)


def test_a_season_is_learned_from_two_years() -> None:
    index = pd.date_range(end="2026-10-31", periods=800)
    season = 1 + 0.5 * np.sin(2 * np.pi * index.day_of_year / 365.25)
    history = pd.Series(1000 * season, index)
    coming = next_days(history, 61)
    truth = 1000 * (1 + 0.5 * np.sin(2 * np.pi * coming.day_of_year / 365.25))
    assert blend(history, 61, None) == pytest.approx(np.asarray(truth), rel=0.1)


def test_a_level_shift_is_followed() -> None:
    """Two months ago the client doubled; what comes is the new level, not the mean of both."""
    history = planted(400)
    history.iloc[-60:] *= 2
    assert blend(history, 28, None).sum() == pytest.approx(2 * 4000 * WEEK.sum() * 4, rel=0.12)


def test_one_day_pulls_no_harder_than_others() -> None:
    wild = planted(400)
    calm = blend(wild, 28, None).sum()
    wild.iloc[-10] = 0
    assert blend(wild, 28, None).sum() == pytest.approx(calm, rel=0.02)


def test_a_leap_day_is_a_day_like_any_other() -> None:
    """History over 29 February 2024, forecast over the same date in 2028."""
    for first, days in (("2023-01-01", 800), ("2025-03-01", 1080)):
        index = pd.date_range(first, periods=days)
        history = pd.Series(1000 * WEEK[index.day_of_week], index)
        coming = next_days(history, 40)
        assert blend(history, 40, None) == pytest.approx(1000 * WEEK[coming.day_of_week], rel=0.03)


def test_the_day_the_clocks_change_is_a_day_like_any_other() -> None:
    """Counts are by local day: 29 March 2026 has 23 hours, 25 October 2025 has 25."""
    index = pd.date_range(end="2026-03-20", periods=400)
    history = pd.Series(1000 * WEEK[index.day_of_week], index)
    made = forecast(history, 20, country="DE")
    assert made.mean["2026-03-29"] == pytest.approx(300, rel=0.1)
    assert made.mean.index.is_unique
    assert len(made.mean) == 20


def test_only_days_far_off_are_weighed_anew() -> None:
    """Huber's regression by its definition: every day weighed again in every round."""
    random = np.random.default_rng(5)
    columns, penalties, weights = random.normal(size=(300, 12)), random.uniform(0.1, 2, 12), random.uniform(0.2, 1, 300)
    values = columns @ random.normal(size=12) + random.standard_t(2, 300)
    pull = np.ones(300)
    for _ in range(3):
        each = weights * pull
        wanted = np.linalg.solve((columns.T * each) @ columns + np.diag(penalties), (columns.T * each) @ values)
        left = values - columns @ wanted
        scale = 1.4826 * np.median(np.abs(left))
        pull = np.minimum(1, 2 * scale / np.abs(left))
    assert (pull < 1).sum() > 30
    found, spread = ridge(columns, values, penalties, weights)
    assert found == pytest.approx(wanted, rel=1e-9)
    assert spread == pytest.approx(scale, rel=1e-6)


def test_what_is_left_over_is_smoothed_and_cut_as_defined() -> None:
    """Residuals with gaps and outliers, by pandas' own rolling median and exponential mean."""
    random = np.random.default_rng(6)
    residual = np.where(random.random(200) < 0.1, np.nan, random.standard_t(2, 200))
    series = pd.Series(residual)
    middle = series.rolling(14, min_periods=1).median()
    calm = series.clip(middle - 3, middle + 3)
    assert (calm != series)[series.notna()].sum() > 5
    known = calm.dropna()
    smooth = pd.Series([known.iloc[:28].mean(), *known]).ewm(alpha=0.1, adjust=False).mean().iloc[-1]
    by_weekday = calm.iloc[-28:].to_numpy().reshape(4, 7)
    level, weekdays = recent_levels(residual, 1.0, 7)
    assert level == pytest.approx(np.full(7, smooth), rel=1e-12)
    assert weekdays == pytest.approx(np.nanmean(by_weekday, axis=0), rel=1e-12)


def test_a_client_of_rare_peaks_keeps_its_mean() -> None:
    """The square of a mean root lies below the mean; totals must not."""
    index = pd.date_range(end="2026-10-31", periods=500)
    ratios = []
    for seed in range(8):
        history = pd.Series(np.random.default_rng(seed).lognormal(6, 0.8, 500), index)
        values = np.asarray(history, dtype=float)
        made = fit(values, terms_of(history, 28, None), 28)
        ratios.append(made.expected.mean() / history.mean())
        assert made.fitted.mean() < 0.9 * history.mean()
    assert np.mean(ratios) == pytest.approx(1, abs=0.1)


def test_fitting_says_nothing_and_leaves_nothing(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forecast(planted(60), 7, country="GB")
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
    assert list(tmp_path.iterdir()) == []
