import numpy as np
import pandas as pd
import pytest
from planted_usage import planted

from tollbook.forecasting.holidays import Flags, are_holidays
from tollbook.forecasting.intervals import PATHS, Errors, backtest, origins, resample, simulate
from tollbook.forecasting.models import terms_of


def ordinary(days: int) -> Flags:
    return np.zeros(days, dtype=bool)


def tried(history: pd.Series, country: str | None = None) -> Errors:
    holiday = are_holidays(pd.DatetimeIndex(history.index), country)
    return backtest(history, terms_of(history, 0, country), holiday)


def test_a_dozen_origins_months_apart_when_there_is_history() -> None:
    errors = tried(planted(800))
    assert errors.levels.shape == (12,)
    assert errors.weeks.shape == (48, 7)
    assert errors.weeks.mean(axis=0) == pytest.approx(np.zeros(7), abs=1e-9)
    assert errors.freedom == 12
    assert [one.origin for one in errors.tries] == [800 - 28 * back for back in range(1, 13)]


@pytest.mark.parametrize(("days", "count"), [(28, 1), (35, 2), (60, 5), (84, 1), (112, 5), (200, 12)])
def test_short_histories_have_fewer_or_closer_origins(days: int, count: int) -> None:
    assert len(tried(planted(days)).levels) == count


def test_a_week_ago_is_compared_with_its_own_weekday() -> None:
    for days in range(84, 900, 7):
        assert {(days - origin) % 7 for origin in origins(days, 28)} == {0}


def test_an_unknown_month_is_no_origin() -> None:
    history = planted(800)
    history.iloc[-56:-28] = np.nan
    assert len(tried(history).levels) == 11


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
    assert {tuple(np.sign(path[[0, 7]] - 100)) for path in paths} == {(-1, -1), (-1, 1), (1, -1), (1, 1)}


def test_only_holidays_get_the_errors_of_holidays() -> None:
    errors = Errors(np.zeros(4), np.zeros((1, 7)), np.array([0.5, -0.5]), 0.0)
    holiday = ordinary(9)
    holiday[3] = True
    paths = simulate(np.full(9, 100.0), np.full(9, 100.0), errors, holiday, seed=0)
    assert set(np.unique(paths[:, 3])) == {50.0, 150.0}
    assert set(np.unique(np.delete(paths, 3, axis=1))) == {100.0}


def test_a_missed_holiday_does_not_make_its_weekday_unsure() -> None:
    """The first Labor Day of a history cannot be foreseen."""
    errors = tried(planted(200, noise=0, country="US"), "US")
    assert len(errors.holidays)
    assert np.abs(errors.weeks).max() < 0.2 < np.abs(errors.holidays).max()


def test_what_is_expected_of_a_holiday_lies_within_its_interval() -> None:
    """Holidays that were all missed on one side widen both sides."""
    errors = tried(planted(200, noise=0, country="US"), "US")
    holiday = np.ones(7, dtype=bool)
    paths = simulate(np.full(7, 100.0), np.full(7, 100.0), errors, holiday, seed=0)
    low, high = np.quantile(paths, (0.1, 0.9), axis=0)
    assert (low < 100).all()
    assert (high > 100).all()


def test_futures_are_never_negative() -> None:
    errors = Errors(np.zeros(4), np.full((1, 7), -3.0), np.zeros(0), 1.0)
    assert simulate(np.full(9, 5.0), np.full(9, 5.0), errors, ordinary(9), seed=0).min() == 0


def test_resampled_weeks_keep_neighbours_together() -> None:
    paths = resample(np.arange(56.0), 10, seed=3)
    steps = np.diff(paths[:, :7], axis=1)
    assert set(np.unique(steps)) == {1.0, -55.0}
    assert paths.mean() == pytest.approx(27.5, rel=0.05)
