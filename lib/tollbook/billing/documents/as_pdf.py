"""The invoice as PDF, for people: set by Typst from `invoice.typ`, with the invoice's JSON attached.

The texts reach the template as data, never as markup, so a name cannot run anything. The fonts are those beside
this file (Noto Sans and Noto Sans Hebrew), so the page is the same on every machine; the file is PDF/A-3a (for
archives) and PDF/UA-1 (for screen readers). Only a sign those fonts lack, such as a Chinese name, is looked for in
the machine's own fonts, and such a file claims neither standard.
"""

import json
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import as_file, files
from typing import Literal, cast

import typst

from tollbook.billing.bill import Bill
from tollbook.billing.documents.brand import Brand
from tollbook.billing.documents.content import invoice_content
from tollbook.errors import TollbookError
from tollbook.rating.contracts import Client

Standard = Literal["a-3a", "ua-1"]
STANDARDS: tuple[Standard, ...] = ("a-3a", "ua-1")
# What Typst says when a standard forbids a sign: no font has it, or it belongs to nobody (private use).
_UNPRINTABLE = ("could not be displayed", "codepoint")


class PdfFailed(TollbookError):
    """Typst could not set an invoice: a fault of the template, or of a sign no font has."""

    def __init__(self, client: str, reason: str) -> None:
        super().__init__(f"cannot set the invoice of {client} as PDF: {reason}; its JSON and CSV hold the same figures")


def invoice_pdf(
    bill: Bill, client: Client, brand: Brand, *, issued_on: date, due_on: date, number: str | None = None
) -> bytes:
    """The invoice on A4 (US Letter for clients in the US and Canada); a draft, marked so, unless it has a number.

    The same arguments give the same bytes: the file's own date is `issued_on` at 00:00 UTC.

    Raises:
        PdfFailed: Typst gave up.
    """
    content = invoice_content(bill, client, brand, issued_on=issued_on, due_on=due_on, number=number)
    inputs = {"data": json.dumps(content, ensure_ascii=False)}
    moment = datetime.combine(issued_on, time(), UTC)
    try:
        return _compile(inputs, moment, standards=STANDARDS)
    except typst.TypstError as error:
        if not any(words in error.message for words in _UNPRINTABLE):
            raise PdfFailed(bill.client, error.message) from error
    try:
        return _compile(inputs, moment, standards=())
    except typst.TypstError as error:
        raise PdfFailed(bill.client, error.message) from error


def _compile(inputs: dict[str, str], moment: datetime, *, standards: tuple[Standard, ...]) -> bytes:
    # A compiler of its own for every call (0.1 ms): two threads must not share one's inputs.
    compiler = typst.Compiler(_template(), font_paths=_fonts(machine=not standards), sys_inputs=inputs)
    pdf = compiler.compile(format="pdf", timestamp=moment, pdf_standards=[*standards])
    return cast("bytes", pdf)  # a PDF is one file; only pictures come as lists


@cache
def _template() -> bytes:
    return files(__package__).joinpath("invoice.typ").read_bytes()


@cache
def _fonts(*, machine: bool) -> typst.Fonts:
    with as_file(files(__package__).joinpath("fonts")) as folder:
        return typst.Fonts(include_system_fonts=machine, include_embedded_fonts=True, font_paths=[str(folder)])
