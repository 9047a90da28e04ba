"""Months and days in a time zone: half hours, clock changes, and every moment in exactly one month."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tollbook.period import BadMonth, FutureMonth, Month, day_start, days_between, utc_days, utc_offsets

ZONES = ["UTC", "Asia/Kolkata", "Asia/Kathmandu", "Europe/London", "America/New_York", "Asia/Jerusalem",
         "Australia/Lord_Howe", "Pacific/Kiritimati", "America/Sao_Paulo"]  # fmt: skip
MONTHS = st.builds(Month, st.integers(2000, 2050), st.integers(1, 12))


@pytest.mark.parametrize(
    ("month", "zone", "start", "end"),
    [
        ("2026-10", "UTC", "2026-10-01T00:00", "2026-11-01T00:00"),
        ("2026-10", "Asia/Kolkata", "2026-09-30T18:30", "2026-10-31T18:30"),  # UTC+05:30
        ("2026-10", "Asia/Kathmandu", "2026-09-30T18:15", "2026-10-31T18:15"),  # UTC+05:45
        ("2026-10", "Europe/London", "2026-09-30T23:00", "2026-11-01T00:00"),  # summer time ends on the 25th
        ("2026-03", "America/New_York", "2026-03-01T05:00", "2026-04-01T04:00"),  # and begins on the 8th
        ("2026-03", "Asia/Jerusalem", "2026-02-28T22:00", "2026-03-31T21:00"),
    ],
)
def test_the_bounds_of_a_month_in_utc(month: str, zone: str, start: str, end: str) -> None:
    assert [f"{at:%Y-%m-%dT%H:%M}" for at in Month.parse(month).bounds(zone)] == [start, end]


@given(month=MONTHS, zone=st.sampled_from(ZONES))
def test_months_meet_without_gap_or_overlap(month: Month, zone: str) -> None:
    assert month.bounds(zone)[1] == month.shift(1).bounds(zone)[0]


@given(
    at=st.datetimes(datetime(2001, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(ZONES),
)
def test_a_moment_lies_in_the_month_its_local_clock_shows(at: datetime, zone: str) -> None:
    start, end = Month.of(at.astimezone(ZoneInfo(zone)).date()).bounds(zone)
    assert start <= at < end


def test_a_day_of_a_clock_change_has_23_or_25_hours() -> None:
    def hours(day: date) -> float:
        return (day_start(day + timedelta(days=1), "Europe/London") - day_start(day, "Europe/London")) / timedelta(
            hours=1
        )

    assert [hours(date(2026, 3, 29)), hours(date(2026, 3, 30)), hours(date(2026, 10, 25))] == [23, 24, 25]


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "26-10", "2026/10", "", "0000-01", "2026-1", "2026-10-01"])
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(BadMonth, match="YYYY-MM"):
        Month.parse(text)


@given(month=MONTHS, steps=st.integers(-600, 600))
def test_shifting_there_and_back(month: Month, steps: int) -> None:
    assert month.shift(steps).shift(-steps) == month
    assert (month.shift(steps) > month) == (steps > 0)


@given(month=MONTHS)
def test_a_month_has_all_its_days(month: Month) -> None:
    assert month.days == days_between(month.first, month.last)
    assert {Month.of(day) for day in month.days} == {month}
    assert Month.parse(str(month)) == month


def test_the_utc_days_a_local_month_touches() -> None:
    days = utc_days(*Month(2026, 10).bounds("Asia/Kolkata"))
    assert (days[0], days[-1], len(days)) == (date(2026, 9, 30), date(2026, 10, 31), 32)


def test_words() -> None:
    assert Month(2026, 10).label() == "October 2026"
    assert "choose a month up to 2026-10" in str(FutureMonth(Month(2027, 1), datetime(2026, 10, 5, tzinfo=UTC)))


@given(
    month=MONTHS,
    months=st.integers(1, 14),
    zone=st.sampled_from(ZONES),
    share=st.floats(0, 1, width=16, exclude_max=True),
)
def test_spans_of_one_offset_cover_every_moment_once_and_tell_its_local_time(
    month: Month, months: int, zone: str, share: float
) -> None:
    start, end = month.bounds(zone)[0], month.shift(months - 1).bounds(zone)[1]
    spans = utc_offsets(start, end, zone)
    assert [spans[0][0], *(until for _, until, _ in spans)] == [*(since for since, _, _ in spans), end]
    moment = start + (end - start) * share
    ((_, _, ahead),) = [span for span in spans if span[0] <= moment < span[1]]
    assert (moment + ahead).replace(tzinfo=None) == moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def test_clocks_change_at_their_own_minute() -> None:
    spans = utc_offsets(*Month(2026, 10).bounds("Europe/London"), "Europe/London")
    assert [(since.isoformat(), ahead) for since, _, ahead in spans] == [
        ("2026-09-30T23:00:00+00:00", timedelta(hours=1)),
        ("2026-10-25T01:00:00+00:00", timedelta()),
    ]
