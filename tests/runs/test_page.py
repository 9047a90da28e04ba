import re
from typing import Any

import nbformat
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib.figure import Figure

from tollbook.charts.pictures import picture
from tollbook.charts.words import markdown
from tollbook.period import Month
from tollbook.runs.page import align_numbers, report_page
from tollbook.runs.spec import RunSpec

FORMAT: Any = nbformat.v4
SPEC = RunSpec("acme", Month(2026, 10), "billing")


def page(*outputs: Any, prose: str = "# The bill") -> str:
    cells = [FORMAT.new_markdown_cell(prose), FORMAT.new_code_cell("secret_sauce()", outputs=list(outputs))]
    return report_page(SPEC, FORMAT.new_notebook(cells=cells))


def shown(**data: str) -> Any:
    return FORMAT.new_output("display_data", {name.replace("_", "/"): value for name, value in data.items()})


def test_code_stays_behind_and_results_are_shown() -> None:
    html = page(
        FORMAT.new_output("stream", name="stdout", text="3 rows < 4"),
        FORMAT.new_output("stream", name="stderr", text="DeprecationWarning"),
        shown(image_png="aGVsbG8=\n", text_plain="<Figure size 900x420>"),
        shown(text_html="<table><tr><td>12</td></tr></table>", text_plain="12"),
        shown(text_plain="<Axes: >"),
    )
    assert "secret_sauce" not in html
    assert "3 rows &lt; 4" in html
    assert "DeprecationWarning" not in html
    assert 'src="data:image/png;base64,aGVsbG8="' in html
    assert "<Axes" not in html
    assert "Axes: " not in html
    assert "<title>The bill · acme · October 2026</title>" in html


def test_a_picture_says_its_finding_to_who_cannot_see_it() -> None:
    figure = Figure()
    figure.set_label("Usage rose by <3> \u201ctimes\u201d")
    data, about = DisplayFormatter().format(picture(figure))  # type: ignore[no-untyped-call]
    html = page(FORMAT.new_output("display_data", data, metadata=about))
    assert 'alt="Usage rose by &lt;3&gt; \u201ctimes\u201d"' in html
    assert "IPython" not in html


def test_a_page_asks_no_one_for_anything_and_runs_nothing() -> None:
    hostile = "# <script>alert(1)</script> [x](javascript:alert(2))\n\n<img src=x onerror=alert(3)>"
    html = page(shown(text_markdown=hostile), prose="# Hello\n\n" + hostile)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert re.findall(r"https?://", html) == []
    assert "default-src 'none'" in html


def test_names_written_with_entities_are_read_as_they_were() -> None:
    said = markdown("$5 for <b>A & B</b>, *not* [a link](x)")
    html = page(shown(text_markdown=said), prose=said)
    assert html.count("$5 for &lt;b&gt;A &amp; B&lt;/b&gt;, *not* [a link](x).") == 2


def test_the_name_of_an_index_stands_over_it() -> None:
    frame = pd.DataFrame({"messages": [1, 2], "share": ["a", "b"]}, index=pd.Index(["x", "y"], name="part"))
    html = page(shown(text_html=frame.to_html()))
    heading = re.findall(r"<thead>.*?</thead>", html, re.DOTALL)[0]
    assert re.sub(r"\s+|<[^>]*>", " ", heading).split() == ["part", "messages", "share"]
    assert heading.count("<tr") == 1


@pytest.mark.parametrize(
    "number",
    [
        "12",
        "1,234.50",
        "£12.50",
        "-£3.00",
        "97.3%",
        "12,50 €",
        "(4)",
        "GBP 5",
        "+2.1%",
        "under 1%",
        "\u2066₪\xa0-8.35\u2069",
    ],
)
def test_number_columns_and_their_headings_line_up(number: str) -> None:
    table = f"<table><tr><th>Country</th><th>Sum</th></tr><tr><td>GB</td><td>{number}</td></tr></table>"
    aligned = align_numbers(table)
    assert f'<td class="num">{number}</td>' in aligned
    assert '<th class="num">Sum</th>' in aligned
    assert "<th>Country</th>" in aligned
    assert "<td>GB</td>" in aligned


def test_a_column_with_words_is_no_number_column() -> None:
    table = "<table><tr><th>Id</th></tr><tr><td>12</td></tr><tr><td>acme 12</td></tr></table>"
    assert align_numbers(table) == table


def test_dashes_for_nothing_do_not_make_a_column_text() -> None:
    table = "<table><tr><th>Id</th></tr><tr><td>12</td></tr><tr><td>\u2013</td></tr></table>"
    assert align_numbers(table).count('class="num"') == 3


def test_headings_stand_over_their_columns_as_pandas_writes_them() -> None:
    frame = pd.DataFrame({"counts": ["segments", "messages"], "amount": ["£1.00", "£12.50"]}, index=["SMS", "MMS"])
    html = page(shown(text_html=frame.to_html(notebook=True)))
    assert "<th>counts</th>" in html
    assert '<th class="num">amount</th>' in html
    body = html.partition("<body")[2]
    assert "text-align" not in body
    assert "border=" not in body
