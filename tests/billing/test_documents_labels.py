import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from tollbook.billing.documents.labels import Labels, translations
from tollbook.period import Month


def leaves(words: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in words.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{key}.")
        else:
            yield path + key, value


def shape(language: str) -> dict[str, list[str]]:
    """Key -> the placeholders in its text."""
    return {key: sorted(re.findall(r"\{\w+\}", str(value))) for key, value in leaves(translations()[language])}


@pytest.mark.parametrize("language", ["he", "de"])
def test_every_language_has_every_word_and_placeholder(language: str) -> None:
    assert shape(language) == shape("en")


@pytest.mark.parametrize("name", ["he-IL", "he_IL", "he"])
def test_hebrew_by_either_spelling(name: str) -> None:
    labels = Labels.of(name, "ILS")
    assert labels["direction"] == "rtl"
    assert labels.country("GB") == "בריטניה"
    assert labels.counted(Decimal(1200), "messages") == "1,200 הודעות"


def test_a_language_without_words_reads_in_english_with_its_own_numbers() -> None:
    labels = Labels.of("fr-FR", "EUR")
    assert (labels["total"], labels.country("ES")) == ("Total", "Spain")
    assert labels.money(Decimal("1234.5")).endswith(",50\xa0€")


def test_a_locale_that_does_not_exist_reads_as_english() -> None:
    assert Labels.of("../../x", "EUR")["invoice"] == "Invoice"


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("0 to 1,000", "0 bis 1.000"),
        ("over 2,500.5", "über 2.500,5"),
        ("packages of 100", "Pakete zu 100"),
        ("flat", "Festbetrag"),
        ("something else", "something else"),
    ],
)
def test_price_steps_in_german(label: str, text: str) -> None:
    assert Labels.of("de-DE", "EUR").step(label) == text


@pytest.mark.parametrize(
    ("quantity", "unit", "text"),
    [("1", "month", "1 month"), ("3", "month", "3 months"), ("12.5", "minutes", "12.5 minutes"), ("2", "kB", "2 kB")],
)
def test_quantities_keep_their_decimals(quantity: str, unit: str, text: str) -> None:
    assert Labels.of("en-GB", "GBP").counted(Decimal(quantity), unit) == text


def test_price_or_average() -> None:
    labels = Labels.of("en-GB", "GBP")
    assert labels.price(Decimal("0.0371"), Decimal(1), Decimal(1)) == "£0.0371"
    assert labels.price(None, Decimal(1), Decimal(3)) == "avg. £0.33333"
    assert labels.price(None, Decimal(0), Decimal(0)) == ""


def test_periods_and_unknown_countries() -> None:
    labels = Labels.of("en-US", "USD")
    assert re.split(r"\W+", labels.period(Month(2026, 2).first, Month(2026, 2).last)) == ["Feb", "1", "28", "2026"]
    assert (labels.country(""), labels.country("ZZ"), labels.country("QX")) == (
        "Unknown country",
        "Unknown Region",
        "QX",
    )
    assert labels.traffic("sms", "mo") == "SMS, received"
