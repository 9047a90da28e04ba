"""The invoice as JSON, for programs: `invoice.schema.json` beside this file describes every field.

Money and quantities are strings: amounts with the currency's decimals, unit prices and exact amounts with all
theirs. Days are ISO 8601. What suppliers were paid is not part of the document: it goes to the client.
"""

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import tollbook
from tollbook.billing.bill import Bill, CreditUse, Line, TaxLine, Unrated
from tollbook.billing.documents.decimals import decimal_text
from tollbook.billing.documents.destinations import Destination, destinations
from tollbook.money import minor_digits
from tollbook.rating.contracts import Client, Contract
from tollbook.rating.exchange import ExchangeRate
from tollbook.rating.prices import Step

SCHEMA = "tollbook.invoice/1"
COMPUTATION = (
    "Free units are taken off; each message is priced by its submission time in the time zone of the period; the exact "
    "amounts of a line are added and held to the charge's minimum and maximum; the line is rounded once to the "
    "currency's minor unit; then discounts, then the commitment; tax is computed per category on the sum of its lines; "
    "prepaid credit pays the total, tax included."
)


def invoice_json(
    bill: Bill,
    client: Client,
    *,
    number: str | None = None,
    issued_on: date | None = None,
    due_on: date | None = None,
) -> dict[str, Any]:
    """The bill as a document of plain JSON values; a draft unless it has a number."""
    return {
        "schema": SCHEMA,
        "kind": "credit_note" if bill.refers_to else "invoice",
        "refers_to": bill.refers_to or None,
        "entity": bill.entity,
        "state": "final" if number else "draft",
        "number": number,
        "issued_on": _iso(issued_on),
        "due_on": _iso(due_on),
        "client": _client(client),
        "period": {
            "month": str(bill.month),
            "first": _iso(bill.month.first),
            "last": _iso(bill.month.last),
            "time_zone": bill.time_zone,
        },
        "currency": bill.currency,
        "lines": [_line(line, minor_digits(bill.currency)) for line in bill.lines],
        "taxes": [_tax(tax, minor_digits(bill.currency)) for tax in bill.taxes],
        **_sums(bill),
        "credits": [_credit(credit, minor_digits(bill.currency)) for credit in bill.credits],
        "due": decimal_text(bill.due, minor_digits(bill.currency)),
        "exchange": [_exchange(used) for used in bill.exchange],
        "unrated": [_unrated(usage) for usage in bill.unrated],
        "computation": {"order": COMPUTATION, "rounding": contract_of(bill, client).rounding.value},
        "pins": _pins(bill),
    }


def contract_of(bill: Bill, client: Client) -> Contract:
    """The contract the bill was computed by: the one that starts on `contract_from`, else the month's."""
    pinned = [contract for contract in client.contracts if contract.valid_from == bill.contract_from]
    return pinned[0] if pinned else client.contract(bill.month)


@cache
def invoice_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every `invoice_json` fits."""
    text = files(__package__).joinpath("invoice.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _client(client: Client) -> dict[str, Any]:
    return {
        "id": client.client,
        "name": client.name,
        "address": list(client.address),
        "country": client.country,
        "tax_id": client.tax_id,
        "locale": client.locale,
    }


def _line(line: Line, digits: int) -> dict[str, Any]:
    return {
        "charge": line.charge,
        "label": line.label,
        "kind": line.kind,
        "quantity": decimal_text(line.quantity),
        "unit": line.unit,
        "exact": decimal_text(line.exact, digits),
        "amount": decimal_text(line.amount, digits),
        "tax": line.tax,
        "month": str(line.month) if line.month else None,
        "steps": [_step(step, digits) for step in line.steps],
        "destinations": [_destination(to, digits) for to in destinations(line.items, by_network=True)],
    }


def _step(step: Step, digits: int) -> dict[str, str]:
    return {
        "label": step.label,
        "quantity": decimal_text(step.quantity),
        "unit_price": decimal_text(step.unit_price, digits),
        "flat": decimal_text(step.flat, digits),
        "amount": decimal_text(step.amount, digits),
    }


def _destination(to: Destination, digits: int) -> dict[str, Any]:
    return {
        "channel": to.channel,
        "direction": to.direction,
        "country": to.country,
        "network": to.network,
        "messages": to.messages,
        "segments": to.segments,
        "quantity": decimal_text(to.quantity),
        "unit_price": None if to.unit_price is None else decimal_text(to.unit_price, digits),
        "amount": decimal_text(to.amount, digits),
    }


def _tax(tax: TaxLine, digits: int) -> dict[str, str]:
    return {
        "category": tax.category,
        "code": tax.code,
        "label": tax.label,
        "rate": decimal_text(tax.rate),
        "basis": decimal_text(tax.basis, digits),
        "amount": decimal_text(tax.amount, digits),
        "note": tax.note,
    }


def _credit(credit: CreditUse, digits: int) -> dict[str, str]:
    return {
        "name": credit.name,
        "label": credit.label,
        "amount": decimal_text(credit.amount, digits),
        "left": decimal_text(credit.left, digits),
    }


def _exchange(used: ExchangeRate) -> dict[str, str]:
    return {
        "from": used.source_currency,
        "to": used.target,
        "rate": decimal_text(used.rate),
        "day": used.day.isoformat(),
        "source": used.source,
    }


def _sums(bill: Bill) -> dict[str, Any]:
    digits = minor_digits(bill.currency)
    return {
        "net": decimal_text(bill.net, digits),
        "tax": decimal_text(bill.tax, digits),
        "total": decimal_text(bill.total, digits),
        "messages": bill.messages,
    }


def _unrated(usage: Unrated) -> dict[str, Any]:
    return {
        "charge": usage.charge,
        "channel": usage.channel,
        "country": usage.country,
        "network": usage.network,
        "messages": usage.messages,
        "quantity": decimal_text(usage.quantity),
        "reason": usage.reason,
    }


def _pins(bill: Bill) -> dict[str, Any]:
    """What makes the document computable again, to the cent."""
    return {
        "ledger_batch": bill.batch,
        "contract_from": _iso(bill.contract_from),
        "rate_cards": dict(bill.rate_cards),
        "exchange": bill.exchange_sha or None,
        "tollbook": tollbook.__version__,
    }
