"""The first page: who bills whom, for what, how much, and how to pay."""

from datetime import date
from decimal import Decimal
from typing import Any

from tollbook.billing.bill import Bill, Line, TaxLine, Unrated
from tollbook.billing.documents.brand import Brand
from tollbook.billing.documents.labels import Labels, left_to_right
from tollbook.money import ZERO
from tollbook.rating.contracts import Client
from tollbook.rating.prices import Step

UNRATED_ROWS = 10


def sender(brand: Brand, labels: Labels) -> dict[str, Any]:
    """The sender's name, legal lines and contact."""
    contact = [left_to_right(text) for text in (brand.email, brand.phone, brand.website) if text]
    return {
        "name": brand.name,
        "initials": brand.initials,
        "legal": [brand.legal_name, *brand.address, f"{labels['tax_id']}: {brand.tax_id}"],
        "questions": labels["questions"],
        "contact": contact,
        "sample": labels["sample"] if brand.sample else "",
    }


def bill_to(client: Client, labels: Labels) -> dict[str, Any]:
    """The client's name and address."""
    tax_id = [f"{labels['tax_id']}: {client.tax_id}"] if client.tax_id else []
    return {"name": client.name, "lines": [*client.address, labels.country(client.country), *tax_id]}


def facts(
    bill: Bill, client: Client, labels: Labels, *, dates: tuple[date, date], number: str | None
) -> list[list[str]]:
    """Label and value of what identifies the document."""
    issued_on, due_on = dates
    return [
        [labels["number"], left_to_right(number) if number else labels["not_numbered"]],
        *([[labels["refers_to"], left_to_right(bill.refers_to)]] if bill.refers_to else []),
        [labels["period"], labels.period(bill.month.first, bill.month.last)],
        [labels["issued"], labels.day(issued_on)],
        [labels["due"], labels.day(due_on)],
        [labels["zone"], bill.time_zone],
        [labels["currency"], bill.currency],
        [labels["client_id"], client.client],
    ]


def due(bill: Bill, labels: Labels, due_on: date, *, draft: bool) -> dict[str, str]:
    """The amount in the box at the top."""
    by = labels["payable_by" if draft else "pay_by"].format(date=labels.day(due_on))
    return {
        "label": labels["draft_total" if draft else "amount_due"],
        "amount": labels.money(bill.due),
        "by": by if bill.due > 0 else "",
    }


def unrated(bill: Bill, labels: Labels) -> dict[str, Any] | None:
    """The warning that blocks issuing: the largest rows, and how many more; None when all usage has a price."""
    if not bill.unrated:
        return None
    missing = Decimal(sum(usage.messages for usage in bill.unrated))
    hidden = len(bill.unrated) - UNRATED_ROWS
    largest = sorted(bill.unrated, key=lambda usage: -usage.messages)
    return {
        "title": labels["unrated_title"].format(messages=labels.counted(missing, "messages")),
        "text": labels["unrated_text"],
        "head": [labels["destination"], labels["messages"], labels["reason"]],
        "rows": [_unrated_row(usage, labels) for usage in largest[:UNRATED_ROWS]],
        "more": labels["unrated_more"].format(count=labels.count(hidden)) if hidden > 0 else "",
    }


def _unrated_row(usage: Unrated, labels: Labels) -> list[str]:
    place = " · ".join(text for text in (labels.country(usage.country), usage.network) if text)
    return [
        f"{place} ({labels.traffic(usage.channel, 'mt')})",
        labels.count(usage.messages),
        usage.reason,
    ]


def lines(bill: Bill, labels: Labels) -> dict[str, Any]:
    """The bill's lines, tier steps under those that have them."""
    return {
        "head": [labels[key] for key in ("description", "quantity", "unit_price", "amount")],
        "rows": [_line(line, labels) for line in bill.lines],
        "none": labels["nothing"],
    }


def _line(line: Line, labels: Labels) -> dict[str, Any]:
    steps = line.steps if _explains(line) else ()
    return {
        "label": line.label,
        "quantity": labels.counted(line.quantity, line.unit),
        "unit_price": "" if steps else _line_price(line, labels),
        "amount": labels.money(line.amount),
        "steps": [_step(step, labels) for step in steps],
    }


def _explains(line: Line) -> bool:
    """Whether the steps say more than quantity x unit price: tiers, packages, flat fees, parts of a month."""
    plain = len(line.steps) == 1 and (line.steps[0].label == "each" or line.steps[0].label == f"per {line.unit}")
    return not plain and all(item.unit_price is None for item in line.items)


def _line_price(line: Line, labels: Labels) -> str:
    prices = {item.unit_price for item in line.items} or {step.unit_price for step in line.steps} or {_unit_fee(line)}
    return labels.price(prices.pop() if len(prices) == 1 else None, line.exact, line.quantity)


def _unit_fee(line: Line) -> Decimal | None:
    """What one unit of a fee costs, where that is an amount without endless decimals."""
    unit = round(line.exact / line.quantity, 6) if line.quantity else ZERO
    return unit if unit * line.quantity == line.exact else None


def _step(step: Step, labels: Labels) -> list[str]:
    unit = labels.price(step.unit_price, step.amount, step.quantity) if step.quantity else ""
    flat = f"{labels['flat']} {labels.money(step.flat)}" if step.flat else ""
    return [
        labels.step(step.label),
        labels.number(step.quantity) if step.quantity else "",
        " + ".join(text for text in (unit, flat) if text),
        labels.price(step.amount, step.amount, step.quantity),
    ]


def totals(bill: Bill, labels: Labels) -> dict[str, Any]:
    """Net, tax per category, total; with prepaid credit also what it pays and what remains."""
    return {
        "net": [labels["net"], labels.money(bill.net)],
        "taxes": [_tax(tax, labels) for tax in bill.taxes],
        "total": [labels["total"], labels.money(bill.total)],
        "credits": [[credit.label, labels.money(-credit.amount)] for credit in bill.credits],
        "due": [labels["amount_due"], labels.money(bill.due)] if bill.credits else [],
    }


def _tax(tax: TaxLine, labels: Labels) -> dict[str, str]:
    named = "%" in tax.label or (tax.note and not tax.rate)
    return {
        "label": tax.label if named else f"{tax.label} {labels.number(tax.rate)}%",
        "basis": labels["tax_on"].format(amount=labels.money(tax.basis)),
        "amount": labels.money(tax.amount),
        "note": tax.note,
    }


def payment(bill: Bill, brand: Brand, labels: Labels, number: str | None) -> dict[str, Any]:
    """Bank account and reference."""
    return {
        "title": labels["how_to_pay"],
        "rows": [
            [labels["bank"], brand.bank.name],
            [labels["account"], brand.bank.account_name],
            [labels["iban"], left_to_right(brand.bank.iban)],
            [labels["bic"], brand.bank.bic],
            [labels["reference"], left_to_right(number or f"{bill.client} {bill.month}")],
        ],
    }
