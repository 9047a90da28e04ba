from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_usage import planted, usage_frame

from tollbook.forecasting.mix import by_day, recent_mix, scaled

LAST = date(2026, 10, 31)
FRAME = usage_frame(planted(60), segments=2)
MIX = recent_mix(FRAME, LAST)


def test_the_mix_is_that_of_the_last_28_days() -> None:
    mix = recent_mix(FRAME, LAST)
    recent = FRAME[FRAME["day"] >= pd.Timestamp("2026-10-04")]
    assert mix["messages"].sum() == recent["messages"].sum()
    assert sorted(mix["status"]) == ["delivered", "undelivered"]
    assert mix["cost"].sum() == recent["cost"].sum()


def test_after_a_silent_month_the_whole_past_is_the_mix() -> None:
    assert recent_mix(FRAME, date(2026, 12, 24))["messages"].sum() == FRAME["messages"].sum()


@settings(deadline=None, max_examples=50)
@given(st.integers(min_value=0, max_value=10_000_000))
def test_scaled_usage_adds_up_to_the_total_exactly(total: int) -> None:
    added = scaled(MIX, total, LAST, list(FRAME.columns))
    assert added["messages"].sum() == total
    assert added["segments"].sum() == pytest.approx(2 * total, abs=1)
    assert list(added.columns) == list(FRAME.columns)
    assert (added["messages"] >= 0).all()


def test_scaled_costs_stay_decimals_in_proportion() -> None:
    mix = recent_mix(FRAME, LAST)
    doubled = scaled(mix, 2 * int(mix["messages"].sum()), LAST, list(FRAME.columns))
    assert sum(doubled["cost"], Decimal(0)) == 2 * sum(mix["cost"], Decimal(0))


def test_days_without_hours_keep_every_total() -> None:
    hourly = pd.concat([FRAME, FRAME.assign(hour=17)])
    daily = by_day(hourly)
    assert len(daily) == len(FRAME)
    assert list(daily.columns) == list(FRAME.columns)
    assert daily.groupby("day")["messages"].sum().equals(hourly.groupby("day")["messages"].sum())
    assert sum(daily["cost"], Decimal(0)) == sum(hourly["cost"], Decimal(0))
    assert by_day(FRAME.iloc[:0]).empty


def test_nothing_scales_to_nothing() -> None:
    empty = FRAME.iloc[:0]
    assert scaled(recent_mix(empty, LAST), 500, LAST, list(FRAME.columns)).empty
