"""A second rater: plain Python and Decimal, one message after the other, sharing nothing with the library's rater.

It reads the contract as YAML gives it (a mapping) and messages as rows; it knows no cube, no steps, no items.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, getcontext
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

getcontext().prec = 50
ROUNDINGS = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "up": ROUND_UP}
STATUSES = ("accepted", "sent", "delivered", "read", "undelivered", "expired", "unknown")
WEIGHT = ("network", "country", "category", "channel", "direction")


@dataclass(frozen=True)
class Message:
    """One record as it stands: `counts` is 0 for the later parts of a message."""

    day: date
    channel: str
    direction: str
    country: str
    network: str
    category: str
    campaign: str
    status: str
    segments: int
    counts: int = 1
    cost: Decimal = Decimal(0)
    currency: str = ""
    error: str = ""


def standing_messages(entries: Iterable[Mapping[str, Any]], zone: str) -> list[Message]:
    """Entries of the ledger -> the messages that stand after all reversals."""
    nets: dict[tuple[Any, ...], int] = {}
    rows: dict[tuple[Any, ...], Message] = {}
    for entry in entries:
        at: datetime = entry["submitted_at"]
        row = Message(
            at.astimezone(ZoneInfo(zone)).date(), entry["channel"], entry["direction"], entry["country"],
            entry["mcc"] + entry["mnc"], entry["category"], entry["campaign"], entry["status"], entry["segments"],
            int(entry["part"] <= 1), entry["cost"], entry["cost_currency"], entry["error_raw"],
        )  # fmt: skip
        key = (entry["source"], entry["message_id"], entry["recipient_token"], entry["part"], row)
        nets[key] = nets.get(key, 0) + entry["sign"]
        rows[key] = row
    assert set(nets.values()) <= {0, 1}
    return [rows[key] for key, net in nets.items() if net]


@dataclass(frozen=True)
class PlainBill:
    lines: dict[str, Decimal]
    taxes: dict[str, Decimal]
    total: Decimal
    unrated: int


def plain_bill(contract: Mapping[str, Any], messages: Iterable[Message], rates: Path, month: date) -> PlainBill:
    """What a month costs by one contract; fees are whole months, the commitment one of a month."""
    rows = sorted(messages, key=lambda m: (m.day, m.channel, m.direction, m.country, m.network, m.category))
    lines: dict[str, Decimal] = {}
    categories: dict[str, str] = {}
    unrated = 0
    for charge in contract["charges"]:
        if charge["kind"] == "usage":
            amount, missing = usage_amount(charge, rows, rates)
            unrated += missing
        else:
            amount = number(charge["amount"]) * number(charge.get("quantity", 1))
        lines[charge["name"]] = rounded(amount, contract)
        categories[charge["name"]] = charge.get("tax", "standard")
    left = dict(lines)
    for discount in contract.get("discounts", ()):
        taken = take(discount, left, contract)
        lines[discount["name"]] = -taken
        categories[discount["name"]] = "standard"
    promise = contract.get("commitment")
    if promise:
        used = sum(left[charge["name"]] for charge in contract["charges"] if charge["kind"] == "usage")
        missing_amount = number(promise["amount"]) - used
        if missing_amount > 0:
            lines["commitment"], categories["commitment"] = rounded(missing_amount, contract), "standard"
    taxes = {}
    for category, tax in contract["taxes"].items():
        basis = [amount for name, amount in lines.items() if categories[name] == category]
        if basis:
            taxes[category] = rounded(sum(basis, Decimal(0)) * number(tax["rate"]) / 100, contract)
    return PlainBill(lines, taxes, sum(lines.values(), Decimal(0)) + sum(taxes.values(), Decimal(0)), unrated)


def usage_amount(charge: Mapping[str, Any], rows: list[Message], rates: Path) -> tuple[Decimal, int]:
    rule, price = charge.get("meter", {}), charge["price"]
    counted = [row for row in rows if counts(row, rule)]
    free = number(charge.get("allowance", {}).get("units", 0))
    amount, units, missing = Decimal(0), Decimal(0), 0
    card = list(csv.DictReader((rates / f"{price['card']}.csv").open())) if price["model"] == "rate_card" else []
    for row in counted:
        size = Decimal(row.segments if rule.get("counts", "segments") == "segments" else row.counts)
        if price["model"] == "rate_card":
            found = card_row(card, row)
            if found is None:
                missing += row.counts
                continue
            size = Decimal(row.segments if found["unit"] == "segment" else row.counts)
            free, taken = max(free - size, Decimal(0)), min(free, size)
            amount += (size - taken) * Decimal(found["price"])
        elif price["model"] == "dynamic":
            free, taken = max(free - size, Decimal(0)), min(free, size)
            assert not taken
            amount += row.cost * number(price.get("multiplier", 1)) + size * number(price.get("markup", 0))
        else:
            units += size
    if price["model"] not in {"rate_card", "dynamic"}:
        amount = whole_price(price, max(units - free, Decimal(0)))
    if "minimum" in charge:
        amount = max(amount, number(charge["minimum"]))
    if "maximum" in charge:
        amount = min(amount, number(charge["maximum"]))
    return amount, missing


def counts(row: Message, rule: Mapping[str, Any]) -> bool:
    statuses = rule.get("channel_statuses", {}).get(row.channel, rule.get("statuses", STATUSES))
    return (
        (row.channel in rule["channels"] if rule.get("channels") else True)
        and row.direction in rule.get("directions", ("mt",))
        and (row.country in rule["countries"] if rule.get("countries") else True)
        and (row.campaign in rule["campaigns"] if rule.get("campaigns") else True)
        and (row.status in statuses if statuses else True)
        and row.error not in rule.get("exempt_errors", ())
    )


def card_row(card: list[dict[str, str]], row: Message) -> dict[str, str] | None:
    """Every row that fits, and of those the weightiest."""
    fitting = []
    for one in card:
        day = row.day.isoformat()
        holds = (one["valid_from"] or "0") <= day < (one["valid_to"] or "9")
        if holds and all(one[name] in ("", getattr(row, name)) for name in WEIGHT):
            fitting.append(one)
    return max(fitting, key=lambda one: [one[name] != "" for name in WEIGHT], default=None)


def whole_price(price: Mapping[str, Any], units: Decimal) -> Decimal:  # noqa: PLR0911 - one answer per model
    match price["model"]:
        case "per_unit":
            return units * number(price["unit"])
        case "flat":
            return number(price["amount"])
        case "package":
            size = number(price["package_size"])
            paid = max(units - number(price.get("free_units", 0)), Decimal(0))
            begun = paid // size + (1 if paid % size else 0)
            return begun * number(price["package_amount"])
        case "graduated":
            return unit_by_unit(price["tiers"], units)
        case "volume" | "stairstep":
            if not units:
                return Decimal(0)
            tier = next(one for one in price["tiers"] if "up_to" not in one or units <= number(one["up_to"]))
            flat = number(tier.get("flat", 0))
            return flat + units * number(tier.get("unit", 0)) if price["model"] == "volume" else flat
    raise AssertionError(price["model"])


def unit_by_unit(tiers: list[Mapping[str, Any]], units: Decimal) -> Decimal:
    """A graduated price the slow way: for every tier, how many units lie in it."""
    amount, low = Decimal(0), Decimal(0)
    for tier in tiers:
        high = number(tier["up_to"]) if "up_to" in tier else max(units, low)
        inside = min(units, high) - low
        if inside > 0:
            amount += number(tier.get("flat", 0)) + inside * number(tier.get("unit", 0))
        low = high
    return amount


def take(discount: Mapping[str, Any], left: dict[str, Decimal], contract: Mapping[str, Any]) -> Decimal:
    names = discount.get("charges") or list(left)
    basis = sum((left[name] for name in names), Decimal(0))
    if basis <= 0:
        return Decimal(0)
    wanted = number(discount["amount"]) if "amount" in discount else basis * number(discount["percent"]) / 100
    taken = rounded(min(wanted, basis), contract)
    shares = {name: taken * left[name] / basis for name in names}
    cents = {name: share.quantize(Decimal("0.01"), ROUND_DOWN) for name, share in shares.items()}
    odd = sorted(names, key=lambda name: (cents[name] - shares[name], names.index(name)))
    for name in odd[: int((taken - sum(cents.values())) * 100)]:
        cents[name] += Decimal("0.01")
    for name in names:
        left[name] -= cents[name]
    return taken


def rounded(amount: Decimal, contract: Mapping[str, Any]) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUNDINGS[contract.get("rounding", "half-up")])


def number(value: object) -> Decimal:
    return Decimal(str(value))
