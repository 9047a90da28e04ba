from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from tollbook.runs.content import content_sha256

FORMAT: Any = nbformat.v4


def notebook(html: str, source: str = "bill.show()") -> NotebookNode:
    output = FORMAT.new_output("execute_result", {"text/html": html, "text/plain": "x at 0x7f1234567890>"})
    made: NotebookNode = FORMAT.new_notebook(cells=[FORMAT.new_code_cell(source, outputs=[output])])
    return made


def test_ids_and_addresses_do_not_matter_but_figures_do(tmp_path: Path) -> None:
    one = notebook('<style>#T_a1b2c_row0 {}</style><td id="T_a1b2c_row0">12.50</td>')
    again = notebook('<style>#T_99f00_row0 {}</style><td id="T_99f00_row0">12.50</td>')
    again.cells[0]["execution_count"], again.cells[0]["metadata"] = 7, {"papermill": {"duration": 3}}
    other = notebook('<style>#T_a1b2c_row0 {}</style><td id="T_a1b2c_row0">12.51</td>')
    assert content_sha256(one, tmp_path) == content_sha256(again, tmp_path)
    assert content_sha256(one, tmp_path) != content_sha256(other, tmp_path)
    assert content_sha256(one, tmp_path) != content_sha256(notebook("12.50", "bill.draw()"), tmp_path)


def test_the_ids_of_widgets_do_not_matter(tmp_path: Path) -> None:
    shown = [
        FORMAT.new_output("display_data", {"application/vnd.jupyter.widget-view+json": {"model_id": digit * 32}})
        for digit in "ab"
    ]
    one, again = (FORMAT.new_notebook(cells=[FORMAT.new_code_cell("panel", id="same", outputs=[out])]) for out in shown)
    assert content_sha256(one, tmp_path) == content_sha256(again, tmp_path)


def test_data_files_count_and_pdfs_with_their_dates_do_not(tmp_path: Path) -> None:
    before = content_sha256(notebook("1"), tmp_path)
    (tmp_path / "invoice.pdf").write_bytes(b"created just now")
    assert content_sha256(notebook("1"), tmp_path) == before
    (tmp_path / "lines.csv").write_text("a,b")
    assert content_sha256(notebook("1"), tmp_path) != before
