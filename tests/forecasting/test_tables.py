from dataclasses import replace
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from planted_usage import planted

from tollbook.forecasting import BillForecast, bill_table, outlook, outlook_table, past_table
from tollbook.money import format_count
from tollbook.period import Month

BILL = BillForecast(
    client="monsoon-air", month=Month(2026, 11), currency="INR", known_to=date(2026, 10, 31), method="blend",
    so_far=Decimal(0), p10=Decimal("100000.00"), p50=Decimal("250000.50"), p90=Decimal("300000.00"),
    expected=Decimal("240000.00"), messages_so_far=0, expected_messages=1.0, budget=None, over_budget=None, bills=(),
)  # fmt: skip


def test_past_months_with_their_gaps() -> None:
    history = planted(90)
    history["2026-09-10":"2026-09-12"] = float("nan")
    table = past_table(history)
    assert table.index.tolist() == ["August 2026", "September 2026", "October 2026"]
    assert table.loc["September 2026", "known days"] == "27"
    assert table.loc["October 2026", "messages"] == format_count(history["2026-10"].sum())


def test_a_month_without_a_known_day_has_no_mean() -> None:
    history = pd.Series(float("nan"), pd.date_range("2026-10-01", "2026-10-31"))
    assert past_table(history)["a day"].tolist() == [""]


def test_outlook_in_chances() -> None:
    made = outlook(planted(20), 40)
    table = outlook_table(made)
    assert table.index.tolist() == ["November 2026", "December 2026"]
    assert table["days"].tolist() == ["30", "10"]
    assert table.columns.tolist()[1:] == [
        "one in 40 below", "one in 10 below", "expected", "one in 10 above", "one in 40 above",
    ]  # fmt: skip
    assert table["expected"].iloc[0] == format_count(made.mean["2026-11"].sum())


@pytest.mark.parametrize(("locale", "amount"), [("en", "₹250,000.50"), ("en-IN", "₹2,50,000.50")])
def test_bill_in_the_money_of_the_client(locale: str, amount: str) -> None:
    table = bill_table(BILL, locale)
    assert table.columns.tolist() == ["November 2026"]
    assert table.loc["half of them cost at most", "November 2026"] == amount
    assert "budget" not in table.index
    with_budget = bill_table(replace(BILL, budget=Decimal(1), over_budget=1.0), locale)
    assert with_budget.loc["chance to pass the budget", "November 2026"] == "100%"
