"""Ticks and their labels."""

from datetime import date

import pytest

from tollbook.charts.axes import count_axis, day_axis, day_number, day_ticks, money_axis, percent_axis, shade_weekends
from tollbook.charts.style import figure, house_style


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2026-10-01", "2026-10-01", ["1 Oct"]),
        ("2026-10-01", "2026-10-03", ["1 Oct", "2 Oct", "3 Oct"]),
        ("2026-10-01", "2026-10-31", ["1 Oct", "8 Oct", "15 Oct", "22 Oct", "29 Oct"]),
        ("2026-09-15", "2027-01-31", ["Sep\n2026", "Oct", "Nov", "Dec", "Jan\n2027"]),
        ("2019-05-01", "2026-10-31", ["2020", "2021", "2022", "2023", "2024", "2025", "2026"]),
    ],
)
def test_ticks_fit_the_length_of_the_time(first: str, last: str, labels: list[str]) -> None:
    days, texts = day_ticks(date.fromisoformat(first), date.fromisoformat(last), "en-GB")
    assert texts == labels
    assert all(date.fromisoformat(first) <= day <= date.fromisoformat(last) for day in days)


@pytest.mark.parametrize("years", [1, 3, 30, 100])
def test_never_more_ticks_than_fit(years: int) -> None:
    assert len(day_ticks(date(1950, 1, 1), date(1949 + years, 12, 31))[0]) <= 14


@pytest.mark.parametrize(
    ("top", "locale", "labels"),
    [
        (3, "en", ["0", "1", "2", "3"]),
        (80_000, "de", ["0", "20.000", "40.000", "60.000", "80.000"]),
        (4_000_000, "en", ["0", "1M", "2M", "3M", "4M"]),
    ],
)
@house_style()
def test_counts_are_whole_and_short(top: float, locale: str, labels: list[str]) -> None:
    ax = figure().subplots()
    ax.set_ylim(0, top)
    count_axis(ax.yaxis, locale)
    assert [label.get_text() for label in ax.get_yticklabels()] == labels


@house_style()
def test_money_and_per_cent() -> None:
    ax = figure().subplots()
    ax.set(xlim=(0, 40), ylim=(0.9, 1.0))
    money_axis(ax.xaxis, "EUR", "en")
    percent_axis(ax.yaxis, "de")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["€0", "€10", "€20", "€30", "€40"]
    assert ax.get_yticklabels()[0].get_text() == "90%"


@pytest.mark.parametrize(("locale", "shaded"), [("en-GB", [3, 4]), ("he-IL", [2, 3]), ("en-IN", [4])])
@house_style()
def test_weekends_are_those_of_the_country(locale: str, shaded: list[int]) -> None:
    ax = figure().subplots()
    shade_weekends(ax, date(2026, 10, 1), date(2026, 10, 7), locale)
    middles = [patch.get_x() + 0.5 for patch in ax.patches]  # type: ignore[attr-defined]
    assert middles == [day_number(date(2026, 10, day)) for day in shaded]


@house_style()
def test_a_single_day_does_not_fill_the_page() -> None:
    ax = figure().subplots()
    day_axis(ax, date(2026, 10, 1), date(2026, 10, 1))
    assert ax.get_xlim()[1] - ax.get_xlim()[0] == 7
