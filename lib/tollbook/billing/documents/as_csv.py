"""The itemised bill as CSV: one row per line, destination and day; RFC 4180, UTF-8.

The file starts with a byte order mark: without it Excel reads UTF-8 as the machine's own code page and breaks
Hebrew labels. pandas, DuckDB and LibreOffice skip the mark.
"""

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd

from tollbook.billing.bill import Bill, Item, Line
from tollbook.billing.documents.decimals import decimal_text
from tollbook.errors import TollbookError
from tollbook.money import ZERO, minor_digits

COLUMNS = (
    "line",
    "charge",
    "day",
    "channel",
    "direction",
    "country",
    "network",
    "messages",
    "segments",
    "quantity",
    "unit_price",
    "amount",
    "currency",
    "reason",
)
# OWASP "CSV injection": signs that make a spreadsheet run a cell, and their full-width twins.
_RUNS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_NEGATIVE = re.compile(r"-\d+(\.\d+)?")


class AmountsDiffer(TollbookError):
    """Items that do not add up to their line: a fault of the bill that must not reach a client."""

    def __init__(self, bill: Bill, line: Line, found: Decimal) -> None:
        super().__init__(
            f"{bill.client} {bill.month}, charge {line.charge}: items add up to {found}, the line says {line.amount}; "
            "compute the bill again, and report this if it stays"
        )


def invoice_csv(bill: Bill) -> bytes:
    """Every item of the bill; the amounts of a charge add up to its invoice line exactly.

    A line without usage (a monthly fee) is one row with no day. Countries are ISO 3166 alpha-2, networks MCC + MNC.

    Raises:
        AmountsDiffer: the items of a line do not add up to it.
    """
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for line in bill.lines:
        rows.writerows(_rows(bill, line))
    return text.getvalue().encode("utf-8-sig")


def _rows(bill: Bill, line: Line) -> Iterator[list[str]]:
    if not line.items:
        amount = decimal_text(line.amount, minor_digits(bill.currency))
        quantity = decimal_text(line.quantity)
        yield [
            spreadsheet_text(line.label),
            spreadsheet_text(line.charge),
            *[""] * 7,
            quantity,
            "",
            amount,
            bill.currency,
            line.kind,
        ]
        return
    total = sum((item.amount for item in line.items), ZERO)
    if total != line.amount:
        raise AmountsDiffer(bill, line, total)
    for item in line.items:
        yield _row(bill.currency, line, item)


def _row(currency: str, line: Line, item: Item) -> list[str]:
    texts = (item.channel, item.direction, item.country, item.network)
    return [
        spreadsheet_text(line.label),
        spreadsheet_text(line.charge),
        item.day.isoformat(),
        *(spreadsheet_text(text) for text in texts),
        str(item.messages),
        str(item.segments),
        decimal_text(item.quantity),
        "" if item.unit_price is None else decimal_text(item.unit_price, minor_digits(currency)),
        decimal_text(item.amount, minor_digits(currency)),
        currency,
        spreadsheet_text(item.reason),
    ]


def spreadsheet_text(value: str) -> str:
    """`value` as a spreadsheet may show it: what it would run gets a leading apostrophe; `-5` stays."""
    return f"'{value}" if value.startswith(_RUNS) and not _NEGATIVE.fullmatch(value) else value


def read_invoice_csv(path: Path) -> pd.DataFrame:
    """Read an itemised invoice back: its columns as text, `amount` as Decimal. For checks, not for billing."""
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    return pd.DataFrame([{**row, "amount": Decimal(row["amount"])} for row in rows], columns=list(COLUMNS))
