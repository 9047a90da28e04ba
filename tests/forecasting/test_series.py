from datetime import date

import numpy as np
import pandas as pd
import pytest
from planted_usage import planted, usage_frame

from tollbook.forecasting import BadHistory, daily_series
from tollbook.forecasting.series import checked, set_aside, zero_share


def test_a_day_without_rows_is_zero_and_a_missing_day_is_unknown() -> None:
    history = pd.Series([5.0, 0, 7], pd.date_range("2026-10-01", periods=3))
    series = daily_series(usage_frame(history), date(2026, 10, 5), missing=[date(2026, 10, 4)])
    assert series.index[0] == pd.Timestamp("2026-10-01")
    assert series.fillna(-1).tolist() == [5, 0, 7, -1, 0]


def test_segments_can_be_counted_and_later_days_are_left_out() -> None:
    history = pd.Series([5.0, 6, 7], pd.date_range("2026-10-01", periods=3))
    series = daily_series(usage_frame(history, segments=2), date(2026, 10, 2), counts="segments")
    assert series.tolist() == [10, 12]


def test_no_usage_at_all_is_one_day_of_zero() -> None:
    nothing = usage_frame(pd.Series([], pd.DatetimeIndex([]), dtype=float))
    assert daily_series(nothing, date(2026, 10, 5)).tolist() == [0]


def test_the_total_of_the_series_is_the_total_of_the_frame() -> None:
    frame = usage_frame(planted(60))
    assert daily_series(frame, date(2026, 10, 31)).sum() == frame["messages"].sum()


def test_days_absent_from_the_index_become_missing_and_silence_before_the_start_is_cut() -> None:
    history = pd.Series([0, 3, 4], pd.to_datetime(["2026-10-01", "2026-10-02", "2026-10-04"]))
    assert checked(history).fillna(-1).tolist() == [3, -1, 4]


def test_whole_numbers_with_missing_ones_are_read() -> None:
    history = pd.Series([3, None, 4], pd.date_range("2026-10-01", periods=3), dtype="Int64")
    assert np.isnan(checked(history).iloc[1])


@pytest.mark.parametrize(
    ("history", "fault"),
    [
        (pd.Series([], pd.DatetimeIndex([]), dtype=float), "no days"),
        (pd.Series([1, 2]), "RangeIndex"),
        (pd.Series([1], pd.date_range("2026-10-01", periods=1, tz="UTC")), "UTC"),
        (pd.Series([1], pd.to_datetime(["2026-10-01 09:00"])), "times of day"),
        (pd.Series([1, 2], pd.to_datetime(["2026-10-01", "2026-10-01"])), "2026-10-01 is there twice"),
        (pd.Series([-1], pd.to_datetime(["2026-10-01"])), "below 0"),
        (pd.Series([np.inf], pd.to_datetime(["2026-10-01"])), "infinite"),
    ],
)
def test_a_history_that_is_not_one_count_per_day_is_refused_with_its_fault(history: pd.Series, fault: str) -> None:
    with pytest.raises(BadHistory, match=fault):
        checked(history)


def test_one_runaway_day_is_set_aside_and_big_campaigns_are_not() -> None:
    history = planted(120)
    history.iloc[50] = 1_000_000
    kept, freaks = set_aside(history)
    assert freaks == (history.index[50].date(),)
    assert np.isnan(kept.iloc[50])
    assert kept.count() == 119

    campaigns = planted(120)
    campaigns.iloc[[10, 40, 70, 100]] = 40_000
    assert set_aside(campaigns)[1] == ()


def test_zero_share_looks_at_the_last_known_days() -> None:
    history = pd.Series([9.0, 9, 0, np.nan, 0, 4, 0], pd.date_range("2026-10-01", periods=7))
    assert zero_share(history, 4) == 0.75
