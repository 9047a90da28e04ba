from datetime import date

import pytest

from tollbook.dashboards.window import months_offered, window
from tollbook.period import BadMonth

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("period", "first", "last", "before_first", "before_last", "label"),
    [
        ("7d", "2026-11-16", "2026-11-22", "2026-11-09", "2026-11-15", "7 days"),
        ("30d", "2026-10-24", "2026-11-22", "2026-09-24", "2026-10-23", "30 days"),
        ("90d", "2026-08-25", "2026-11-22", "2026-05-27", "2026-08-24", "90 days"),
        ("2026-10", "2026-10-01", "2026-10-31", "2026-09-01", "2026-09-30", "October 2026"),
        ("2026-11", "2026-11-01", "2026-11-23", "2026-10-01", "2026-10-23", "November 2026"),
    ],
)
def test_windows(period: str, first: str, last: str, before_first: str, before_last: str, label: str) -> None:
    found = window(period, latest=date(2026, 11, 22), today=TODAY)
    ends = (found.first, found.last, found.before_first, found.before_last)
    assert [str(day) for day in ends] == [first, last, before_first, before_last]
    assert found.label == label


def test_rolling_windows_have_equal_lengths_and_touch() -> None:
    found = window("30d", latest=TODAY, today=TODAY)
    assert found.days == 30
    assert (found.before_last - found.before_first).days == 29
    assert (found.first - found.before_last).days == 1


def test_an_unfinished_month_is_not_compared_beyond_a_shorter_month_before() -> None:
    found = window("2026-03", latest=TODAY, today=date(2026, 3, 30))
    assert (found.before_first, found.before_last) == (date(2026, 2, 1), date(2026, 2, 28))


def test_an_unfinished_month_says_that_it_is_compared_with_as_many_days() -> None:
    assert window("2026-11", latest=TODAY, today=TODAY).before_label == "the same days of October 2026"
    assert window("2026-10", latest=TODAY, today=TODAY).before_label == "September 2026"


def test_nonsense_is_refused() -> None:
    with pytest.raises(BadMonth):
        window("31d", latest=TODAY, today=TODAY)


def test_months_on_offer_begin_with_the_current_one() -> None:
    months = months_offered(TODAY)
    assert months[:2] == ("2026-11", "2026-10")
    assert months[-1] == "2025-10"
