"""The bill as a FOCUS 1.2 charge table (FinOps Open Cost and Usage Specification), for FinOps tools.

One row per line, destination and local day, and one per tax; `BilledCost` adds up to the bill's total exactly. Prepaid
credit is a payment, not a charge, and stands in none. `ListCost` is the contracted cost: messaging has no public list
price. A unit price is null where the price is tiered. Columns that FOCUS does not know begin with `x_`, as it asks.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tollbook.billing.bill import Bill, Item, Line, TaxLine
from tollbook.billing.documents.as_csv import spreadsheet_text
from tollbook.billing.documents.brand import Brand
from tollbook.billing.documents.decimals import decimal_text
from tollbook.errors import TollbookError
from tollbook.money import PRECISION
from tollbook.period import day_start
from tollbook.rating.contracts import Client

VERSION = "1.2"
_TEXT, _MONEY, _MOMENT = pa.string(), pa.decimal128(38, 15), pa.timestamp("us", "UTC")
# The mandatory columns of FOCUS 1.2, and those of the conditional and recommended ones that a bill can fill.
SCHEMA = pa.schema(
    [
        ("BilledCost", _MONEY), ("BillingAccountId", _TEXT), ("BillingAccountName", _TEXT), ("BillingCurrency", _TEXT),
        ("BillingPeriodEnd", _MOMENT), ("BillingPeriodStart", _MOMENT), ("ChargeCategory", _TEXT),
        ("ChargeClass", _TEXT), ("ChargeDescription", _TEXT), ("ChargeFrequency", _TEXT), ("ChargePeriodEnd", _MOMENT),
        ("ChargePeriodStart", _MOMENT), ("ConsumedQuantity", _MONEY), ("ConsumedUnit", _TEXT),
        ("ContractedCost", _MONEY), ("ContractedUnitPrice", _MONEY), ("EffectiveCost", _MONEY), ("InvoiceId", _TEXT),
        ("InvoiceIssuerName", _TEXT), ("ListCost", _MONEY), ("PricingCategory", _TEXT), ("PricingQuantity", _MONEY),
        ("PricingUnit", _TEXT), ("ProviderName", _TEXT), ("PublisherName", _TEXT), ("ServiceCategory", _TEXT),
        ("ServiceName", _TEXT), ("ServiceSubcategory", _TEXT), ("SkuId", _TEXT), ("SkuMeter", _TEXT),
        ("SkuPriceDetails", _TEXT), ("SkuPriceId", _TEXT), ("x_Channel", _TEXT), ("x_Country", _TEXT),
        ("x_Direction", _TEXT), ("x_Messages", pa.int64()), ("x_Network", _TEXT),
    ]
)  # fmt: skip
_CATEGORIES = {"usage": "Usage", "adjustment": "Usage", "recurring": "Purchase", "once": "Purchase",
               "discount": "Credit", "commitment": "Adjustment"}  # fmt: skip
_FREQUENCIES = {"usage": "Usage-Based", "adjustment": "Usage-Based", "recurring": "Recurring"}


class UnknownTableFormat(TollbookError):
    """A file name that is neither CSV nor Parquet."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: a charge table is written as .csv or .parquet; name the file so")


def focus_table(bill: Bill, client: Client, brand: Brand, *, number: str | None = None) -> pa.Table:
    """The charge table, typed as `SCHEMA`; moments are UTC, days begin in the bill's time zone.

    Args:
        bill: a draft or a final one.
        client: whom it bills.
        brand: who sends it.
        number: of the invoice; null in a draft.
    """
    start, end = bill.month.bounds(bill.time_zone)
    same = {
        "BillingAccountId": client.client,
        "BillingAccountName": client.name,
        "BillingCurrency": bill.currency,
        "BillingPeriodStart": start,
        "BillingPeriodEnd": end,
        "ChargePeriodStart": start,
        "ChargePeriodEnd": end,
        "InvoiceId": number,
        "InvoiceIssuerName": brand.legal_name,
        "ProviderName": brand.name,
        "PublisherName": brand.name,
        "ServiceCategory": "Mobile",
        "ServiceSubcategory": "Other (Mobile)",
    }
    rows = [*_lines(bill), *(_tax(tax) for tax in bill.taxes)]
    return pa.Table.from_pylist([same | row for row in rows], schema=SCHEMA)


