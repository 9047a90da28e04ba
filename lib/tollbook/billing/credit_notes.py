"""Credit notes: a final invoice is never changed; what it charged too much is given back by a document of its own.

In full, or in part line by line; together never more than the invoice. Tax goes back with what it was charged on: the
credit that empties a category gives back exactly the tax that is left of it, so that no cent stays behind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tollbook.billing.bill import Bill, Line, TaxLine
from tollbook.billing.documents.as_json import contract_of
from tollbook.billing.issued import COLLECTION, Issued, all_issued
from tollbook.billing.issuing import Office, Terms, issue, pinned_terms
from tollbook.errors import TollbookError
from tollbook.money import ZERO, minor_digits, round_money
from tollbook.rating.contracts import Contract


class CreditTooLarge(TollbookError):
    """More credited than a line still holds, or a line that is not there."""

    def __init__(self, number: str, charge: str, wanted: Decimal, left: Decimal | None) -> None:
        have = f"{left:f} is left of it" if left is not None else "the invoice has no such line"
        super().__init__(f"cannot credit {wanted:f} of {charge} on {number}: {have}; `tollbook invoice show` lists all")


def credit(
    office: Office,
    invoice: Issued,
    *,
    reason: str,
    amounts: Mapping[str, Decimal] | None = None,
    issued_on: date | None = None,
) -> tuple[Issued, Bill]:
    """Credit an invoice in full (what is left of it), or single lines by net amounts.

    Args:
        office: the store.
        invoice: the final invoice.
        reason: printed on every line.
        amounts: charge -> net amount above 0; None: everything that is left.
        issued_on: the note's date; today (UTC) when None.

    Raises:
        CreditTooLarge: more than is left of a line.
    """
    terms = pinned_terms(office, invoice)
    day = issued_on or datetime.now(UTC).date()
    while True:
        before = notes_of(office, invoice)
        made = credit_bill(invoice, before, terms, reason=reason, amounts=amounts)
        id_ = f"{invoice.client}|{invoice.month}|credit|{len(before) + 1:04d}"

        def numbered(number: int, made: Bill = made) -> dict[str, Any]:
            whole = issue(made, terms, f"{made.entity.upper()}-C-{day.year}-{number:06d}", day)
            return {**whole.as_document(), "reason": reason}

        kept, mine = office.documents.insert_numbered(COLLECTION, id_, f"{made.entity}|{day.year}|credit_note", numbered)
        if mine:
            return Issued.from_document(kept), made


def notes_of(office: Office, invoice: Issued) -> list[Issued]:
    """The credit notes of an invoice, in the order they were issued."""
    found = all_issued(office.documents, client=invoice.client, kind="credit_note")
    return [one for one in found if one.refers_to == invoice.number]


def credit_bill(
    invoice: Issued, before: Sequence[Issued], terms: Terms, *, reason: str, amounts: Mapping[str, Decimal] | None
) -> Bill:
    """What a credit note says: the invoice's lines with negative amounts, and their tax. Pure."""
    left = _left(invoice, before, "lines", "charge")
    wanted = dict(amounts) if amounts is not None else {name: amount for name, amount in left.items() if amount}
    if not wanted:
        raise CreditTooLarge(invoice.number, "anything", ZERO, ZERO)
    rows = {line["charge"]: line for line in invoice.document["lines"]}
    for charge, amount in wanted.items():
        rest = left.get(charge)
        beyond = rest is None or amount == 0 or abs(amount) > abs(rest) or (amount > 0) != (rest > 0)
        if beyond or round(amount, minor_digits(invoice.currency)) != amount:
            raise CreditTooLarge(invoice.number, charge, amount, rest)
    lines = tuple(
        Line(charge, f"{row['label']} ({reason})", row["kind"], -Decimal(1), "credit", -amount, -amount, row["tax"])
        for charge, row in rows.items()
        if (amount := wanted.get(charge))
    )
    blank = _blank(invoice, terms)
    return replace(blank, lines=lines, taxes=_taxes(invoice, before, lines, contract_of(blank, terms.client)))


def _left(invoice: Issued, before: Sequence[Issued], part: str, name: str, field: str = "amount") -> dict[str, Decimal]:
    """What is left of every line or tax of the invoice after its credit notes."""
    left = {row[name]: Decimal(row[field]) for row in invoice.document[part]}
    for note in before:
        for row in note.document[part]:
            left[row[name]] += Decimal(row[field])
    return left


def _taxes(
    invoice: Issued, before: Sequence[Issued], lines: Sequence[Line], contract: Contract
) -> tuple[TaxLine, ...]:
    tax_left = _left(invoice, before, "taxes", "category")
    basis_left = _left(invoice, before, "taxes", "category", "basis")
    found = []
    for row in invoice.document["taxes"]:
        basis = sum((line.amount for line in lines if line.tax == row["category"]), ZERO)
        if not any(line.tax == row["category"] for line in lines):
            continue
        amount = round_money(basis * Decimal(row["rate"]) / 100, contract.currency, contract.rounding)
        if -basis == basis_left[row["category"]]:
            amount = -tax_left[row["category"]]
        found.append(
            TaxLine(row["category"], row["label"], Decimal(row["rate"]), basis, amount, row["note"], row["code"])
        )
    return tuple(found)


def _blank(invoice: Issued, terms: Terms) -> Bill:
    pins = invoice.document["pins"]
    return Bill(
        client=invoice.client,
        month=invoice.month,
        currency=invoice.currency,
        time_zone=terms.client.time_zone,
        batch=invoice.batch,
        contract_from=date.fromisoformat(pins["contract_from"]),
        lines=(),
        taxes=(),
        rate_cards=tuple(pins["rate_cards"].items()),
        entity=invoice.entity,
        refers_to=invoice.number,
    )


def credit_again(office: Office, note: Issued) -> Bill:
    """The bill of a credit note, made anew from the invoice and the notes before it."""
    invoice = next(one for one in all_issued(office.documents, client=note.client) if one.number == note.refers_to)
    notes = notes_of(office, invoice)
    before = notes[: [one.number for one in notes].index(note.number)]
    kept = office.documents.find(COLLECTION, {"number": note.number})[0]
    amounts = {line["charge"]: -Decimal(line["amount"]) for line in note.document["lines"]}
    return credit_bill(invoice, before, pinned_terms(office, invoice), reason=kept["reason"], amounts=amounts)
