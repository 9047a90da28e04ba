"""FOCUS: the columns of the specification, costs that add up to the bill, days in UTC."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from invoice_cases import OCTOBER, bill, brand, card_line, client, fee_line, tiered_line

from tollbook.billing.bill import Line
from tollbook.billing.documents import UnknownTableFormat, focus_table, write_focus

# The mandatory columns of FOCUS 1.2 and whether the specification lets them be null.
MANDATORY = {
    "BilledCost": False, "BillingAccountId": False, "BillingAccountName": True, "BillingCurrency": False,
    "BillingPeriodEnd": False, "BillingPeriodStart": False, "ChargeCategory": False, "ChargeClass": True,
    "ChargeDescription": True, "ChargePeriodEnd": False, "ChargePeriodStart": False, "ContractedCost": False,
    "EffectiveCost": False, "InvoiceIssuerName": False, "ListCost": False, "PricingQuantity": True,
    "PricingUnit": True, "ProviderName": False, "PublisherName": False, "ServiceCategory": False, "ServiceName": False,
}  # fmt: skip
LATE = Line("sms-2026-08", "SMS, August", "adjustment", Decimal(3), "segments", Decimal("0.12"), Decimal("0.12"),
            "standard", month=OCTOBER.shift(-2))  # fmt: skip
LESS = Line("off", "=Discount", "discount", Decimal(1), "discount", Decimal(-5), Decimal(-5), "standard")
BILL = bill(card_line(["GB", "FR"]), tiered_line([40] * 5), fee_line(), LATE, LESS, time_zone="Asia/Kolkata")
TABLE = focus_table(BILL, client(), brand(), number="MAIN-2026-000001")
ROWS = TABLE.to_pylist()


def test_the_mandatory_columns_are_there_and_filled() -> None:
    for name, nullable in MANDATORY.items():
        assert nullable or all(row[name] is not None for row in ROWS), name


def test_usage_is_consumed_and_every_price_has_one_sku() -> None:
    for row in ROWS:
        assert (row["ConsumedQuantity"] is not None) == (row["ChargeCategory"] == "Usage"), row
        assert (row["SkuPriceId"] is None, row["SkuMeter"] is None) == (row["SkuId"] is None, row["SkuId"] is None)
        assert row["SkuPriceDetails"] is None or set(json.loads(row["SkuPriceDetails"])) == {"x_Reason"}
    pairs = {(row["SkuPriceId"], row["SkuId"]) for row in ROWS}
    assert len(pairs) == len({price for price, _ in pairs})
    assert {"sms-otp/sms/GB", "platform"} <= {price.rsplit("/234", 1)[0] for price, _ in pairs if price}


def test_billed_costs_add_up_to_the_invoice() -> None:
    assert sum(row["BilledCost"] for row in ROWS) == BILL.total
    assert sum(row["BilledCost"] for row in ROWS if row["ChargeCategory"] == "Tax") == BILL.tax


def test_categories_are_those_of_the_specification() -> None:
    by_sku = {row["SkuId"]: (row["ChargeCategory"], row["ChargeClass"], row["ChargeFrequency"]) for row in ROWS}
    assert by_sku == {
        "sms-otp": ("Usage", None, "Usage-Based"),
        "whatsapp": ("Usage", None, "Usage-Based"),
        "platform": ("Purchase", None, "Recurring"),
        "sms-2026-08": ("Usage", "Correction", "Usage-Based"),
        "off": ("Credit", None, "One-Time"),
        None: ("Tax", None, "One-Time"),
    }
    for row in ROWS:
        if row["ChargeCategory"] in {"Usage", "Purchase"}:
            assert row["PricingQuantity"] is not None
            assert row["PricingUnit"]
        if row["ChargeCategory"] == "Tax":
            assert (row["PricingQuantity"], row["PricingUnit"], row["PricingCategory"]) == (None, None, None)
        if row["ContractedUnitPrice"] is not None:
            assert row["PricingQuantity"] * row["ContractedUnitPrice"] == row["ContractedCost"]


def test_days_begin_in_the_clients_time_zone() -> None:
    first = min(row["ChargePeriodStart"] for row in ROWS)
    assert first == datetime(2026, 9, 30, 18, 30, tzinfo=UTC)
    assert {row["BillingPeriodEnd"] for row in ROWS} == {datetime(2026, 10, 31, 18, 30, tzinfo=UTC)}


@pytest.mark.parametrize("name", ["charges.csv", "charges.parquet"])
def test_other_tools_read_the_file(tmp_path: Path, name: str) -> None:
    path = write_focus(TABLE, tmp_path / "new" / name)
    rows = duckdb.read_csv(str(path), dtype={"BilledCost": "decimal(38, 15)"}) if path.suffix == ".csv" else (
        duckdb.read_parquet(str(path))
    )  # fmt: skip
    read = rows.aggregate("sum(BilledCost), count(*), min(BillingPeriodStart::timestamptz)").fetchall()
    assert read == [(BILL.total, len(ROWS), datetime(2026, 9, 30, 18, 30, tzinfo=UTC))]


def test_the_file_says_its_version_and_runs_nothing(tmp_path: Path) -> None:
    assert pq.read_schema(write_focus(TABLE, tmp_path / "x.parquet")).metadata == {b"FocusVersion": b"1.2"}
    assert ",'=Discount," in write_focus(TABLE, tmp_path / "x.csv").read_text()
    with pytest.raises(UnknownTableFormat, match=r"\.csv or \.parquet"):
        write_focus(TABLE, tmp_path / "x.xlsx")
