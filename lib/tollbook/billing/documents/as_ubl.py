"""The invoice as an e-invoice: EN 16931 in UBL 2.1, an Invoice or a CreditNote. factur-x writes and checks the XML.

What EN 16931 does not know is said in its terms: a discount is an allowance on the document (BG-20), prepaid credit is
an amount paid (BT-113), and a line without one unit price has its amount as the price of its whole quantity (BT-149),
so that price x quantity is always the amount of the line. A credit note says positively what it gives back.
"""

import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from tollbook.billing.bill import Bill, Line, TaxLine
from tollbook.billing.documents.brand import Brand
from tollbook.billing.documents.decimals import decimal_text
from tollbook.errors import TollbookError
from tollbook.money import ZERO, minor_digits
from tollbook.rating.contracts import Client

# UNTDID 1001 and 5189, UNCL 4461, UN/ECE Recommendation 20.
INVOICE, CREDIT_NOTE, DISCOUNT, CREDIT_TRANSFER = "380", "381", "95", "30"
UNITS = {"month": "MON", "quarter": "3MON", "year": "ANN"}
EACH = "C62"
# Categories under which nothing is charged and EN 16931 wants to read why (BR-E-10, BR-AE-10, BR-G-10, BR-O-10).
REASONED = frozenset({"E", "AE", "G", "O"})
# Greece's VAT numbers do not begin with its country code.
_PREFIXES = {"GR": "EL"}


class NotAnEInvoice(TollbookError):
    """A bill that EN 16931 has no form for."""

    def __init__(self, bill: Bill, why: str) -> None:
        super().__init__(f"{bill.client} {bill.month} cannot be an e-invoice: {why}; its PDF, CSV and JSON are whole")


def invoice_ubl(bill: Bill, client: Client, brand: Brand, *, issued_on: date, due_on: date, number: str) -> bytes:
    """The e-invoice, valid against the UBL 2.1 schema and the rules of EN 16931.

    Raises:
        NotAnEInvoice: no lines at all, a currency of more than two decimals, or lines outside the scope of VAT beside
            others (BR-O-11); or the schema refuses it.
    """
    from facturx import generate_ubl_xml  # slow to import, and only final invoices need it

    codes = {_code(tax) for tax in bill.taxes}
    if not bill.lines:
        raise NotAnEInvoice(bill, "it has no lines (BR-16)")
    if minor_digits(bill.currency) > 2:
        raise NotAnEInvoice(bill, f"amounts in {bill.currency} have more than two decimals (BR-DEC-23)")
    if "O" in codes and len(codes) > 1:
        raise NotAnEInvoice(bill, "some of its lines are outside the scope of VAT and others are not (BR-O-11)")
    document = _header(bill, brand, issued_on, due_on, number) | _lines(bill) | _totals(bill)
    document |= {"BG-4": _seller(brand, codes), "BG-7": _buyer(client, codes)}
    try:
        xml: bytes = generate_ubl_xml(_plain(document), level="en16931", check_schematron=None)
    except Exception as error:  # the library raises bare exceptions
        raise NotAnEInvoice(bill, " ".join(str(error).split())) from error
    return xml


def _header(bill: Bill, brand: Brand, issued_on: date, due_on: date, number: str) -> dict[str, Any]:
    refund = bool(bill.refers_to)
    notes = dict.fromkeys(tax.note for tax in bill.taxes if tax.note and _code(tax) not in REASONED)
    notes |= dict.fromkeys(
        f"1 {one.source_currency} = {one.rate:f} {one.target}, {one.source}, {one.day}" for one in bill.exchange
    )
    return {
        "BT-1": number,
        "BT-2": issued_on,
        "BT-3": CREDIT_NOTE if refund else INVOICE,
        "BT-5": bill.currency,
        **({"BT-20": "Credited to your account"} if refund else {"BT-9": due_on}),
        "BT-73": bill.month.first,
        "BT-74": bill.month.last,
        "BT-81": CREDIT_TRANSFER,
        "BT-83": number,
        "BT-84": brand.bank.iban.replace(" ", ""),
        "BT-85": brand.bank.account_name,
        "BT-86": brand.bank.bic,
        "BG-1": [{"BT-22": note} for note in notes],
        **({"BG-3": [{"BT-25": bill.refers_to}]} if refund else {}),
    }


def _seller(brand: Brand, codes: Iterable[str]) -> dict[str, Any]:
    return {
        "name": brand.legal_name,
        "biz_name": brand.name,
        **_place(brand.address, brand.country),
        **_identity(brand.tax_id, brand.country, codes),
        "einvoicing_addr": brand.email,
        "einvoicing_addr_schemeid": "EM",
        "contacts": [{"name": brand.name, "phone": brand.phone, "email": brand.email}],
    }


def _buyer(client: Client, codes: Iterable[str]) -> dict[str, Any]:
    identity = _identity(client.tax_id, client.country, codes) if client.tax_id else {}
    return {
        "name": client.name,
        "identifiers": {None: client.client},
        **_place(client.address, client.country),
        **identity,
    }


