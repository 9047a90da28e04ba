"""The report as PDF: set by Typst from `report.typ`, in the fonts of the invoice, tagged for screen readers (PDF/UA-1).

Texts reach the template as data, never as markup. The pictures lie beside it in a folder that exists only for the
moment; the same report gives the same bytes, dated at the first day after its month.
"""

import json
import tempfile
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, cast

import typst

from tollbook.billing.documents.content import printable
from tollbook.errors import TollbookError
from tollbook.period import Month
from tollbook.reports.report import Report, Section

# What Typst says when a standard forbids a sign: no font has it, or it belongs to nobody (private use).
_UNPRINTABLE = ("could not be displayed", "codepoint")


class ReportFailed(TollbookError):
    """Typst could not set a report: a fault of the template, or of a sign no font has."""

    def __init__(self, client: str, reason: str) -> None:
        super().__init__(f"cannot set the report of {client} as PDF: {reason}; report.html says the same")


def report_pdf(report: Report) -> bytes:
    """The report on A4 (US Letter for clients in the US and Canada).

    Raises:
        ReportFailed: Typst gave up.
    """
    try:
        return _compile(report, standard=True)
    except typst.TypstError as error:
        if not any(words in error.message for words in _UNPRINTABLE):
            raise ReportFailed(report.client, error.message) from error
    try:
        return _compile(report, standard=False)
    except typst.TypstError as error:
        raise ReportFailed(report.client, error.message) from error


def _compile(report: Report, *, standard: bool) -> bytes:
    moment = datetime.combine(Month.parse(report.month).shift(1).first, time(), UTC)
    with tempfile.TemporaryDirectory(prefix="tollbook-report-") as name:
        folder = Path(name)
        (folder / "report.typ").write_bytes(files(__package__).joinpath("report.typ").read_bytes())
        for section in report.sections:
            (folder / f"{section.name}.svg").write_bytes(section.svg)
        inputs = {"data": json.dumps(_content(report), ensure_ascii=False)}
        fonts = _fonts(machine=not standard)
        compiler = typst.Compiler(str(folder / "report.typ"), root=name, font_paths=fonts, sys_inputs=inputs)
        pdf = compiler.compile(format="pdf", timestamp=moment, pdf_standards=["ua-1"] if standard else [])
    return cast("bytes", pdf)  # a PDF is one file; only pictures come as lists


def _content(report: Report) -> dict[str, Any]:
    brand = report.brand
    return {
        "language": report.language,
        "direction": report.direction,
        "paper": report.paper,
        "colours": brand.colours.model_dump(),
        "brand": {
            "name": printable(brand.name),
            "initials": brand.initials,
            "legal": [printable(text) for text in (brand.legal_name, *brand.address)],
            "contact": [printable(text) for text in (brand.email, brand.phone) if text],
        },
        "texts": {key: printable(text) for key, text in report.texts.items()},
        "cards": [[printable(text) for text in card] for card in report.cards],
        "sections": [_section(section) for section in report.sections],
    }


def _section(section: Section) -> dict[str, str]:
    texts = {"title": section.title, "finding": section.finding, "note": section.note}
    return {"picture": f"{section.name}.svg", **{key: printable(text) for key, text in texts.items()}}


@cache
def _fonts(*, machine: bool) -> typst.Fonts:
    with as_file(files("tollbook.billing").joinpath("documents/fonts")) as folder:
        return typst.Fonts(include_system_fonts=machine, include_embedded_fonts=True, font_paths=[str(folder)])
