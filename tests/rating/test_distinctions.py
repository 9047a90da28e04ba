"""What contracts tell usage apart by: enough that no bill changes, and no more."""

from datetime import date
from decimal import Decimal
from typing import Any

from tollbook.rating.cards import RateCard
from tollbook.rating.contracts import Contract
from tollbook.rating.distinctions import kinds_of, told_apart
from tollbook.rating.rates import Rate


def contract(*charges: dict[str, Any]) -> Contract:
    usage = [
        {"kind": "usage", "name": f"usage-{at}", "label": "Usage", "price": {"model": "per_unit", "unit": "0.01"}} | one
        for at, one in enumerate(charges)
    ]
    return Contract.model_validate(
        {
            "valid_from": "2026-01-01",
            "currency": "EUR",
            "charges": usage,
            "taxes": {"standard": {"rate": 0, "label": "-"}},
        }
    )


def test_statuses_that_the_same_charges_count_are_one_kind() -> None:
    kinds = kinds_of(
        [
            contract(
                {"meter": {"channels": ["sms"], "statuses": ["sent", "delivered", "failed"]}},
                {"meter": {"channels": ["sms"], "statuses": ["failed"]}},
                {"meter": {"channels": ["whatsapp"], "directions": ["mo"], "statuses": []}},
            )
        ]
    )
    assert {status: kind for (channel, way, status), kind in kinds.items() if (channel, way) == ("sms", "mt")} == {
        "sent": "sent", "delivered": "sent", "failed": "failed",
    }  # fmt: skip
    assert {(way, kind) for (channel, way, _), kind in kinds.items() if channel == "whatsapp"} == {("mo", "accepted")}
    assert {channel for channel, _, _ in kinds} == {"sms", "whatsapp"}


def test_only_what_a_charge_asks_for_is_told_apart() -> None:
    row = Rate(2, "", "", "", "", "", "segment", Decimal(1), "EUR", date.min, date.max)
    plain = RateCard("plain", [row], "")
    assert told_apart([contract({})], {}) == frozenset()
    assert told_apart([contract({"price": {"model": "rate_card", "card": "plain"}})], {"plain": plain}) == frozenset()
    assert told_apart(
        [
            contract({"meter": {"campaigns": ["autumn"], "exempt_errors": ["30007"]}}),
            contract({"price": {"model": "matrix", "prices": [{"category": "otp", "unit": 1}, {"unit": 2}]}}),
        ],
        {},
    ) == {"campaign", "error", "category"}
