"""The report as one HTML file that needs nothing else: pictures inside, each with its finding and its table."""

from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from tollbook.reports.report import Report, Section
from tollbook.reports.words import translations

CSS_INCH = 96  # pixels of a page for an inch


def report_html(report: Report) -> str:
    """The report as a page; every text is escaped, no script, nothing is fetched."""
    return _template().render(
        report=report,
        texts=report.texts,
        brand=report.brand,
        colours=report.brand.colours,
        sections=[_section(section, report.language) for section in report.sections],
    )


def _section(section: Section, language: str) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": section.title,
        "finding": section.finding,
        "note": section.note,
        "picture": b64encode(section.svg).decode("ascii"),
        "width": round(section.width * CSS_INCH),
        "table": section.table,
        "table_title": str(translations()[language]["table_of"]).format(title=section.title),
    }


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    return environment.from_string(files(__package__).joinpath("report.html.j2").read_text("utf-8"))
