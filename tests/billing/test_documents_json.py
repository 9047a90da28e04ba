import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import jsonschema  # type: ignore[import-untyped]
import pytest
from invoice_cases import EUROPE, bill, card_line, client, fee_line, tiered_line

import tollbook
from tollbook.billing.bill import Bill, Unrated
from tollbook.billing.documents import invoice_json, invoice_schema
from tollbook.billing.documents.decimals import decimal_text
from tollbook.money import Rounding

WHOLE = bill(
    card_line(EUROPE),
    tiered_line([200] * 31),
    fee_line(),
    unrated=[Unrated("sms-otp", "sms", "", "", 3, Decimal(4), "no row for an unknown country")],
)


@pytest.mark.parametrize(
    "case", [WHOLE, bill(), bill(fee_line("0.5", "3")), bill(fee_line("250"), currency="JPY")], ids=str
)
def test_fits_its_schema(case: Bill) -> None:
    document = json.loads(json.dumps(invoice_json(case, client())))
    jsonschema.Draft202012Validator(invoice_schema()).validate(document)


def test_the_schema_refuses_numbers_for_money() -> None:
    document = invoice_json(WHOLE, client()) | {"total": 12.5}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, invoice_schema())


def test_a_draft_pins_what_it_was_computed_from() -> None:
    document = invoice_json(WHOLE, client())
    assert (document["state"], document["number"], document["issued_on"]) == ("draft", None, None)
    assert document["pins"] == {
        "ledger_batch": 412,
        "contract_from": "2026-01-01",
        "rate_cards": {"europe-sms": "9f" * 32},
        "exchange": None,
        "tollbook": tollbook.__version__,
    }
    assert document["computation"]["rounding"] == "half-up"


def test_a_number_makes_it_final() -> None:
    document = invoice_json(WHOLE, client(), number="A-1", issued_on=date(2026, 11, 1), due_on=date(2026, 12, 1))
    assert (document["state"], document["number"], document["due_on"]) == ("final", "A-1", "2026-12-01")


def test_amounts_add_up_from_destinations_to_total() -> None:
    document = invoice_json(WHOLE, client())
    for line in document["lines"][:2]:
        assert sum(Decimal(to["amount"]) for to in line["destinations"]) == Decimal(line["amount"])
    net = sum(Decimal(line["amount"]) for line in document["lines"])
    tax = sum(Decimal(tax["amount"]) for tax in document["taxes"])
    assert [Decimal(document[key]) for key in ("net", "tax", "total")] == [net, tax, net + tax]


def test_tier_steps_add_up_to_the_exact_amount() -> None:
    line = invoice_json(WHOLE, client())["lines"][1]
    assert [step["label"] for step in line["steps"]] == ["0 to 1,000", "1,000 to 5,000", "over 5,000"]
    assert sum(Decimal(step["amount"]) for step in line["steps"]) == Decimal(line["exact"])


@pytest.mark.parametrize(("currency", "amount", "text"), [("JPY", "250", "250"), ("KWD", "2.5", "2.500")])
def test_decimals_of_the_currency(currency: str, amount: str, text: str) -> None:
    line = invoice_json(bill(fee_line(amount), currency=currency), client())["lines"][0]
    assert (line["amount"], line["quantity"]) == (text, "1")


def test_what_suppliers_were_paid_stays_inside() -> None:
    assert "812.77" not in json.dumps(invoice_json(WHOLE, client()))


def test_the_rounding_is_that_of_the_contract_the_bill_pins() -> None:
    first = client().contracts[0]
    later = first.model_copy(update={"valid_from": date(2026, 10, 1), "rounding": Rounding.DOWN})
    renewed = client().model_copy(update={"contracts": (first, later)})
    assert invoice_json(WHOLE, renewed)["computation"]["rounding"] == "half-up"
    pinned = replace(WHOLE, contract_from=date(2026, 10, 1))
    assert (
        invoice_json(pinned, client().model_copy(update={"contracts": (later,)}))["computation"]["rounding"] == "down"
    )


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [("0.0790", 2, "0.079"), ("1E+3", 0, "1000"), ("5", 3, "5.000"), ("-0.00", 2, "0.00"), ("100", 0, "100")],
)
def test_decimal_text(value: str, digits: int, text: str) -> None:
    assert decimal_text(Decimal(value), digits) == text


def test_decimal_text_refuses_what_is_no_amount() -> None:
    with pytest.raises(ValueError, match="NaN"):
        decimal_text(Decimal("NaN"))
