"""Exact money: Decimal amounts, one rounding rule per contract, one formatter for every page.

Amounts are `decimal.Decimal` in the major unit of an ISO 4217 currency (12.50 EUR, never 1250 cents) and are
never floats. Minor units come from CLDR through Babel.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from enum import StrEnum

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision, is_currency

from tollbook.errors import TollbookError

ZERO = Decimal(0)
# Wide enough that no product or sum of a month's amounts is ever rounded on the way.
PRECISION = 60


class UnknownCurrency(TollbookError):
    """A code that ISO 4217 does not have."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"unknown currency {code!r}: use an ISO 4217 code such as EUR, USD or ILS")


class Rounding(StrEnum):
    """How an invoice line is brought to the currency's minor unit."""

    HALF_UP = "half-up"
    HALF_EVEN = "half-even"
    DOWN = "down"
    UP = "up"

    @property
    def decimal_mode(self) -> str:
        """The `decimal` module's name of this rule."""
        return {
            Rounding.HALF_UP: ROUND_HALF_UP,
            Rounding.HALF_EVEN: ROUND_HALF_EVEN,
            Rounding.DOWN: ROUND_DOWN,
            Rounding.UP: ROUND_UP,
        }[self]


def minor_digits(currency: str) -> int:
    """Decimals of a currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD.

    Raises:
        UnknownCurrency: the code is not in ISO 4217.
    """
    if not is_currency(currency):
        raise UnknownCurrency(currency)
    return int(get_currency_precision(currency))


def round_money(amount: Decimal, currency: str, rule: Rounding = Rounding.HALF_UP) -> Decimal:
    """`amount` in the currency's minor unit; half away from zero unless the contract says otherwise."""
    with localcontext(prec=PRECISION):
        return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), rounding=rule.decimal_mode)


def spread(total: Decimal, weights: Sequence[Decimal], digits: int) -> list[Decimal]:
    """Split `total` in proportion to `weights`, to `digits` decimals, so that the parts add up to it exactly.

    Largest remainder: every part is rounded towards the floor, and the units left over go to the parts that lost
    most (the earlier one at a tie). With all weights at 0 the first part takes everything.
    """
    if not weights:
        return []
    unit = Decimal(1).scaleb(-digits)
    with localcontext(prec=PRECISION):
        whole = sum(weights, ZERO)
        if whole == 0:
            return [total, *[ZERO] * (len(weights) - 1)]
        shares = [total * weight / whole for weight in weights]
        parts = [share.quantize(unit, rounding=ROUND_FLOOR) for share in shares]
        left = int(((total - sum(parts, ZERO)) / unit).to_integral_value(ROUND_FLOOR))
        by_loss = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
        for i in by_loss[:left]:
            parts[i] += unit
        parts[by_loss[0]] += total - sum(parts, ZERO)
        return parts


def known_locale(name: str) -> Locale:
    """The locale of a tag such as `he-IL` or `he_IL`; English for one CLDR does not have."""
    try:
        return Locale.parse(name, sep="-" if "-" in name else "_")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def format_money(amount: Decimal, currency: str, locale: str = "en") -> str:
    """An amount as people read it: `€1,234.50`, `1.234,50 €` (de), with the currency's own decimals."""
    text = format_currency(amount, currency, locale=known_locale(locale))
    return text.replace(
        "\u200f-", "\u200f\u200e-"
    )  # as CLDR writes it; without, a Hebrew minus stands behind its number


def told_money(amount: Decimal, currency: str, locale: str = "en") -> str:
    """`format_money` inside an English sentence or table: an amount that is read from the right moves nothing else.

    Source: Unicode UAX #9, first-strong isolate.
    """
    text = format_money(amount, currency, locale)
    return f"\u2068{text}\u2069" if "\u200f" in text else text


def format_rate(amount: Decimal, currency: str, locale: str = "en", *, digits: int = 0) -> str:
    """A unit price with all the decimals it has, at least those of the currency and at least `digits`: `$0.0079`."""
    own = -int(amount.normalize().as_tuple().exponent)
    decimals = max(minor_digits(currency), own, digits)
    whose = known_locale(locale)
    pattern = re.sub(
        r"0(\.0+)?", "0." + "0" * decimals if decimals else "0", whose.currency_formats["standard"].pattern
    )
    return format_currency(amount, currency, format=pattern, locale=whose, currency_digits=False)


def format_count(number: float | Decimal, locale: str = "en") -> str:
    """A count with the locale's thousands separator and no decimals: `1,234,567`."""
    return format_decimal(round(number), locale=known_locale(locale))


def format_share(share: float, locale: str = "en", digits: int = 1) -> str:
    """A fraction as per cent: 0.973 -> `97.3%`."""
    return format_percent(share, format="#,##0." + "0" * digits + "%", locale=known_locale(locale))
