"""Numbers and periods as words."""

from datetime import date
from decimal import Decimal

import pytest

from tollbook.charts import words


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-10-01", "2026-10-31", "October 2026"),
        ("2026-10-01", "2026-10-14", "1 to 14 October 2026"),
        ("2026-10-07", "2026-10-07", "7 October 2026"),
        ("2026-03-03", "2026-04-02", "3 March to 2 April 2026"),
        ("2025-09-01", "2026-10-31", "September 2025 to October 2026"),
        ("2025-12-31", "2026-01-01", "31 December 2025 to 1 January 2026"),
    ],
)
def test_period(first: str, last: str, said: str) -> None:
    assert words.period(date.fromisoformat(first), date.fromisoformat(last)) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-10-01", "2026-10-31", "in October 2026"),
        ("2026-10-07", "2026-10-07", "on 7 October 2026"),
        ("2026-10-01", "2026-10-14", "from 1 to 14 October 2026"),
        ("2025-09-01", "2026-10-31", "from September 2025 to October 2026"),
    ],
)
def test_during(first: str, last: str, said: str) -> None:
    assert words.during(date.fromisoformat(first), date.fromisoformat(last)) == said


@pytest.mark.parametrize(
    ("part", "said"),
    [(0.0, "0%"), (0.001, "under 1%"), (0.5, "50%"), (0.996, "99%"), (1.0, "100%")],
)
def test_a_share_is_never_rounded_to_nothing_or_all(part: float, said: str) -> None:
    assert words.share(part) == said


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "said"),
    [
        ("1200", "EUR", "en", "€1,200"),
        ("1200.5", "EUR", "en", "€1,200.50"),
        ("1200", "EUR", "de", "1.200 €"),
        ("1200", "JPY", "ja", "¥1,200"),
        ("0", "GBP", "en-GB", "£0"),
        ("5", "USD", "xx-none", "$5"),
    ],
)
def test_short_money_keeps_pence_only_where_there_are_some(amount: str, currency: str, locale: str, said: str) -> None:
    assert words.short_money(Decimal(amount), currency, locale).replace("\xa0", " ") == said


def test_days_stand_in_the_order_of_the_country() -> None:
    day = date(2026, 10, 1)
    assert [words.day_text(day, locale) for locale in ("en-US", "en-GB", "de", "he-IL")] == [
        "Oct 1", "1 Oct", "1 Oct", "1 Oct"
    ]  # fmt: skip


def test_names_in_markdown_stay_text() -> None:
    made = words.markdown("<b>x</b> [a](http://b) *c* $d$ sent 5", "Second")
    assert made.splitlines()[1] == "- Second."
    assert not set("<>[]*$") & set(made)
    assert "&#60;b&#62;" in made
