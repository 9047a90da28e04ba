"""Pages people open: an executed notebook without its code, and the month's index.

No page asks another host for anything or runs a script: its own content security policy forbids both, so a name or
a message that found its way into an output stays text.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import mistune
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from mistune.util import safe_entity

from tollbook.runs.spec import RunSpec

# First the richest form an output has that needs no script.
_FORMS = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/plain")
# An amount, count or share: sign or bracket, currency sign or code, digits with any locale's marks, unit (`points`).
_NUMBER = re.compile(
    r"\s*(?:under )?[-+\u2212(]?[^\w\s]{0,3}\s?[-+\u2212]?(?:[A-Z]{3}\s?)?"
    r"\d[\d,.\s'\u2019\u00a0\u202f]*\s?(?:%|[^\w\s]|[A-Za-z]{1,7})?\)?\s*"
)
_BLANK = re.compile(r"\s*(?:[\u2013\u2014-]|nan|None|&nbsp;|)\s*", re.IGNORECASE)
_UNSEEN = re.compile(r"<[^>]*>|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # tags, marks of direction
# What pandas puts around every table: its own rules would turn headings away from their columns.
_PANDAS = re.compile(
    r"<style scoped>.*?</style>\s*|(?<=<tr) style=\"text-align: right;\"|(?<=<table) border=\"1\"", re.DOTALL
)
# The name of an index, which pandas sets on a line of its own under the other headings.
_INDEX_NAME = re.compile(
    r"(<thead>\s*<tr[^>]*>\s*)<th></th>((?:(?!</tr>).)*</tr>)\s*<tr[^>]*>\s*(<th>[^<]*</th>)(?:\s*<th></th>)*\s*</tr>",
    re.DOTALL,
)
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[dh])\b([^>]*)>(.*?)</\1>", re.DOTALL)


@cache
def pages() -> Environment:
    """The templates, escaping everything that is not marked as HTML."""
    environment = Environment(
        loader=PackageLoader("tollbook.runs", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = files("tollbook.runs").joinpath("pages", "page.css").read_text("utf-8")
    environment.globals["style"] = Markup(style)  # noqa: S704 - our own file
    return environment


def report_page(spec: RunSpec, notebook: Any) -> str:
    """The executed notebook as one HTML file: its prose, tables and pictures, without code or parameters."""
    blocks = [block for cell in notebook.cells for block in _cell_blocks(cell)]
    return (
        pages()
        .get_template("report.html.j2")
        .render(title=_title(notebook) or spec.notebook.capitalize(), spec=spec, blocks=blocks)
    )


def _title(notebook: Any) -> str:
    prose = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = (re.search(r"(?m)^#\s+(.+)$", source) for source in prose)
    return next((match[1].strip() for match in found if match), "")


def _cell_blocks(cell: Any) -> list[tuple[str, Markup]]:
    if cell.cell_type == "markdown":
        return [("prose", _markdown(cell.source))]
    return [block for output in cell.get("outputs", []) if (block := _output_block(output))]


def _output_block(output: Any) -> tuple[str, Markup] | None:
    """(CSS class, HTML) of one output; None for what only concerns the analyst, such as warnings."""
    if output.output_type == "stream":
        return ("text", _preformatted(output.text)) if output.name == "stdout" else None
    data = output.get("data", {})
    form = next((form for form in _FORMS if form in data), None)
    if form is None or "application/vnd.jupyter.widget-view+json" in data:
        return None
    content = data[form] if isinstance(data[form], str) else "".join(data[form])
    if form == "text/plain":
        return None if content.startswith("<") else ("text", _preformatted(content))
    if form == "text/markdown":
        return "prose", _markdown(content)
    if form in {"image/png", "image/jpeg"}:
        alt = output.get("metadata", {}).get(form, {}).get("alt", "chart")  # its finding; see `charts.pictures`
        picture = Markup('<img src="data:{};base64,{}" alt="{}">').format(form, "".join(content.split()), alt)
        return "picture", picture
    # Notebooks are ours and escape what they show (pandas does); the page's policy stops what they miss.
    return "html", Markup(align_numbers(_INDEX_NAME.sub(r"\1\3\2", _PANDAS.sub("", content))))  # noqa: S704


class _Renderer(mistune.HTMLRenderer):
    """Escapes HTML and drops script links, as mistune does, but reads entities: names are written with them."""

    def text(self, text: str) -> str:
        return safe_entity(text)


def _markdown(text: str) -> Markup:
    render = mistune.create_markdown(renderer=_Renderer(escape=True), plugins=["table", "strikethrough"])
    return Markup(align_numbers(str(render(text))))  # noqa: S704


def _preformatted(text: str) -> Markup:
    return Markup("<pre>{}</pre>").format(re.sub(r"\x1b\[[0-9;]*m", "", text))


def align_numbers(html: str) -> str:
    """Mark each table's number columns, heading included, with the class `num`, so that digits stand in line."""
    return _TABLE.sub(lambda table: _align_table(table[0]), html)


def _align_table(table: str) -> str:
    rows = [_CELL.findall(row) for row in _ROW.findall(table)]
    if any("span=" in attributes for row in rows for _, attributes, _ in row):
        return _CELL.sub(_mark_if_number, table)
    width = max((len(row) for row in rows), default=0)
    columns = [[row[i] for row in rows if len(row) > i and row[i][0] == "td"] for i in range(width)]
    numeric = {i for i, cells in enumerate(columns) if _all_numbers([text for _, _, text in cells])}

    def mark(row: re.Match[str]) -> str:
        place = iter(range(width))
        return _CELL.sub(lambda cell: _marked(cell) if next(place) in numeric else cell[0], row[0])

    return _ROW.sub(mark, table)


def _all_numbers(texts: list[str]) -> bool:
    bare = [_UNSEEN.sub("", text) for text in texts]
    told = [text for text in bare if not _BLANK.fullmatch(text)]
    return bool(told) and all(_NUMBER.fullmatch(text) for text in told)


def _mark_if_number(cell: re.Match[str]) -> str:
    return _marked(cell) if cell[1] == "td" and _all_numbers([cell[3]]) else cell[0]


def _marked(cell: re.Match[str]) -> str:
    tag, attributes, content = cell.groups()
    if 'class="' in attributes:
        attributes = attributes.replace('class="', 'class="num ', 1)
    else:
        attributes += ' class="num"'
    return f"<{tag}{attributes}>{content}</{tag}>"
