"""A bill's three documents in a folder: `invoice.json`, `invoice.csv`, `invoice.pdf`."""

import json
import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from tollbook.billing.bill import Bill
from tollbook.billing.documents.as_csv import invoice_csv
from tollbook.billing.documents.as_json import contract_of, invoice_json
from tollbook.billing.documents.as_pdf import invoice_pdf
from tollbook.billing.documents.brand import Brand
from tollbook.rating.contracts import Client


def write_draft(bill: Bill, client: Client, brand: Brand, folder: Path) -> list[Path]:
    """The documents of a draft, as if issued on the first day after the month.

    So the same bill gives the same files whenever they are written.
    """
    return _write(bill, client, brand, folder, issued_on=bill.month.shift(1).first)


def write_final(bill: Bill, client: Client, brand: Brand, folder: Path, *, issued_on: date, number: str) -> list[Path]:
    """The documents of an issued invoice; payable after the contract's `payment_days`."""
    return _write(bill, client, brand, folder, issued_on=issued_on, number=number)


def due_date(bill: Bill, client: Client, issued_on: date) -> date:
    """The day by which an invoice issued on a day is to be paid."""
    return issued_on + timedelta(days=contract_of(bill, client).payment_days)


def write_numbered(
    bill: Bill, client: Client, brand: Brand, folder: Path, *, issued_on: date, number: str
) -> list[Path]:
    """The documents of an issued invoice under its number; files that are there already are left as they are."""
    paths = [folder / f"{number}.{kind}" for kind in ("json", "csv", "pdf")]
    if not all(path.exists() for path in paths):
        contents = _contents(bill, client, brand, issued_on=issued_on, number=number)
        new = {path.name: content for path, content in zip(paths, contents.values(), strict=True) if not path.exists()}
        _replace(folder, new)
    return paths


def _write(
    bill: Bill, client: Client, brand: Brand, folder: Path, *, issued_on: date, number: str | None = None
) -> list[Path]:
    return _replace(folder, _contents(bill, client, brand, issued_on=issued_on, number=number))


def _contents(
    bill: Bill, client: Client, brand: Brand, *, issued_on: date, number: str | None
) -> dict[str, bytes]:
    due_on = due_date(bill, client, issued_on)
    document = invoice_json(bill, client, issued_on=issued_on, due_on=due_on, number=number)
    return {
        "invoice.json": (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(),
        "invoice.csv": invoice_csv(bill),
        "invoice.pdf": invoice_pdf(bill, client, brand, issued_on=issued_on, due_on=due_on, number=number),
    }


def _replace(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write every file whole beside its place, then move all there: a reader never meets half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".invoice-") as aside:
        for name, content in contents.items():
            (Path(aside) / name).write_bytes(content)
        for name in contents:
            (Path(aside) / name).replace(folder / name)
    return [folder / name for name in contents]
