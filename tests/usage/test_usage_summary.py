"""Summaries of small usage frames, each written as a table."""

from datetime import date

import pandas as pd
import pytest

from tollbook.period import Month
from tollbook.usage import summary
from tollbook.usage.summary import OTHER, Compared, Spans

COLUMNS = ("day", "hour", "channel", "direction", "country", "campaign", "status", "messages", "segments")


def frame(table: str) -> pd.DataFrame:
    rows = [[cell.strip("-") for cell in line.split()] for line in table.strip().splitlines()]
    made = pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(("hour", "messages", "segments"), "int64"))
    made["day"] = pd.to_datetime("2026-10-" + made["day"]).astype("datetime64[us]")
    return made


# day hour channel direction country campaign status messages segments
OCTOBER = frame("""
    01   9  sms       mt  GB  autumn  delivered    60  90
    01   9  sms       mt  GB  autumn  undelivered  20  30
    02  14  whatsapp  mt  FR  -       read         10  10
    02  14  whatsapp  mt  FR  -       sent          5   5
    04  23  sms       mt  US  spring  failed        5   5
    04  23  sms       mo  GB  -       received     30  30
""")
BEFORE = frame("""
    01   9  sms       mt  GB  -       delivered    50  50
    01   9  sms       mt  US  -       expired      50  50
""")
NOTHING = OCTOBER.iloc[:0]
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 4)


def test_headline_holds_four_figures_against_the_period_before() -> None:
    headline = summary.headline(OCTOBER, BEFORE)
    assert headline.messages == Compared(130, 100)
    assert headline.messages.relative == pytest.approx(0.3)
    assert headline.segments == Compared(170, 100)
    assert headline.delivery_rate == Compared(70 / 95, 0.5)
    assert headline.destination == "GB"
    assert headline.destination_share == Compared(0.8, 0.5)


def test_headline_of_nothing_has_no_rate_no_destination_and_no_change() -> None:
    headline = summary.headline(NOTHING, NOTHING)
    assert headline.messages == Compared(0, None)
    assert headline.messages.relative is None
    assert headline.delivery_rate.now is None
    assert headline.destination is None
    assert headline.destination_share.now is None


def test_a_change_from_nothing_has_a_difference_but_no_ratio() -> None:
    assert Compared(5, 0).difference == 5
    assert Compared(5, 0).relative is None


def test_by_day_has_every_day_and_a_column_a_channel() -> None:
    days = summary.by_day(OCTOBER, FIRST, LAST)
    assert days.to_dict("list") == {"sms": [80, 0, 0, 35], "whatsapp": [0, 15, 0, 0]}
    assert list(days.index) == list(pd.date_range("2026-10-01", "2026-10-04"))
    assert set(days.dtypes.astype(str)) == {"int64"}


def test_by_day_leaves_out_days_outside_the_range_and_keeps_empty_ones() -> None:
    assert summary.by_day(OCTOBER, date(2026, 10, 3), date(2026, 10, 4)).sum().to_dict() == {"sms": 35, "whatsapp": 0}
    assert summary.by_day(NOTHING, FIRST, LAST).shape == (4, 0)


def test_by_day_counts_segments_by_any_column() -> None:
    days = summary.by_day(OCTOBER, FIRST, LAST, by="country", measure="segments")
    assert days.sum().to_dict() == {"FR": 15, "GB": 150, "US": 5}


def test_running_adds_up_day_by_day() -> None:
    assert summary.running(OCTOBER, FIRST, LAST).tolist() == [80, 95, 95, 130]
    assert summary.running(NOTHING, FIRST, LAST).tolist() == [0, 0, 0, 0]


