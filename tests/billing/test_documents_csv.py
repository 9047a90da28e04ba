import csv
import io
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invoice_cases import EUROPE, bill, card_line, fee_line, tiered_line

from tollbook.billing.bill import Bill
from tollbook.billing.documents import AmountsDiffer, invoice_csv
from tollbook.billing.documents.as_csv import COLUMNS


def rows(case: Bill) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(invoice_csv(case).decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("currency", ["GBP", "JPY", "KWD"])
def test_amounts_of_a_charge_add_up_to_its_line(currency: str) -> None:
    case = bill(
        card_line(EUROPE, currency=currency), tiered_line([7] * 31, currency=currency), fee_line(), currency=currency
    )
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows(case):
        sums[row["charge"]] += Decimal(row["amount"])
    assert sums == {line.charge: line.amount for line in case.lines}


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=31))
def test_tiered_amounts_add_up_whatever_the_days(counts: list[int]) -> None:
    line = tiered_line(counts)
    assert sum(Decimal(row["amount"]) for row in rows(bill(line))) == line.amount


def test_one_row_reads_like_this() -> None:
    row = rows(bill(card_line(["GB"])))[0]
    assert {
        key: row[key] for key in ("charge", "day", "channel", "direction", "country", "unit_price", "currency")
    } == {
        "charge": "sms-otp",
        "day": "2026-10-01",
        "channel": "sms",
        "direction": "mt",
        "country": "GB",
        "unit_price": "0.0371",
        "currency": "GBP",
    }
    assert row["reason"] == "card: GB"


def test_a_fee_is_one_row_without_a_day() -> None:
    (row,) = rows(bill(fee_line("250", "2")))
    assert (row["day"], row["quantity"], row["amount"], row["reason"]) == ("", "2", "500.00", "recurring")


def test_nothing_billed_is_a_header() -> None:
    assert invoice_csv(bill()).decode("utf-8-sig") == ",".join(COLUMNS) + "\r\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_what_a_spreadsheet_would_run_is_text(start: str) -> None:
    label = start + "HYPERLINK(1)"
    assert rows(bill(fee_line(label=label)))[0]["line"] == "'" + label


def test_a_reason_is_text_too() -> None:
    line = tiered_line([5])
    item = replace(line.items[0], reason="=1+1", network="@x")
    (row,) = rows(bill(replace(line, items=(item,))))
    assert (row["reason"], row["network"]) == ("'=1+1", "'@x")


def test_negative_numbers_stay_numbers() -> None:
    row = rows(bill(fee_line("-12.5", label="-5")))[0]
    assert (row["line"], row["amount"]) == ("-5", "-12.50")


def test_a_label_in_hebrew_survives_and_pandas_reads_the_file() -> None:
    document = invoice_csv(bill(tiered_line([5], label='תזכורות, "לתורים"')))
    assert document.startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(io.BytesIO(document), keep_default_na=False)
    assert list(frame.columns) == list(COLUMNS)
    assert frame.loc[0, "line"] == 'תזכורות, "לתורים"'


def test_items_that_do_not_add_up_are_refused() -> None:
    line = tiered_line([5, 6])
    with pytest.raises(AmountsDiffer, match="charge whatsapp"):
        invoice_csv(bill(replace(line, items=line.items[:1])))
