"""Planted truths: what a forecast must find, and what it must not do."""

import numpy as np
import pandas as pd
import pytest
from planted_usage import LAST, WEEK, planted

from tollbook.forecasting import BadHorizon, Forecast, NotEnoughHistory, forecast, outlook
from tollbook.forecasting.daily import QUANTILES
from tollbook.period import Month


@pytest.fixture(scope="module")
def made(steady: pd.Series) -> Forecast:
    return forecast(steady, 61, country="GB", seed=1)


def test_shapes_are_those_promised(made: Forecast) -> None:
    assert made.mean.index.equals(pd.date_range("2026-11-01", periods=61, freq="D"))
    assert made.quantiles.columns.equals(pd.Index([0.025, 0.1, 0.5, 0.9, 0.975]))
    assert made.quantiles.index.equals(made.mean.index)
    assert made.paths.ndim == 2
    assert made.paths.shape[1] == 61
    assert (made.quantiles.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert dict(made.versions).keys() == {"tollbook", "holidays"}


def test_the_week_is_found(made: Forecast) -> None:
    november = made.mean[:28]
    truth = 4000 * WEEK[pd.DatetimeIndex(november.index).day_of_week]
    assert november.to_numpy() == pytest.approx(truth, rel=0.08)


def test_a_holiday_to_come_is_found(made: Forecast) -> None:
    assert made.mean["2026-12-25"] < 0.4 * made.mean["2026-12-18"]
    assert made.mean["2026-12-26"] > 0


def test_totals_are_those_of_the_days(made: Forecast) -> None:
    months = made.by_month()
    assert months.index.tolist() == ["2026-11", "2026-12"]
    assert months["days"].tolist() == [30, 31]
    assert months["mean"].sum() == pytest.approx(made.mean.sum())
    november = Month.parse("2026-11")
    assert months[0.9].iloc[0] == np.quantile(made.totals(november.first, november.last), 0.9)
    assert made.totals().mean() == pytest.approx(made.mean.sum(), rel=0.02)
    assert made.table().columns.tolist() == ["p2.5", "p10", "p50", "p90", "p97.5", "mean"]


def test_again_is_the_same_to_the_bit_and_the_global_generator_is_untouched(steady: pd.Series, made: Forecast) -> None:
    before = np.random.get_state(legacy=False)  # noqa: NPY002 - the legacy state is what must not move
    again = forecast(steady, 61, country="GB", seed=1)
    assert made.paths.tobytes() == again.paths.tobytes()
    assert made.mean.equals(again.mean)
    assert made.quantiles.equals(again.quantiles)
    assert str(np.random.get_state(legacy=False)) == str(before)  # noqa: NPY002 - the same
    other = forecast(steady, 61, country="GB", seed=2)
    assert other.mean.equals(made.mean)
    assert not other.quantiles.equals(made.quantiles)


def test_a_gap_is_stepped_over(steady: pd.Series, made: Forecast) -> None:
    gap = steady.copy()
    gap.iloc[-60:-40] = np.nan
    found = forecast(gap, 28, country="GB")
    assert found.mean.sum() == pytest.approx(made.mean[:28].sum(), rel=0.03)


def test_the_last_days_may_be_missing(steady: pd.Series) -> None:
    late = steady.copy()
    late.iloc[-3:] = np.nan
    assert forecast(late, 7).mean.index[0] == pd.Timestamp("2026-11-01")


def test_one_runaway_day_changes_little_and_is_named(steady: pd.Series, made: Forecast) -> None:
    wild = steady.copy()
    wild.iloc[-5] = 5_000_000
    found = forecast(wild, 28, country="GB")
    assert found.mean.sum() == pytest.approx(made.mean[:28].sum(), rel=0.02)
    assert found.quantiles[0.975].max() < 10_000
    assert found.set_aside == (wild.index[-5].date(),)


def test_a_constant_client_stays_constant() -> None:
    found = forecast(pd.Series(100.0, pd.date_range(end=LAST, periods=120)), 30)
    assert found.mean.to_numpy() == pytest.approx(np.full(30, 100), rel=0.01)
    assert found.paths == pytest.approx(np.full(found.paths.shape, 100), rel=0.05)


def test_a_client_that_stopped_sends_nothing(steady: pd.Series) -> None:
    stopped = steady.copy()
    stopped.iloc[-28:] = 0
    found = forecast(stopped, 30)
    assert found.method == "stopped"
    assert found.mean.sum() == found.paths.sum() == found.quantiles.to_numpy().sum() == 0


def test_always_zero_is_stopped_too() -> None:
    assert forecast(pd.Series(0.0, pd.date_range(end=LAST, periods=40)), 5).method == "stopped"


def test_missing_files_are_not_silence(steady: pd.Series) -> None:
    unknown = steady.copy()
    unknown.iloc[-30:] = np.nan
    assert forecast(unknown, 7).mean.sum() > 10_000


def test_a_sporadic_client_gets_its_recent_rate() -> None:
    """One day in seven has 700 messages: 100 a day, and whole months that differ."""
    index = pd.date_range(end=LAST, periods=200)
    busy = np.random.default_rng(3).random(200) < 1 / 7
    history = pd.Series(np.where(busy, 700.0, 0), index)
    found = forecast(history, 30)
    assert found.method == "recent rate"
    assert found.mean.unique().tolist() == [history.iloc[-56:].mean()]
    assert found.quantiles.iloc[0].tolist() == history.iloc[-56:].quantile([*QUANTILES]).tolist()
    assert found.quantiles[0.975].tolist() == [700] * 30
    assert found.totals().mean() == pytest.approx(found.mean.sum(), rel=0.1)
    assert found.totals().std() > 0


def test_too_little_history_is_an_error_that_carries_the_plain_rate() -> None:
    young = pd.Series(50.0, pd.date_range(end=LAST, periods=27))
    with pytest.raises(NotEnoughHistory, match="27 known days of history, a forecast needs 28") as caught:
        forecast(young, 30)
    assert caught.value.rate == 50
    assert caught.value.days == 27


def test_outlook_gives_a_young_client_its_plain_rate() -> None:
    found = outlook(pd.Series([40.0, 60], pd.date_range(end=LAST, periods=2)), 3)
    assert found.method == "plain rate"
    assert found.mean.tolist() == [50, 50, 50]


def test_twenty_eight_days_are_enough() -> None:
    found = forecast(planted(28), 30)
    assert found.method == "calendar and recent weeks"
    assert found.mean.sum() == pytest.approx(30 * 4000 * WEEK.mean(), rel=0.2)


def test_nothing_is_ever_negative() -> None:
    """A client in steep decline, with dead weekends."""
    index = pd.date_range(end=LAST, periods=140)
    decline = np.linspace(5000, 50, 140) * np.where(index.day_of_week >= 5, 0, 1)
    found = forecast(pd.Series(np.round(decline), index), 61)
    assert found.mean.min() >= 0
    assert found.paths.min() >= 0
    assert found.quantiles.to_numpy().min() >= 0


def test_an_unknown_country_has_no_holidays() -> None:
    found = forecast(planted(60), 7, country="ZZ")
    assert found.country is None


@pytest.mark.parametrize("horizon", [0, -1, 367])
def test_a_horizon_outside_a_year_is_refused(steady: pd.Series, horizon: int) -> None:
    with pytest.raises(BadHorizon, match="choose 1 to 366"):
        forecast(steady, horizon)


def test_the_planted_months_lie_in_their_intervals() -> None:
    """Of ten clients made of noise and a drifting level, at least six months lie inside 80 % and nine inside 95 %."""
    inside_80 = inside_95 = 0
    for number in range(10):
        random = np.random.default_rng(number)
        drift = np.exp(np.cumsum(random.normal(0, 0.006, 230)))
        index = pd.date_range("2026-01-01", periods=230)
        counts = pd.Series(1000 * WEEK[index.day_of_week] * drift * random.lognormal(0, 0.1, 230), index)
        low, bottom, top, high = np.quantile(forecast(counts[:200], 30).totals(), [0.025, 0.1, 0.9, 0.975])
        truth = counts[200:].sum()
        inside_80 += bottom <= truth <= top
        inside_95 += low <= truth <= high
    assert inside_80 >= 6
    assert inside_95 >= 9
