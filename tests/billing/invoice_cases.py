"""Bills, clients and a brand for the tests of the documents: made by hand, so that a reader can add them up."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tollbook.billing.bill import Bill, Item, Line, TaxLine, Unrated
from tollbook.billing.documents import Brand, read_brand
from tollbook.money import ZERO, minor_digits, round_money, spread
from tollbook.period import Month
from tollbook.rating.contracts import Client
from tollbook.rating.prices import price_model

OCTOBER = Month(2026, 10)
EUROPE = ("GB", "IE", "FR", "DE", "ES", "IT", "NL", "PT", "US", "IN", "AE", "PL")
TAXES = {"standard": {"rate": 20, "label": "VAT"}, "reverse": {"rate": 0, "label": "Reverse charge", "note": "r"}}


def brand() -> Brand:
    return read_brand(Path(__file__).parents[2] / "parameters" / "brand.yaml")


def client(name: str = "Harbour Bank plc", **fields: Any) -> Client:
    standard: dict[str, Any] = {
        "client": "harbour-bank",
        "name": name,
        "country": "GB",
        "time_zone": "Europe/London",
        "locale": "en-GB",
        "address": ["12 Quayside", "London EC3R 6AF"],
        "tax_id": "GB 000 0000 00",
        "contracts": [
            {
                "valid_from": "2026-01-01",
                "currency": "GBP",
                "charges": [{"kind": "recurring", "name": "fee", "label": "Fee", "amount": 1}],
                "taxes": TAXES,
            }
        ],
    }
    return Client.model_validate(standard | fields)


def card_line(countries: Sequence[str], *, price: str = "0.0371", daily: int = 400, currency: str = "GBP") -> Line:
    """Segments priced by country, every day of October; messages fall from country to country."""
    rows: list[tuple[date, str, int, int, Decimal]] = []
    for rank, country in enumerate(countries):
        unit = Decimal(price) + Decimal(rank) / 10000
        for day in OCTOBER.days:
            messages = (daily // (rank + 1) + 3 * day.day) // (3 if day.weekday() >= 5 else 1)
            rows.append((day, country, messages, messages + messages // 7, unit))
    exact = sum((segments * unit for _, _, _, segments, unit in rows), ZERO)
    amount = round_money(exact, currency)
    shares = spread(amount, [segments * unit for _, _, _, segments, unit in rows], minor_digits(currency) + 6)
    items = tuple(
        Item(day, "sms", "mt", country, "", messages, segments, Decimal(segments), unit, share, f"card: {country}")
        for (day, country, messages, segments, unit), share in zip(rows, shares, strict=True)
    )
    quantity = sum((item.quantity for item in items), ZERO)
    return Line("sms-otp", "One-time passwords by SMS", "usage", quantity, "segments", exact, amount, "standard",
                items=items)  # fmt: skip


def tiered_line(counts: Sequence[int], *, country: str = "GB", currency: str = "GBP", label: str = "WhatsApp") -> Line:
    """One country, graduated tiers, one item per count from the first of October."""
    model = price_model(
        {"model": "graduated", "tiers": [{"up_to": 1000, "unit": "0.05"}, {"up_to": 5000, "unit": "0.042", "flat": 10},
                                          {"unit": "0.036"}]}
    )  # fmt: skip
    rated = model.rate(sum(counts))
    amount = round_money(rated.amount, currency)
    shares = spread(amount, [Decimal(count) for count in counts], minor_digits(currency) + 6)
    items = tuple(
        Item(day, "whatsapp", "mt", country, "", count, count, Decimal(count), None, share, "tiers")
        for day, count, share in zip(OCTOBER.days, counts, shares, strict=False)
    )
    return Line("whatsapp", label, "usage", Decimal(sum(counts)), "messages", rated.amount, amount, "standard",
                rated.steps, items)  # fmt: skip


def fee_line(amount: str = "250", quantity: str = "1", label: str = "Platform fee", tax: str = "standard") -> Line:
    exact = Decimal(amount) * Decimal(quantity)
    return Line("platform", label, "recurring", Decimal(quantity), "month", exact, exact, tax)


def bill(*lines: Line, currency: str = "GBP", rate: str = "20", unrated: Sequence[Unrated] = (), **fields: Any) -> Bill:
    net = sum((line.amount for line in lines), ZERO)
    tax = TaxLine("standard", "VAT", Decimal(rate), net, round_money(net * Decimal(rate) / 100, currency))
    standard: dict[str, Any] = {
        "client": "harbour-bank",
        "month": OCTOBER,
        "currency": currency,
        "time_zone": "Europe/London",
        "batch": 412,
        "contract_from": date(2026, 1, 1),
        "lines": lines,
        "taxes": (tax,) if lines else (),
        "unrated": tuple(unrated),
        "rate_cards": (("europe-sms", "9f" * 32),),
        "supplier_costs": (("GBP", Decimal("812.77")),),
    }
    return Bill(**(standard | fields))
