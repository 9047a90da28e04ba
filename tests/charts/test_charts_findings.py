"""Sentences from small tables, read as a reader would."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from tollbook.billing.bill import Bill, Unrated
from tollbook.charts import findings
from tollbook.rating.prices import Graduated, Volume, price_model

OCTOBER = pd.date_range("2026-10-01", "2026-10-31")
SEPTEMBER = pd.date_range("2026-09-01", "2026-09-30")


def days(index: pd.DatetimeIndex, **daily: int) -> pd.DataFrame:
    return pd.DataFrame({name: [count] * len(index) for name, count in daily.items()}, index=index)


def ranking(column: str, rows: dict[str, tuple[int, int, int]]) -> pd.DataFrame:
    """Rows: name -> messages, final, delivered."""
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["messages", "final", "delivered"], dtype="int64")
    return table.assign(share=table["messages"] / max(int(table["messages"].sum()), 1)).rename_axis(column)


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ({"sms": 10}, None, "310 messages in October 2026"),
        ({"sms": 12}, {"sms": 10}, "372 messages in October 2026, 20% more a day than in September 2026"),
        ({"sms": 9}, {"sms": 10}, "279 messages in October 2026, 10% fewer a day than in September 2026"),
        ({"sms": 10}, {"sms": 10}, "310 messages in October 2026, as many a day as in September 2026"),
        ({"sms": 25}, {"sms": 10}, "775 messages in October 2026, 2.5 times as many a day as in September 2026"),
        ({"sms": 10}, {"sms": 0}, "310 messages in October 2026"),
        ({"sms": 30, "whatsapp": 70}, None, "3,100 messages in October 2026; WhatsApp carried 70%"),
        ({"sms": 0}, {"sms": 5}, "No messages in this period"),
        ({}, None, "No messages in this period"),
    ],
)
def test_usage_compares_days_not_months(now: dict[str, int], before: dict[str, int] | None, said: str) -> None:
    earlier = None if before is None else days(SEPTEMBER, **before)
    assert findings.usage(days(OCTOBER, **now), earlier) == said


def test_usage_names_the_one_busy_day() -> None:
    table = days(OCTOBER, sms=10)
    table.loc["2026-10-19", "sms"] = 50
    assert findings.usage(table) == "350 messages in October 2026; the most, 50, on 19 October"


def test_one_message_is_one_message() -> None:
    assert findings.usage(days(OCTOBER[:1], sms=1)) == "1 message on 1 October 2026"


def test_numbers_follow_the_locale_and_words_do_not() -> None:
    assert findings.usage(days(OCTOBER, sms=100), locale="de") == "3.100 messages in October 2026"


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (14, "168 messages by day 14, 20% more than in September 2026 by then"),
        (31, "372 messages by day 31, 24% more than in all of September 2026"),
    ],
)
def test_pace_compares_at_the_same_day(known: int, said: str) -> None:
    now = days(OCTOBER[:known], sms=12).sum(axis="columns").cumsum()
    before = days(SEPTEMBER, sms=10).sum(axis="columns").cumsum()
    assert findings.pace(now, before) == said


def test_pace_says_when_there_is_nothing_to_compare() -> None:
    now = days(OCTOBER[:2], sms=12).sum(axis="columns").cumsum()
    assert findings.pace(now, 0 * now) == "24 messages by day 2; the month before had none"
    assert findings.pace(0 * now, now) == "No messages in this period"


def test_destinations_name_the_largest_and_a_clear_laggard() -> None:
    table = ranking("country", {"GB": (900, 900, 882), "US": (100, 100, 80)})
    assert findings.destinations(table) == (
        "United Kingdom took 90% of 1,000 messages; delivery is lowest for United States, 80.0%"
    )


def test_few_messages_make_no_laggard() -> None:
    table = ranking("country", {"GB": (900, 900, 882), "US": (9, 9, 8)})
    assert findings.destinations(table) == "United Kingdom took 99% of 909 messages"


def test_the_rest_is_never_called_a_place() -> None:
    table = ranking("country", {"GB": (90, 90, 90), "other": (110, 110, 20)})
    assert findings.destinations(table) == "United Kingdom took 45% of 200 messages"


def test_campaign_names_are_isolated_from_the_sentence() -> None:
    table = ranking("campaign", {"שלם": (60, 60, 60), "b": (40, 40, 40)})
    assert findings.campaigns(table) == "\u2068שלם\u2069 sent 60 messages, 60% of all campaigns"
    assert findings.campaigns(table.iloc[:1]) == "\u2068שלם\u2069, the only campaign, sent 60 messages"
    assert findings.campaigns(table.iloc[:0]) == "No message of this period belongs to a campaign"


def test_hours_know_the_working_week_of_the_country() -> None:
    table = pd.DataFrame(0, index=range(7), columns=range(24))
    table.loc[6, 9] = 30
    table.loc[0, 23] = 10
    assert findings.hours(table, "he-IL") == (
        "Sunday 09:00 to 10:00 is the busiest hour of the week; 75% falls on Sunday to Thursday, 08:00 to 18:00"
    )
    assert "; 0% falls on Monday to Friday" in findings.hours(table, "en-GB")


def test_delivery_is_of_final_messages_only() -> None:
    table = pd.DataFrame({"delivered": [80], "read": [10], "failed": [10], "sent": [400]}, index=["sms"])
    assert findings.delivery(table) == "90.0% of 100 messages with a final status were delivered"
    assert findings.delivery(table[["sent"]]) == "No message has a final status yet"
    assert findings.delivery(table.iloc[:0]) == "Nothing was sent in this period"


def test_nearly_all_is_not_all() -> None:
    table = pd.DataFrame({"delivered": [99_999], "failed": [1]}, index=["sms"])
    assert findings.delivery(table).startswith("99.9% of")


def test_bill_names_the_largest_line(bill: Callable[..., Bill]) -> None:
    made = bill({"Outbound SMS": "75.00", "PLATFORM": "25.00"}, "GBP", "20.00")
    assert findings.bill(made) == (
        "£120.00 for October 2026; the largest line, Outbound SMS, is 75% of the net amount"
    ).replace("£120.00", "\u2068£120.00\u2069")
    assert findings.bill(bill({"Outbound SMS": "75.00"})) == "\u2068£75.00\u2069 for October 2026"


def test_bill_says_what_has_no_price(bill: Callable[..., Bill]) -> None:
    missing = Unrated("sms", "sms", "BR", "72402", messages=1, quantity=Decimal(2), reason="no row")
    made = replace(bill({"Outbound SMS": "75.00"}), unrated=(missing,))
    assert findings.bill(made).endswith("for October 2026, and 1 message without a price")


def tiered(model: str) -> Graduated | Volume:
    tiers = [{"up_to": 1000, "unit": "0.04"}, {"up_to": 5000, "unit": "0.03", "flat": "10"}]
    made = price_model({"model": model, "tiers": tiers})
    assert isinstance(made, Graduated | Volume)
    return made


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        ("0", "0 segments, in tier 1 of 2 ($0.04 each); 1,000 more until $0.03 each + $10.00 flat"),
        ("1000", "1,000 segments, in tier 1 of 2 ($0.04 each); 0 more until $0.03 each + $10.00 flat"),
        (
            "1001",
            "1,001 segments, in tier 2 of 2 ($0.03 each + $10.00 flat); 3,999 more until the last price ends",
        ),
        ("9000", "9,000 segments, in tier 2 of 2 ($0.03 each + $10.00 flat); 0 more until the last price ends"),
    ],
)
def test_tiers_say_how_far_to_the_next_price(quantity: str, said: str) -> None:
    found = findings.tiers(Decimal(quantity), tiered("graduated"), "USD")
    assert found.replace("\u2068", "").replace("\u2069", "") == said


def test_a_free_tier_is_free() -> None:
    made = price_model({"model": "graduated", "tiers": [{"up_to": 10}, {"unit": 1}]})
    assert isinstance(made, Graduated)
    assert findings.tier_price(made.tiers[0], "EUR") == "free"


def test_findings_import_no_plotting() -> None:
    import subprocess
    import sys

    code = (
        "import sys, tollbook.charts.findings as f; sys.exit('matplotlib' in sys.modules or 'seaborn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_part_of_a_month_is_said_as_such() -> None:
    assert findings.usage(days(OCTOBER[:14], sms=1)) == "14 messages from 1 to 14 October 2026"
