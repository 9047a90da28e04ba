"""Money is exact: one rounding, parts that add up, one formatter."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tollbook.money import (
    Rounding,
    UnknownCurrency,
    format_count,
    format_money,
    format_rate,
    format_share,
    minor_digits,
    round_money,
    spread,
)

AMOUNTS = st.decimals(-(10**9), 10**9, places=8)
WEIGHTS = st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("amount", "currency", "rule", "rounded"),
    [
        ("0.005", "GBP", "half-up", "0.01"),
        ("-0.005", "GBP", "half-up", "-0.01"),
        ("0.005", "GBP", "half-even", "0.00"),
        ("0.015", "GBP", "half-even", "0.02"),
        ("0.019", "GBP", "down", "0.01"),
        ("-0.011", "GBP", "up", "-0.02"),
        ("200.5", "JPY", "half-up", "201"),
        ("1.2345", "KWD", "half-up", "1.235"),
    ],
)
def test_one_rounding_to_the_currencys_minor_unit(amount: str, currency: str, rule: str, rounded: str) -> None:
    assert str(round_money(Decimal(amount), currency, Rounding(rule))) == rounded


def test_an_unknown_currency_is_named() -> None:
    with pytest.raises(UnknownCurrency, match="'XXY'"):
        minor_digits("XXY")


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        ("1.00", ["3.33", "3.33", "3.34"], ["0.33", "0.33", "0.34"]),
        ("0.01", ["1", "1", "1"], ["0.01", "0.00", "0.00"]),
        ("10.00", ["0", "0"], ["10.00", "0"]),
        ("-1.00", ["1", "1", "1"], ["-0.33", "-0.33", "-0.34"]),
    ],
)
def test_spreading_gives_the_odd_cents_to_those_who_lost_most(total: str, weights: list[str], parts: list[str]) -> None:
    assert spread(Decimal(total), [Decimal(one) for one in weights], 2) == [Decimal(one) for one in parts]


def test_nothing_to_spread_over() -> None:
    assert spread(Decimal(1), [], 2) == []


@given(total=AMOUNTS, weights=WEIGHTS, digits=st.integers(0, 8))
def test_the_parts_add_up_exactly(total: Decimal, weights: list[Decimal], digits: int) -> None:
    assert sum(spread(total, weights, digits)) == total


@given(cents=st.integers(-(10**9), 10**9), weights=WEIGHTS)
def test_no_part_is_further_than_a_cent_from_its_share(cents: int, weights: list[Decimal]) -> None:
    total, whole = Decimal(cents) / 100, sum(weights)
    if whole:
        for part, weight in zip(spread(total, weights, 2), weights, strict=True):
            assert abs(part - total * weight / whole) < Decimal("0.0101")


@given(amount=AMOUNTS)
def test_rounding_twice_changes_nothing_more(amount: Decimal) -> None:
    once = round_money(amount, "EUR")
    assert round_money(once, "EUR") == once
    assert abs(once - amount) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (format_money(Decimal("1234.5"), "EUR", "de-DE"), "1.234,50\xa0€"),
        (format_money(Decimal("1234.5"), "JPY", "en"), "¥1,234"),
        (format_money(Decimal("1"), "GBP", "no such tag"), "£1.00"),
        (format_rate(Decimal("0.0079"), "USD"), "$0.0079"),
        (format_rate(Decimal("0.5"), "USD"), "$0.50"),
        (format_rate(Decimal("0.5"), "USD", digits=4), "$0.5000"),
        (format_count(1234567), "1,234,567"),
        (format_share(0.973), "97.3%"),
    ],
)
def test_how_numbers_look(text: str, wanted: str) -> None:
    assert text == wanted
