import numpy as np
import pandas as pd
import pytest
from planted_usage import planted

from tollbook.forecasting import forecast
from tollbook.forecasting.month_edges import EDGES, edge_flags, edges_that_matter


def with_pay_day(factor: float = 1.8) -> pd.Series:
    history = planted(400)
    return history.where(pd.DatetimeIndex(history.index).day != 1, history * factor)


def test_a_pay_day_stands_out_and_an_ordinary_client_has_none() -> None:
    assert edges_that_matter(with_pay_day()) == ("first",)
    assert edges_that_matter(planted(400)) == ()


def test_quiet_month_ends_stand_out_too() -> None:
    history = planted(400)
    quiet = history.where(~pd.DatetimeIndex(history.index).is_month_end, history * 0.3)
    assert edges_that_matter(quiet) == ("last",)


@pytest.mark.parametrize("days", [28, 100])
def test_a_few_months_prove_nothing(days: int) -> None:
    assert edges_that_matter(with_pay_day().iloc[-days:]) == ()


def test_gaps_and_dead_days_are_no_edges() -> None:
    assert edges_that_matter(planted(400) * np.nan) == ()
    assert edges_that_matter(planted(400) * 0) == ()


def test_the_days_of_an_edge() -> None:
    days = pd.date_range("2026-01-30", "2026-03-02")
    found = {edge: [f"{day:%m-%d}" for day in days[edge_flags(days, edge)]] for edge in EDGES}
    assert found == {"first": ["02-01", "03-01"], "second": ["02-02", "03-02"], "last": ["01-31", "02-28"]}


def test_the_next_pay_day_is_foreseen() -> None:
    made = forecast(with_pay_day(), 45)
    assert made.mean["2026-12-01"] == pytest.approx(1.8 * 4000 * 1.05, rel=0.15)
    assert made.mean["2026-12-08"] == pytest.approx(4000 * 1.05, rel=0.1)
