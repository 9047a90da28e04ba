from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from planted_usage import planted

from tollbook.charts import findings_forecast
from tollbook.forecasting import (
    BillForecast,
    bill_finding,
    bill_record_finding,
    forecast,
    history_finding,
    look_back,
    milestones_finding,
    outlook,
    outlook_finding,
    record_finding,
)
from tollbook.forecasting.findings import chance_text
from tollbook.forecasting.milestones import Milestone
from tollbook.money import format_count
from tollbook.period import Month

OCTOBER = Month(2026, 10)
BILL = BillForecast(
    client="harbour-bank", month=OCTOBER, currency="GBP", known_to=date(2026, 10, 10), method="blend",
    so_far=Decimal("310.00"), p10=Decimal("900.00"), p50=Decimal("1000.50"), p90=Decimal("1100.00"),
    expected=Decimal("1003.00"),
    messages_so_far=31000, expected_messages=100050, budget=None, over_budget=None, bills=(),
)  # fmt: skip


def flat(first: str, last: str, count: float) -> pd.Series:
    return pd.Series(float(count), pd.date_range(first, last))


def test_history_says_the_total_the_changes_and_the_busiest_day() -> None:
    history = pd.concat([flat("2025-10-01", "2026-09-30", 100), flat("2026-10-01", "2026-10-31", 110)])
    history["2026-10-08"] = 300
    assert history_finding(history, OCTOBER) == (
        "October 2026: 3,600 messages, 20.0% more than in September 2026 and 16.1% more than in October 2025. "
        "The busiest day was Thursday 8 October 2026 with 300."
    )


def test_an_unfinished_month_or_one_with_gaps_is_compared_with_nothing() -> None:
    history = flat("2026-09-01", "2026-10-20", 100)
    assert history_finding(history, OCTOBER).startswith("October 2026: 2,000 messages. The")
    history["2026-10-03"] = np.nan
    assert "1 of its days are missing" in history_finding(history, OCTOBER)


def test_the_same_total_is_called_the_same() -> None:
    history = flat("2026-09-01", "2026-10-31", 100)
    history["2026-09"] *= 31 / 30
    assert "as many as in September 2026" in history_finding(history, OCTOBER)


def test_a_month_without_messages() -> None:
    assert history_finding(flat("2026-10-01", "2026-10-31", 0), OCTOBER) == "October 2026: no messages."


def test_outlook_names_the_months_their_totals_and_the_method(steady: pd.Series) -> None:
    made = forecast(steady, 61)
    november = made.by_month().to_dict("index")["2026-11"]
    told = outlook_finding(made)
    assert told.startswith(f"November 2026: {format_count(november['mean'])} messages expected, ")
    assert f"{format_count(november[0.1])} to {format_count(november[0.9])} in eight of ten futures" in told
    assert "December 2026" in told
    assert findings_forecast.outlook(made) == f"{format_count(november['mean'])} messages expected in November 2026"


def test_outlook_says_when_it_is_only_a_rate_or_nothing() -> None:
    assert "fewer than 28 known days" in outlook_finding(outlook(flat("2026-10-20", "2026-10-31", 5), 10))
    stopped = flat("2026-08-01", "2026-10-31", 0)
    assert "taken to have stopped" in outlook_finding(outlook(stopped, 30))
    assert findings_forecast.outlook(outlook(stopped, 10)) == "0 messages expected in the next 10 days"


def test_outlook_names_days_it_set_aside() -> None:
    wild = planted(60)
    wild["2026-10-07"] = 10**7
    assert "Freak days set aside: Wednesday 7 October 2026." in outlook_finding(forecast(wild, 7))


def test_bill_says_range_known_part_and_budget() -> None:
    assert bill_finding(BILL) == (
        "October 2026 may cost £1,000.50, and between £900.00 and £1,100.00 in eight of ten futures. "
        "Known up to Saturday 10 October 2026: 31,000 messages, £310.00."
    )
    tight = replace(BILL, budget=Decimal(1050), over_budget=0.23)
    assert bill_finding(tight).endswith("The chance to pass the budget of £1,050.00 is 23%.")


def test_what_may_be_passed_is_told_once_each_with_its_day() -> None:
    day = date(2026, 10, 29)
    passed = (
        Milestone("budget", "", "", 0.27, day, 5000),
        Milestone("tier", "sms", "the tier from 50,000", 0.6, None, 900),
        Milestone("commitment", "yearly", "Commitment", 0.004, day, 9000),
    )
    assert milestones_finding(replace(BILL, milestones=passed)) == (
        "If it is passed, then most likely by Thursday 29 October 2026. "
        "The chance that the tier from 50,000 is reached is 60%. The chance that the commitment is spent is under 1%."
    )
    assert milestones_finding(replace(BILL, milestones=(replace(passed[0], chance=0.004),))) == ""


def test_an_amount_read_from_the_right_moves_nothing_in_its_sentence() -> None:
    told = bill_finding(replace(BILL, currency="ILS"), "he")
    assert told.startswith("October 2026 may cost \u2068\u200f1,000.50\xa0\u200f₪\u2069, and between \u2068")
    assert "\u2068" not in bill_finding(BILL)


@pytest.mark.parametrize(
    ("chance", "text"), [(0, "0%"), (0.004, "under 1%"), (0.23, "23%"), (0.999, "over 99%"), (1, "100%")]
)
def test_rare_is_not_never(chance: float, text: str) -> None:
    assert chance_text(chance) == text


def test_a_bill_that_is_known_is_called_so() -> None:
    assert bill_finding(replace(BILL, method="known")) == "October 2026 is over: its usage costs £1,000.50."


@pytest.mark.parametrize(("factor", "words"), [(1.0, "80% interval"), (2.0, "% too low, outside its 80% interval")])
def test_the_record_says_how_far_off_it_was(steady: pd.Series, factor: float, words: str) -> None:
    history = steady.copy()
    history["2026-10"] *= factor
    record = look_back(history, date(2026, 9, 30))
    told = record_finding(record)
    assert told.startswith("A forecast made on Wednesday 30 September 2026 would have expected")
    assert words in told
    assert record is not None
    assert findings_forecast.came(record).startswith("The forecast of 30 September 2026 was ")


def test_no_record_is_said() -> None:
    assert record_finding(None).startswith("There is no earlier forecast to judge")


def test_the_bill_that_came_is_held_against_the_bill_foreseen() -> None:
    assert bill_record_finding(replace(BILL, known_to=date(2026, 9, 30)), Decimal("1111.67")) == (
        "On Wednesday 30 September 2026 the bill of October 2026 would have been put at £1,000.50; it is £1,111.67: "
        "10.0% too low, outside the range of eight in ten futures."
    )
    assert bill_record_finding(BILL, Decimal(0)).endswith("it is £0.00, outside the range of eight in ten futures.")
