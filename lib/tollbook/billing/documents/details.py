"""The pages after the summary: usage by destination and by day, and how the amounts were computed."""

from decimal import Decimal
from typing import Any

import tollbook
from tollbook.billing.bill import Bill, Line
from tollbook.billing.documents.as_json import contract_of
from tollbook.billing.documents.destinations import Destination, destinations, messages_by_day
from tollbook.billing.documents.labels import Labels, left_to_right
from tollbook.money import minor_digits, spread
from tollbook.rating.contracts import Client


def usage(bill: Bill, labels: Labels) -> dict[str, Any] | None:
    """A table of destinations, one group per metered line; None without usage."""
    metered = [line for line in bill.lines if line.items]
    if not metered:
        return None
    return {
        "title": labels["usage_title"],
        "text": labels["usage_text"],
        "head": [labels[key] for key in ("destination", "messages", "segments", "unit_price", "amount")],
        "groups": [_group(line, labels) for line in metered],
    }


def _group(line: Line, labels: Labels) -> dict[str, Any]:
    """A line's destinations; their amounts are shown to the minor unit and still add up to the line."""
    found = destinations(line.items, by_network=False)
    shown = spread(line.amount, [to.amount for to in found], minor_digits(labels.currency))
    mixed = len({(to.channel, to.direction) for to in found}) > 1
    return {
        "label": line.label,
        "messages": labels.count(sum(to.messages for to in found)),
        "segments": labels.count(sum(to.segments for to in found)),
        "amount": labels.money(line.amount),
        "rows": [
            [
                labels.country(to.country) + (f" ({labels.traffic(to.channel, to.direction)})" if mixed else ""),
                *_destination(to, labels),
                labels.money(amount),
            ]
            for to, amount in zip(found, shown, strict=True)
        ],
    }


def _destination(to: Destination, labels: Labels) -> list[str]:
    return [
        labels.count(to.messages),
        labels.count(to.segments),
        labels.price(to.unit_price, to.amount, to.quantity),
    ]


def days(bill: Bill, labels: Labels) -> dict[str, Any] | None:
    """One bar per day, as a share of the busiest; None without messages."""
    messages = messages_by_day(bill)
    peak = max(messages, key=lambda day: messages[day])
    if not messages[peak]:
        return None
    text = labels["days_text"].format(
        total=labels.counted(Decimal(sum(messages.values())), "messages"),
        day=labels.day(peak),
        peak=labels.count(messages[peak]),
    )
    return {
        "title": labels["days_title"],
        "text": text,
        "bars": [{"day": str(day.day), "height": messages[day] / messages[peak]} for day in sorted(messages)],
    }


def how(bill: Bill, client: Client, labels: Labels) -> dict[str, Any]:
    """What a reader needs to check the amounts: the rules in words, and what pins them."""
    rule = labels.words["roundings"][contract_of(bill, client).rounding.value]
    rounding = labels["how_rounding"].format(digits=minor_digits(bill.currency), currency=bill.currency, rule=rule)
    prices = labels["how_prices"].format(zone=left_to_right(bill.time_zone))
    changed = [
        labels["how_exchange"].format(
            rate=f"1 {used.source_currency} = {labels.number(used.rate)} {used.target}",
            day=labels.day(used.day),
            source=used.source,
        )
        for used in bill.exchange
    ]
    cards = [left_to_right(f"{name} {digest[:16]}…") for name, digest in bill.rate_cards]
    return {
        "title": labels["how_title"],
        "points": [labels["how_order"], prices, *changed, rounding, labels["how_shares"], labels["how_pins"]],
        "pins": [
            [labels["batch"], [str(bill.batch)]],
            [labels["contract"], [labels.day(bill.contract_from)]],
            *([[labels["cards"], cards]] if cards else []),
            [labels["version"], [f"Tollbook {tollbook.__version__}"]],
            [labels["attached"], ["invoice.json"]],
        ],
    }
