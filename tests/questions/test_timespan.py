"""Periods and what they are compared with."""

from datetime import date

import pytest

from tollbook.questions.timespan import BadPeriod, Days, before, days_of, read_period


@pytest.mark.parametrize(
    ("text", "known_to", "first", "last", "earlier"),
    [
        ("last month", "2026-10-31", "2026-10-01", "2026-10-31", ("2026-09-01", "2026-09-30")),
        ("last month", "2026-10-30", "2026-09-01", "2026-09-30", ("2026-08-01", "2026-08-31")),
        ("this month", "2026-03-30", "2026-03-01", "2026-03-30", ("2026-02-01", "2026-02-28")),
        ("this month", "2026-10-12", "2026-10-01", "2026-10-12", ("2026-09-01", "2026-09-12")),
        ("last 7 days", "2026-10-12", "2026-10-06", "2026-10-12", ("2026-09-29", "2026-10-05")),
        ("last 3 months", "2026-10-31", "2026-08-01", "2026-10-31", ("2026-05-01", "2026-07-31")),
        ("2026-02", "2026-10-31", "2026-02-01", "2026-02-28", ("2026-01-01", "2026-01-31")),
        ("this week", "2026-10-14", "2026-10-12", "2026-10-14", ("2026-10-09", "2026-10-11")),
        ("this quarter", "2026-11-20", "2026-10-01", "2026-11-20", ("2026-08-01", "2026-09-20")),
        ("last quarter", "2026-11-20", "2026-07-01", "2026-09-30", ("2026-04-01", "2026-06-30")),
        ("last quarter", "2026-12-31", "2026-10-01", "2026-12-31", ("2026-07-01", "2026-09-30")),
        ("this year", "2026-02-28", "2026-01-01", "2026-02-28", ("2025-11-01", "2025-12-31")),
        ("2026-07 to 2026-09", "2026-10-12", "2026-07-01", "2026-09-30", ("2026-04-01", "2026-06-30")),
        ("2026-09 to 2026-10", "2026-10-12", "2026-09-01", "2026-10-12", ("2026-07-01", "2026-08-11")),
        ("2026-09-05 to 2026-09-07", "2026-10-12", "2026-09-05", "2026-09-07", ("2026-09-02", "2026-09-04")),
        ("yesterday", "2026-10-12", "2026-10-12", "2026-10-12", ("2026-10-11", "2026-10-11")),
    ],
)
def test_periods(text: str, known_to: str, first: str, last: str, earlier: tuple[str, str]) -> None:
    days = days_of(read_period(text), date.fromisoformat(known_to))
    assert days == Days(date.fromisoformat(first), date.fromisoformat(last))
    assert before(days, "previous") == Days(*(date.fromisoformat(one) for one in earlier))


def test_a_year_before() -> None:
    whole = Days(date(2026, 2, 1), date(2026, 2, 28))
    assert before(whole, "year") == Days(date(2025, 2, 1), date(2025, 2, 28))
    assert before(Days(date(2026, 10, 1), date(2026, 10, 9)), "year") == Days(date(2025, 10, 1), date(2025, 10, 9))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "last 0 days",
        "last 999 days",
        "2026-13",
        "last month; drop",
        "2026-09 to 2026-08",
        "2026-02-30 to 2026-03-01",
        "2026-09 to",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadPeriod):
        read_period(text)