def _place(address: Iterable[str], country: str) -> dict[str, str]:
    lines = [*address]
    if len(lines) > 3:
        lines[2:] = [", ".join(lines[2:])]
    return {"country_code": country, **{f"addr_l{at}": line for at, line in enumerate(lines, 1)}}


def _identity(tax_id: str, country: str, codes: Iterable[str]) -> dict[str, str]:
    """The VAT number with its country's prefix (BR-CO-09); outside the scope of VAT none may stand (BR-O-02)."""
    plain = "".join(tax_id.split())
    if "O" in codes:
        return {"legal_identifier": plain}
    prefix = _PREFIXES.get(country, country)
    return {"vat_identifier": plain if plain.upper().startswith(prefix) else prefix + plain}


def _lines(bill: Bill) -> dict[str, Any]:
    sign = -1 if bill.refers_to else 1
    taxes = {tax.category: tax for tax in bill.taxes}
    discounts = [line for line in bill.lines if line.kind == "discount"]
    others = [line for line in bill.lines if line.kind != "discount"]
    return {
        "BG-25": [_line(bill, line, taxes[line.tax], at, sign) for at, line in enumerate(others, 1)],
        "BG-20": [_allowance(bill, line, taxes[line.tax], sign) for line in discounts],
    }


def _line(bill: Bill, line: Line, tax: TaxLine, at: int, sign: int) -> dict[str, Any]:
    digits = minor_digits(bill.currency)
    amount = line.amount * sign
    quantity = abs(line.quantity) or Decimal(1)
    price = _unit_price(line)
    whole = price is None or round(price * quantity, digits) != abs(amount)
    period = line.month or bill.month
    return {
        "BT-126": str(at),
        "BT-129": decimal_text(-quantity if amount < 0 else quantity),
        "BT-130": UNITS.get(line.unit, EACH),
        "BT-131": decimal_text(amount, digits),
        "BT-134": period.first,
        "BT-135": period.last,
        "BT-146": decimal_text(abs(amount) if price is None or whole else price, digits),
        "BT-149": decimal_text(quantity if whole else Decimal(1)),
        "BT-151": _code(tax),
        **_percent("BT-152", tax),
        "BT-153": line.label,
        "BT-154": "" if line.unit in UNITS else f"{line.quantity:f} {line.unit}",
        "BT-155": line.charge,
    }


def _unit_price(line: Line) -> Decimal | None:
    """The one price that all of the line was charged at."""
    prices = {item.unit_price for item in line.items} or {step.unit_price for step in line.steps if not step.flat}
    return prices.pop() if len(prices) == 1 else None


def _allowance(bill: Bill, line: Line, tax: TaxLine, sign: int) -> dict[str, Any]:
    return {
        "amount": decimal_text(-line.amount * sign, minor_digits(bill.currency)),
        "reason": line.label,
        "reason_code": DISCOUNT,
        "vat_category_code": _code(tax),
        **_percent("vat_rate", tax),
    }


def _totals(bill: Bill) -> dict[str, Any]:
    sign = -1 if bill.refers_to else 1
    allowances = -sum((line.amount for line in bill.lines if line.kind == "discount"), ZERO)
    money = {
        "BT-106": bill.net + allowances,
        **({"BT-107": allowances} if allowances else {}),
        "BT-109": bill.net,
        "BT-110": bill.tax,
        "BT-112": bill.total,
        **({"BT-113": bill.credit} if bill.credit else {}),
        "BT-115": bill.due,
    }
    digits = minor_digits(bill.currency)
    whole: dict[str, Any] = {name: decimal_text(amount * sign, digits) for name, amount in money.items()}
    return whole | {"BG-23": [_breakdown(taxes, sign, digits) for taxes in _by_rate(bill.taxes)]}


def _by_rate(taxes: Iterable[TaxLine]) -> list[list[TaxLine]]:
    """EN 16931 has one breakdown for each category and rate, whatever the contract calls them."""
    groups: dict[tuple[str, Decimal], list[TaxLine]] = {}
    for tax in taxes:
        groups.setdefault((_code(tax), tax.rate), []).append(tax)
    return [*groups.values()]


def _breakdown(taxes: list[TaxLine], sign: int, digits: int) -> dict[str, Any]:
    first = taxes[0]
    code = _code(first)
    reasons = dict.fromkeys(tax.note or tax.label for tax in taxes)
    return {
        "BT-116": decimal_text(sum((tax.basis for tax in taxes), ZERO) * sign, digits),
        "BT-117": decimal_text(sum((tax.amount for tax in taxes), ZERO) * sign, digits),
        "BT-118": code,
        **_percent("BT-119", first),
        **({"BT-120": " ".join(reasons)} if code in REASONED else {}),
    }


def _code(tax: TaxLine) -> str:
    return tax.code or ("S" if tax.rate else "Z")


def _percent(field: str, tax: TaxLine) -> dict[str, str]:
    """The rate; outside the scope of VAT there is none."""
    return {} if _code(tax) == "O" else {field: decimal_text(tax.rate)}


def _plain(value: Any) -> Any:
    """Texts as XML may hold them: without control signs, on one line."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if not isinstance(value, str):
        return value
    kept = (" " if unicodedata.category(sign) in {"Cc", "Cn", "Cs"} else sign for sign in value)
    return " ".join("".join(kept).split())
