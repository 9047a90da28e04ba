"""The words on an invoice, and names of countries, days and units in the client's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Self

import yaml
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval
from babel.numbers import format_decimal

from tollbook.money import format_count, format_money, format_rate, minor_digits


@cache
def translations() -> Mapping[str, Mapping[str, Any]]:
    """`labels.yaml`: language -> key -> text."""
    text = files(__package__).joinpath("labels.yaml").read_text("utf-8")
    words: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return words


@dataclass(frozen=True, slots=True)
class Labels:
    """One language's words. Numbers follow the client's locale; words do, as far as there is a translation.

    Attributes:
        numbers: the client's locale, as `tollbook.money` takes it.
        currency: of every amount on the page.
        locale: of days and country names: the client's, or English where its language has no words here.
    """

    numbers: str
    currency: str
    locale: Locale
    words: Mapping[str, Any]

    @classmethod
    def of(cls, name: str, currency: str) -> Self:
        """The labels of a locale such as `en-GB` or `he_IL`; one that does not exist reads as English."""
        try:
            locale = Locale.parse(name.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            locale = Locale("en")
        spoken = locale if locale.language in translations() else Locale("en")
        return cls(str(locale), currency, spoken, translations()[spoken.language])

    @classmethod
    def spoken(cls, language: str, numbers: str, currency: str) -> Self:
        """The labels of a language that need not be the client's; its numbers are written in the locale `numbers`."""
        return replace(cls.of(language, currency), numbers=numbers)

    def __getitem__(self, key: str) -> str:
        return str(self.words[key])

    def day(self, day: date) -> str:
        """`1 October 2026`."""
        return str(format_date(day, "long", locale=self.locale))

    def period(self, first: date, last: date) -> str:
        """From the first day to the last, in the locale's own form."""
        return str(format_interval(first, last, "yMMMMd", locale=self.locale))

    def country(self, code: str) -> str:
        """The country's name; its code when it has none, `Unknown country` for an empty one."""
        return str(self.locale.territories.get(code, code)) if code else self["unknown_country"]

    def number(self, quantity: Decimal) -> str:
        """A quantity with all its decimals and the locale's separators."""
        if quantity == quantity.to_integral_value():
            return format_count(quantity, self.numbers)
        return str(format_decimal(quantity, locale=self.numbers, decimal_quantization=False))

    def count(self, number: int) -> str:
        """`1,234`."""
        return format_count(number, self.numbers)

    def money(self, amount: Decimal) -> str:
        """An amount in the currency of the page."""
        return format_money(amount, self.currency, self.numbers)

    def price(self, unit: Decimal | None, amount: Decimal, quantity: Decimal) -> str:
        """A unit price as it is; without one the average, marked as such; empty when nothing was counted."""
        if unit is not None:
            return format_rate(unit, self.currency, self.numbers)
        if not quantity:
            return ""
        average = round(amount / quantity, minor_digits(self.currency) + 3)
        return f"{self['average']} {format_rate(average, self.currency, self.numbers)}"

    def counted(self, quantity: Decimal, unit: str) -> str:
        """`1 month`, `1,200 segments`; a unit without a translation stays as the contract writes it."""
        one, many = self.words["units"].get(unit.removesuffix("s"), (unit, unit))
        return f"{self.number(quantity)} {one if quantity == 1 else many}".strip()

    def traffic(self, channel: str, direction: str) -> str:
        """`SMS`, or `SMS, received` where it is not the usual way."""
        name = str(self.words["channels"].get(channel, channel))
        return name if direction == "mt" else f"{name}, {self.words['directions'].get(direction, direction)}"

    def step(self, label: str) -> str:
        """The label of a price step (as `tollbook.rating.prices` writes it) in this language."""
        for pattern, key in _STEPS.items():
            if found := re.fullmatch(pattern, label):
                bounds = {name: self.number(Decimal(text.replace(",", ""))) for name, text in found.groupdict().items()}
                return self[key].format(**bounds)
        return label


def left_to_right(text: str) -> str:
    """`text` as one left-to-right run (UAX #9 isolate): codes, telephone and account numbers in a Hebrew page."""
    return f"\u2066{text}\u2069"


_NUMBER = r"[\d,]+(?:\.\d+)?"
_STEPS = {
    rf"(?P<low>{_NUMBER}) to (?P<high>{_NUMBER})": "tier_range",
    rf"over (?P<low>{_NUMBER})": "tier_over",
    rf"packages of (?P<size>{_NUMBER})": "packages",
    "flat": "flat",
}