def test_by_hour_is_a_whole_week_of_hours() -> None:
    hours = summary.by_hour(OCTOBER)
    assert hours.shape == (7, 24)
    assert {(day, hour): hours.loc[day, hour] for day, hour in [(3, 9), (4, 14), (6, 23)]} == {
        (3, 9): 80,  # 1 October 2026 is a Thursday
        (4, 14): 15,
        (6, 23): 35,
    }
    assert hours.to_numpy().sum() == 130
    assert summary.by_hour(NOTHING).shape == (7, 24)


def test_destinations_are_ranked_by_outgoing_messages_only() -> None:
    table = summary.destinations(OCTOBER)
    assert table["messages"].to_dict() == {"GB": 80, "FR": 15, "US": 5}
    assert table["share"].to_dict() == {"GB": 0.8, "FR": 0.15, "US": 0.05}
    assert table["delivery_rate"].to_dict() == {"GB": 0.75, "FR": 1.0, "US": 0.0}
    assert table["final"].sum() == 95


def test_destinations_after_the_limit_stand_together() -> None:
    table = summary.destinations(OCTOBER, limit=1)
    assert list(table.index) == ["GB", OTHER]
    assert table.index.name == "country"
    assert table[["messages", "final", "delivered"]].iloc[1].tolist() == [20, 15, 10]
    assert table["messages"].dtype == "int64"


def test_a_destination_without_final_messages_has_no_rate() -> None:
    table = summary.destinations(OCTOBER[OCTOBER["status"] == "sent"])
    assert table["delivery_rate"].isna().tolist() == [True]


def test_equal_destinations_stand_in_order_of_their_code() -> None:
    same = OCTOBER.assign(messages=1)
    assert list(summary.destinations(same.drop_duplicates("country")).index) == ["FR", "GB", "US"]


def test_campaigns_leave_out_messages_without_one() -> None:
    table = summary.campaigns(OCTOBER)
    assert table["messages"].to_dict() == {"autumn": 80, "spring": 5}
    assert table["share"].sum() == pytest.approx(1)
    assert len(summary.campaigns(BEFORE)) == 0


def test_delivery_counts_outgoing_messages_by_channel_and_status() -> None:
    table = summary.delivery(OCTOBER)
    assert list(table.index) == ["sms", "whatsapp"]
    assert table.iloc[0].to_dict() == {"delivered": 60, "failed": 5, "read": 0, "sent": 0, "undelivered": 20}
    assert summary.delivery(NOTHING).shape[0] == 0


def test_no_summary_changes_the_frame() -> None:
    kept = OCTOBER.copy(deep=True)
    summary.headline(OCTOBER, BEFORE)
    summary.running(OCTOBER, FIRST, LAST)
    summary.by_hour(OCTOBER)
    pd.testing.assert_frame_equal(OCTOBER, kept)


@pytest.mark.parametrize(
    ("last_day", "today", "known", "like"),
    [
        ("2026-10-31", "2026-11-23", "2026-10-31", "2026-09-30"),  # over: whole against whole
        ("2026-10-29", "2026-11-01", "2026-10-31", "2026-09-30"),  # over, with two quiet days at its end
        ("2026-10-14", "2026-10-15", "2026-10-14", "2026-09-14"),  # under way: fourteen days against fourteen
        ("2026-09-30", "2026-10-01", "2026-10-01", "2026-09-01"),  # nothing yet
    ],
)
def test_an_unfinished_month_is_compared_with_as_many_days(last_day: str, today: str, known: str, like: str) -> None:
    day = date.fromisoformat
    made = summary.spans(Month(2026, 10), day(last_day), today=day(today))
    assert made == Spans(day("2026-10-01"), day(known), day("2026-09-01"), day(like))


def test_the_like_of_march_never_leaves_february() -> None:
    made = summary.spans(Month(2026, 3), date(2026, 3, 30), today=date(2026, 3, 31))
    assert made.before_last == date(2026, 2, 28)


def test_between_takes_both_ends() -> None:
    assert summary.between(OCTOBER, date(2026, 10, 1), date(2026, 10, 2))["messages"].sum() == 95
