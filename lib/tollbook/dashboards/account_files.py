"""The files of an invoice, made or found for one download: nothing of them is served."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from tollbook.billing.documents import read_brand, write_draft
from tollbook.billing.issued import UnknownInvoice
from tollbook.dashboards.account_reading import AccountBook, AccountReading
from tollbook.errors import TollbookError

KINDS = {"pdf": "application/pdf", "csv": "text/csv"}


class NoSuchFormat(TollbookError):
    """A kind of file there is not."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no {kind[:10]!r} of an invoice: there are {', '.join(KINDS)}")


@dataclass(frozen=True, slots=True)
class File:
    """A file on its way to a browser."""

    name: str
    kind: str
    data: bytes


def file_of(book: AccountBook, reading: AccountReading, number: str, kind: str) -> File:
    """A final document's file, or the draft's where `number` is empty.

    Raises:
        NoSuchFormat: neither pdf nor csv.
        UnknownInvoice: no document of this number is this client's.
    """
    if kind not in KINDS:
        raise NoSuchFormat(kind)
    if number:
        issued = next((one for one in reading.issued if one.number == number), None)
        if issued is None:
            raise UnknownInvoice(number[:40])
        path = book.document_file(issued, kind)
        return File(path.name, KINDS[kind], path.read_bytes())
    brand = read_brand(book.settings.parameters / "brand.yaml")
    name = f"{reading.choice.client}-{reading.month}-draft.{kind}"
    with tempfile.TemporaryDirectory() as private:
        bill = book.preview(reading.client.client, reading.month)
        paths = write_draft(bill, reading.client, brand, Path(private))
        return File(name, KINDS[kind], next(path for path in paths if path.suffix == f".{kind}").read_bytes())
