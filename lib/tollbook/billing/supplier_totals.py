"""Suppliers' own totals of a month, as their invoices state them: `parameters/suppliers/<month>.csv`.

Columns: `client,source,messages,segments,cost`; an empty cell is not stated and not compared.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from tollbook.errors import TollbookError
from tollbook.period import Month

COLUMNS = ("client", "source", "messages", "segments", "cost")


class BadSupplierTotals(TollbookError):
    """A file of suppliers' totals that cannot be read."""

    def __init__(self, path: Path, line: int, fault: str) -> None:
        super().__init__(f"{path}, line {line}: {fault}; the columns are {','.join(COLUMNS)}")


@dataclass(frozen=True, slots=True)
class Stated:
    """What a supplier states for a client and month; None: not stated."""

    source: str
    messages: Decimal | None
    segments: Decimal | None
    cost: Decimal | None


def read_supplier_totals(parameters: Path, client: str, month: Month) -> list[Stated]:
    """What suppliers state for a client's month; nothing when there is no file.

    Raises:
        BadSupplierTotals: other columns, or a number that cannot be read; the line is named.
    """
    path = parameters / "suppliers" / f"{month}.csv"
    if not path.exists():
        return []
    rows = csv.DictReader(path.read_text("utf-8-sig").splitlines())
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise BadSupplierTotals(path, 1, f"the header is {','.join(rows.fieldnames or ())}")
    return [_stated(path, rows.line_num, row) for row in rows if row["client"] == client]


def _stated(path: Path, line: int, row: Mapping[str, str | None]) -> Stated:
    try:
        numbers = [Decimal(row[name] or "") if row[name] else None for name in ("messages", "segments", "cost")]
    except InvalidOperation as error:
        raise BadSupplierTotals(path, line, f"{dict(row)} is not all numbers") from error
    return Stated(row["source"] or "", *numbers)
