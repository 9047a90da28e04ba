from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_usage import planted, usage_frame

from tollbook.forecasting.mix import recent_mix

LAST = date(2026, 10, 31)
FRAME = usage_frame(planted(60), segments=2)
MIX = recent_mix(FRAME, LAST)
ZERO = Decimal(0)


def test_the_mix_is_that_of_the_last_28_days() -> None:
    recent = FRAME[FRAME["day"] >= pd.Timestamp("2026-10-04")]
    assert MIX.messages == recent["messages"].sum()
    assert sorted(cell.status for cell in MIX.cells) == ["delivered", "undelivered"]
    assert sum((cell.cost for cell in MIX.cells), ZERO) == sum(recent["cost"], ZERO)


def test_after_a_silent_month_the_whole_past_is_the_mix() -> None:
    assert recent_mix(FRAME, date(2026, 12, 24)).messages == FRAME["messages"].sum()


@settings(deadline=None, max_examples=50)
@given(st.integers(min_value=0, max_value=10_000_000))
def test_scaled_usage_adds_up_to_the_total_exactly(total: int) -> None:
    added = MIX.scaled(total, LAST)
    assert sum(cell.messages for cell in added) == total
    assert sum(cell.segments for cell in added) == pytest.approx(2 * total, abs=1)
    assert {cell.day for cell in added} <= {LAST}
    assert all(cell.messages >= 0 for cell in added)


def test_scaled_costs_stay_decimals_in_proportion() -> None:
    doubled = MIX.scaled(2 * MIX.messages, LAST)
    assert sum((cell.cost for cell in doubled), ZERO) == 2 * sum((cell.cost for cell in MIX.cells), ZERO)


def test_nothing_scales_to_nothing() -> None:
    assert recent_mix(FRAME.iloc[:0], LAST).scaled(500, LAST) == []
