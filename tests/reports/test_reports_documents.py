"""The report as PDF and HTML: complete, escaped, accessible, the same each time."""

import re
from ctypes import create_string_buffer
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2
import pytest
from pypdfium2 import raw

from tollbook.billing.documents import Brand
from tollbook.rating.contracts import ReportWishes
from tollbook.reports import Report, make_report, report_html, report_pdf, write_report
from tollbook.reports.pictures import PICTURES
from tollbook.reports.sample import sample_material
from tollbook.reports.words import translations


class Page(HTMLParser):
    """What a screen reader meets: pictures' alternative texts, headings; and addresses that would be fetched."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def reports(brand: Brand) -> dict[str, Report]:
    return {kind: make_report(sample_material(kind), brand) for kind in ("usual", "tiny", "empty", "hebrew")}


def pdf_text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


def alternative_texts(pdf: bytes) -> list[str]:
    """The alternative texts in the structure that a screen reader walks, page by page."""
    document, found = pypdfium2.PdfDocument(pdf), []
    for page in document:
        tree = raw.FPDF_StructTree_GetForPage(page)
        queue = [raw.FPDF_StructTree_GetChildAtIndex(tree, n) for n in range(raw.FPDF_StructTree_CountChildren(tree))]
        while queue:
            element = queue.pop(0)
            if not element:
                continue
            size = raw.FPDF_StructElement_GetAltText(element, None, 0)
            if size > 2:
                text = create_string_buffer(size)
                raw.FPDF_StructElement_GetAltText(element, text, size)
                found.append(text.raw[: size - 2].decode("utf-16-le"))
            children = range(raw.FPDF_StructElement_CountChildren(element))
            queue = [*(raw.FPDF_StructElement_GetChildAtIndex(element, n) for n in children), *queue]
        raw.FPDF_StructTree_Close(tree)
    document.close()
    return found


@pytest.mark.parametrize("kind", ["usual", "tiny", "empty", "hebrew"])
def test_every_picture_has_its_finding_as_alternative_text(kind: str, reports: dict[str, Report]) -> None:
    report = reports[kind]
    page = Page(report_html(report))
    assert [picture["alt"] for picture in page.all("img")] == [section.finding for section in report.sections]
    assert all(section.finding for section in report.sections)
    assert page.all("html") == [{"lang": report.language, "dir": report.direction}]
    pdf = report_pdf(report)
    assert b"/Lang" in pdf
    assert list(dict.fromkeys(alternative_texts(pdf))) == [section.finding for section in report.sections]
    assert b"pdfuaid" in pdf  # PDF/UA-1, which Typst grants only when every figure has its alternative text


def test_the_page_needs_nothing_else(reports: dict[str, Report]) -> None:
    page = Page(report_html(reports["usual"]))
    assert page.all("script") == page.all("link") == []
    assert all(str(picture["src"]).startswith("data:image/svg+xml;base64,") for picture in page.all("img"))


def test_hebrew_reads_from_right_to_left_and_in_hebrew(reports: dict[str, Report]) -> None:
    report = reports["hebrew"]
    assert (report.language, report.direction) == ("he", "rtl")
    assert all(re.search("[\u0590-\u05ff]", text) for section in report.sections for text in
               (section.title, section.finding, section.note))  # fmt: skip
    assert re.search("[\u0590-\u05ff]", pdf_text(report_pdf(report)))


def test_the_language_follows_the_clients_wish(brand: Brand) -> None:
    of = sample_material("tiny")
    he = of.client.model_copy(update={"report": ReportWishes(language="he")})
    assert make_report(replace(of, client=he), brand).direction == "rtl"


def test_a_name_is_text_and_nothing_else(brand: Brand) -> None:
    of = sample_material("tiny")
    name = '<script>alert(1)</script> #panic("x") $x$'
    report = make_report(replace(of, client=of.client.model_copy(update={"name": name})), brand)
    assert "<script" not in report_html(report)
    assert "#panic" in pdf_text(report_pdf(report)).replace("\u200b", "")


def test_the_same_month_gives_the_same_bytes(brand: Brand, reports: dict[str, Report]) -> None:
    again = make_report(sample_material("tiny"), brand)
    assert report_pdf(again) == report_pdf(reports["tiny"])
    assert report_html(again) == report_html(reports["tiny"])


def test_both_files_are_written_and_nothing_else(tmp_path: Path, reports: dict[str, Report]) -> None:
    paths = write_report(reports["tiny"], tmp_path / "new")
    assert [path.name for path in paths] == ["report.pdf", "report.html"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["report.html", "report.pdf"]


def test_every_language_has_every_word() -> None:
    english, hebrew = translations()["en"], translations()["he"]
    assert english.keys() == hebrew.keys()
    for kind in ("titles", "notes"):
        assert english[kind].keys() == hebrew[kind].keys() == PICTURES.keys()
    for key in english.keys() - {"titles", "notes"}:
        assert set(re.findall(r"\{\w+\}", english[key])) == set(re.findall(r"\{\w+\}", hebrew[key])), key
