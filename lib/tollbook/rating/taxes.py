"""Tax by category and place of supply: what is charged, at which dated rate, and why nothing is where nothing is.

For services between businesses the place of supply is where the customer is established (Directive 2006/112/EC
art. 44; UK VAT Act 1994 s. 7A; Israel VAT Law 1975 s. 30(a)(5) zero-rates services to foreign residents). Standard
rates with their dates stand in `tax_rates.csv`. A category that a contract states itself is used as it stands there.
"""

import csv
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import Field

from tollbook.errors import TollbookError
from tollbook.money import ZERO
from tollbook.rating.steps import Amount, Model

# UNTDID 5305, as EN 16931 uses it.
Code = Literal["S", "Z", "AE", "G", "E", "O"]
EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


class NoTaxRate(TollbookError):
    """A country and day without a standard rate."""

    def __init__(self, country: str, day: date) -> None:
        super().__init__(
            f"no standard tax rate of {country} on {day}: state the category under taxes: in the contract, "
            "or add the rate to tax_rates.csv"
        )


class Tax(Model):
    """A tax category: the rate in per cent and, where nothing is charged, the reason printed on the invoice."""

    rate: Amount = Field(ge=0, le=100)
    label: str
    note: str = ""
    code: Code | None = None

    @property
    def category_code(self) -> str:
        """The category of UNTDID 5305: S above 0 %, else Z unless stated."""
        return self.code or ("S" if self.rate else "Z")


def standard_rate(country: str, day: date) -> tuple[Decimal, str]:
    """A country's standard rate in per cent on a day, and the tax's name there.

    Raises:
        NoTaxRate: not in `tax_rates.csv`.
    """
    found = [row for row in _rates() if row[0] == country and row[1] <= day]
    if not found:
        raise NoTaxRate(country, day)
    return found[-1][2], found[-1][3]


@cache
def _rates() -> list[tuple[str, date, Decimal, str]]:
    text = files(__package__).joinpath("tax_rates.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return sorted((row["country"], date.fromisoformat(row["from"]), Decimal(row["rate"]), row["name"]) for row in rows)


def tax_of_supply(seller: str, customer: str, day: date, *, customer_tax_id: str = "") -> Tax:
    """The tax on a service from `seller`'s country to a business in `customer`'s, on a day.

    Args:
        seller: country of the legal entity that invoices, alpha-2.
        customer: country of the client, alpha-2.
        day: the tax point.
        customer_tax_id: proves within the EU that the customer is a business; without one the seller's own rate is
            due there.

    Raises:
        NoTaxRate: a domestic supply in a country without a rate.
    """
    within_eu = seller in EU and customer in EU
    if seller == customer or (within_eu and not customer_tax_id):
        rate, name = standard_rate(seller, day)
        return Tax(rate=rate, label=f"{name} {rate.normalize():f} %", code="S")
    if within_eu:
        note = "Reverse charge: the customer accounts for VAT (Directive 2006/112/EC, art. 196)."
        return Tax(rate=ZERO, label="VAT, reverse charge", note=note, code="AE")
    if seller == "IL":
        note = "Zero-rated: service to a foreign resident (Israel VAT Law 1975, s. 30(a)(5))."
        if customer in EU or customer == "GB":
            note += " The customer accounts for VAT under the reverse charge."
        return Tax(rate=ZERO, label="VAT, export of services", note=note, code="Z")
    note = "Outside the scope of the seller's VAT: supplied where the customer is established."
    if customer in EU or customer == "GB":
        note += " The customer accounts for VAT under the reverse charge."
    return Tax(rate=ZERO, label="VAT, outside scope", note=note, code="O")