def write_focus(table: pa.Table, path: Path) -> Path:
    """Write a charge table as CSV or Parquet, as the path's name says.

    Raises:
        UnknownTableFormat: another name.
    """
    if path.suffix not in {".csv", ".parquet"}:
        raise UnknownTableFormat(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(table.replace_schema_metadata({"FocusVersion": VERSION}), path)
    else:
        path.write_bytes(_csv(table))
    return path


def _csv(table: pa.Table) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(table.column_names)
    rows.writerows([_cell(value) for value in row.values()] for row in table.to_pylist())
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    """As FOCUS writes it: null is empty, moments are `2026-10-01T00:00:00Z`, numbers are plain."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, Decimal):
        return decimal_text(value)
    return spreadsheet_text(value) if isinstance(value, str) else str(value)


def _lines(bill: Bill) -> Iterator[dict[str, Any]]:
    for line in bill.lines:
        common = {
            "ChargeCategory": _CATEGORIES[line.kind],
            "ChargeClass": "Correction" if line.month or bill.refers_to else None,
            "ChargeFrequency": _FREQUENCIES.get(line.kind, "One-Time"),
            "PricingCategory": "Standard",
            "PricingUnit": line.unit,
            "ServiceName": line.label,
            "SkuId": line.charge,
            "SkuMeter": line.unit,
            "SkuPriceId": line.charge,
        }
        if not line.items:
            yield common | _fee(line)
        for item in line.items:
            yield common | _usage(bill, line, item)


def _fee(line: Line) -> dict[str, Any]:
    consumed = {"ConsumedQuantity": line.quantity, "ConsumedUnit": line.unit}
    return {
        **_costs(line.amount),
        **(consumed if _CATEGORIES[line.kind] == "Usage" else {}),
        "ChargeDescription": line.label,
        "PricingQuantity": line.quantity,
    }


def _usage(bill: Bill, line: Line, item: Item) -> dict[str, Any]:
    start, end = _day(item.day, bill.time_zone)
    contracted = item.amount
    if item.unit_price is not None:
        with localcontext(prec=PRECISION):
            contracted = item.quantity * item.unit_price
    place = " ".join(text for text in (item.channel, item.country, item.network) if text)
    return {
        **_costs(item.amount, contracted),
        "ChargeDescription": f"{line.label}, {place}, {item.day}: {item.reason}",
        "ChargePeriodStart": start,
        "ChargePeriodEnd": end,
        "ConsumedQuantity": item.quantity,
        "ConsumedUnit": line.unit,
        "ContractedUnitPrice": item.unit_price,
        "PricingQuantity": item.quantity,
        "SkuMeter": f"{item.channel} {line.unit}",
        "SkuPriceDetails": json.dumps({"x_Reason": item.reason}, ensure_ascii=False) if item.reason else None,
        "SkuPriceId": "/".join(text for text in (line.charge, item.channel, item.country, item.network) if text),
        "x_Channel": item.channel,
        "x_Country": item.country or None,
        "x_Direction": item.direction,
        "x_Messages": item.messages,
        "x_Network": item.network or None,
    }


def _day(day: date, zone: str) -> tuple[datetime, datetime]:
    return day_start(day, zone), day_start(day + timedelta(days=1), zone)


def _tax(tax: TaxLine) -> dict[str, Any]:
    return {
        **_costs(tax.amount),
        "ChargeCategory": "Tax",
        "ChargeDescription": f"{tax.label} on {tax.basis:f}",
        "ChargeFrequency": "One-Time",
        "ServiceName": tax.label,
        "SkuId": None,
    }


def _costs(billed: Decimal, contracted: Decimal | None = None) -> dict[str, Decimal]:
    whole = billed if contracted is None else contracted
    return {"BilledCost": billed, "EffectiveCost": billed, "ContractedCost": whole, "ListCost": whole}
