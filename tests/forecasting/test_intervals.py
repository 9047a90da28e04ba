import numpy as np
import pytest
from planted_usage import planted

from tollbook.forecasting.holidays import Flags
from tollbook.forecasting.intervals import PATHS, Errors, backtest, resample, simulate


def ordinary(days: int) -> Flags:
    return np.zeros(days, dtype=bool)


def test_four_origins_of_a_month_each_when_there_is_history() -> None:
    errors = backtest(planted(200), None)
    assert errors.levels.shape == (4,)
    assert errors.weeks.shape == (16, 7)
    assert errors.weeks.mean(axis=0) == pytest.approx(np.zeros(7), abs=1e-9)
    assert errors.freedom == 4


@pytest.mark.parametrize(("days", "origins"), [(28, 1), (35, 2), (60, 4), (84, 2), (112, 3)])
def test_short_histories_have_fewer_or_shorter_origins(days: int, origins: int) -> None:
    assert len(backtest(planted(days), None).levels) == origins


def test_an_unknown_month_is_no_origin() -> None:
    history = planted(200)
    history.iloc[-56:-28] = np.nan
    assert len(backtest(history, None).levels) == 3


def test_all_days_of_a_path_share_a_level_so_the_total_is_as_unsure_as_the_level() -> None:
    """Only a level of 10 %: the total of 30 days has a spread of 10 %, times t's own with 4 degrees of freedom."""
    errors = Errors(levels=np.full(4, 0.1), weeks=np.zeros((1, 7)), holidays=np.zeros(0), spread=0.1)
    totals = simulate(np.full(30, 100.0), np.full(30, 100.0), errors, ordinary(30), seed=0).sum(axis=1)
    low, high = np.quantile(totals, [0.1, 0.9])
    assert (high - low) / 3000 == pytest.approx(2 * 1.533 * 0.1, rel=0.1)


def test_weeks_stay_whole() -> None:
    weeks = np.array([[0.1] * 7, [-0.1] * 7])
    errors = Errors(np.zeros(4), weeks, np.zeros(0), 0.0)
    paths = simulate(np.full(14, 100.0), np.full(14, 100.0), errors, ordinary(14), seed=0)
    assert paths.shape == (PATHS, 14)
    assert np.ptp(paths[:, :7], axis=1) == pytest.approx(0)
    assert {tuple(np.round(path[[0, 7]])) for path in paths} == {(90, 90), (90, 110), (110, 90), (110, 110)}


def test_only_holidays_get_the_errors_of_holidays() -> None:
    errors = Errors(np.zeros(4), np.zeros((1, 7)), np.array([0.5, -0.5]), 0.0)
    holiday = ordinary(9)
    holiday[3] = True
    paths = simulate(np.full(9, 100.0), np.full(9, 100.0), errors, holiday, seed=0)
    assert set(np.unique(paths[:, 3])) == {50.0, 150.0}
    assert set(np.unique(np.delete(paths, 3, axis=1))) == {100.0}


def test_a_missed_holiday_does_not_make_its_weekday_unsure() -> None:
    """Labor Day and Columbus Day lie in the backtests."""
    errors = backtest(planted(200, noise=0, country="US"), "US")
    assert len(errors.holidays) == 2
    assert np.abs(errors.weeks).max() < 0.1 < np.abs(errors.holidays).max()


def test_futures_are_never_negative() -> None:
    errors = Errors(np.zeros(4), np.full((1, 7), -3.0), np.zeros(0), 1.0)
    assert simulate(np.full(9, 5.0), np.full(9, 5.0), errors, ordinary(9), seed=0).min() == 0


def test_resampled_weeks_keep_neighbours_together() -> None:
    paths = resample(np.arange(56.0), 10, seed=3)
    steps = np.diff(paths[:, :7], axis=1)
    assert set(np.unique(steps)) == {1.0, -55.0}
    assert paths.mean() == pytest.approx(27.5, rel=0.05)
