"""Filing: the documents of final invoices and credit notes, written once and found again."""

from collections.abc import Callable
from pathlib import Path

from tollbook.billing.bill import Bill
from tollbook.billing.credit_notes import credit_again
from tollbook.billing.documents import focus_table, numbered_paths, read_brand, write_focus, write_numbered
from tollbook.billing.issued import Issued, all_issued
from tollbook.billing.issuing import Office, again, pinned_terms
from tollbook.period import Month
from tollbook.rating.contracts import Client


def file_documents(office: Office, issued: Issued, made: Bill | None = None) -> list[Path]:
    """The files of a final document, written where they are missing.

    Args:
        office: the store, the reader of usage, the folder.
        issued: the document.
        made: its bill where it is at hand; computed anew from the pins when files are missing.
    """
    folder = office.invoices / issued.folder
    office.files.bring(folder)
    paths = numbered_paths(folder, issued.number)
    if all(path.exists() for path in paths):
        return paths
    brand = read_brand(office.parameters / "brand.yaml")
    client = pinned_terms(office, issued).client
    whole = made or bill_again(office, issued)
    written = write_numbered(whole, client, brand, folder, issued_on=issued.issued_on, number=issued.number)
    office.files.keep(*written)
    return written


def bill_again(office: Office, issued: Issued) -> Bill:
    """The bill of a final document, computed anew from its pins."""
    return credit_again(office, issued) if issued.kind == "credit_note" else again(office, issued)


def file_focus(office: Office, client: Client, month: Month, draft: Callable[[], Bill], path: Path) -> Path:
    """Write a month's charges as a FOCUS table: those of the final invoice, or of the draft where there is none."""
    found = [one for one in all_issued(office.documents, client=client.client, kind="invoice") if one.month == month]
    made, number = (bill_again(office, found[0]), found[0].number) if found else (draft(), None)
    brand = read_brand(office.parameters / "brand.yaml")
    return write_focus(focus_table(made, client, brand, number=number), path)
