"""A bill's documents in a folder: `invoice.json`, `invoice.csv`, `invoice.pdf`; of a final one also the e-invoice."""

import json
import tempfile
import warnings
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from tollbook.billing.bill import Bill
from tollbook.billing.documents.as_csv import invoice_csv
from tollbook.billing.documents.as_json import contract_of, invoice_json
from tollbook.billing.documents.as_pdf import invoice_pdf
from tollbook.billing.documents.as_ubl import NotAnEInvoice, invoice_ubl
from tollbook.billing.documents.brand import Brand
from tollbook.rating.contracts import Client

KINDS = ("json", "csv", "pdf", "xml")


def write_draft(bill: Bill, client: Client, brand: Brand, folder: Path) -> list[Path]:
    """The documents of a draft, as if issued on the first day after the month.

    So the same bill gives the same files whenever they are written.
    """
    contents = _contents(bill, client, brand, issued_on=bill.month.shift(1).first, number=None)
    return _replace(folder, {f"invoice.{kind}": content for kind, content in contents.items()})


def due_date(bill: Bill, client: Client, issued_on: date) -> date:
    """The day by which an invoice issued on a day is to be paid."""
    return issued_on + timedelta(days=contract_of(bill, client).payment_days)


def numbered_paths(folder: Path, number: str) -> list[Path]:
    """Where an issued invoice's JSON, CSV, PDF and e-invoice (XML) lie."""
    return [numbered_path(folder, number, kind) for kind in KINDS]


def numbered_path(folder: Path, number: str, kind: str) -> Path:
    """Where one of them lies, `kind` of `KINDS`."""
    return folder / f"{number}.{kind}"


def write_numbered(
    bill: Bill, client: Client, brand: Brand, folder: Path, *, issued_on: date, number: str
) -> list[Path]:
    """The documents of an issued invoice under its number; files that are there already are left as they are.

    A bill that EN 16931 has no form for goes without an e-invoice: what is owed does not depend on it.
    """
    contents = _contents(bill, client, brand, issued_on=issued_on, number=number)
    try:
        due_on = due_date(bill, client, issued_on)
        contents["xml"] = invoice_ubl(bill, client, brand, issued_on=issued_on, due_on=due_on, number=number)
    except NotAnEInvoice as error:
        warnings.warn(str(error), stacklevel=2)
    paths = {folder / f"{number}.{kind}": content for kind, content in contents.items()}
    _replace(folder, {path.name: content for path, content in paths.items() if not path.exists()})
    return [*paths]


def _contents(bill: Bill, client: Client, brand: Brand, *, issued_on: date, number: str | None) -> dict[str, bytes]:
    due_on = due_date(bill, client, issued_on)
    document = invoice_json(bill, client, issued_on=issued_on, due_on=due_on, number=number)
    return {
        "json": (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(),
        "csv": invoice_csv(bill),
        "pdf": invoice_pdf(bill, client, brand, issued_on=issued_on, due_on=due_on, number=number),
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
