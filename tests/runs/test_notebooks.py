"""The committed notebooks: clean as committed, and each runs for a demo client through the real runner."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tollbook.book import Book
from tollbook.period import Month
from tollbook.runs.execute import Stage, declared_parameters
from tollbook.runs.kernel import Limits
from tollbook.runs.month import run_month
from tollbook.runs.notebook import parsed, read_notebook
from tollbook.runs.publish import Shelf
from tollbook.runs.spec import NOTEBOOKS, RunSpec
from tollbook.runs.summary import RunSummary
from tollbook.runs.warm.wire import ADDRESS
from tollbook.runs.work import Job, work

FOLDER = Path(__file__).parents[2] / "notebooks"
COMMITTED = sorted(FOLDER.rglob("*.ipynb"))
MONTHLY = [FOLDER / f"{name}.ipynb" for name in NOTEBOOKS]
CLIENTS = ("harbour-bank", "carmel-clinic")
ANNOTATED = re.compile(r"([a-z_]+): (str|int|bool) = (.+?)  # \S.*")


def read(path: Path) -> Any:
    return parsed(path.read_text("utf-8"))


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
class TestCommitted:
    def test_has_no_trace_of_a_run(self, path: Path) -> None:
        notebook = read(path)
        assert set(notebook.metadata) <= {"kernelspec", "language_info", "title"}
        for cell in notebook.cells:
            assert not cell.get("outputs")
            assert cell.get("execution_count") is None
            assert not {"papermill", "execution", "collapsed", "ExecuteTime"} & set(cell.metadata)
            assert "injected-parameters" not in cell.metadata.get("tags", [])

    def test_runs_in_the_kernel_every_machine_has(self, path: Path) -> None:
        raw = json.loads(path.read_text("utf-8"))
        assert raw["metadata"]["kernelspec"]["name"] == "python3"
        assert (raw["nbformat"], raw["nbformat_minor"]) == (4, 5)
        ids = [cell["id"] for cell in raw["cells"]]
        assert len(set(ids)) == len(ids)

    def test_is_thin(self, path: Path) -> None:
        code = "\n".join(
            re.sub(r"(?m)^[%!].*$", "", cell.source)
            for cell in read(path).cells
            if cell.cell_type == "code" and not cell.source.startswith("%%sql")
        )
        nodes = list(ast.walk(ast.parse(code, mode="exec", type_comments=False)))
        assert not [node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", MONTHLY, ids=lambda path: path.stem)
class TestMonthly:
    def test_declares_typed_parameters_with_help(self, path: Path) -> None:
        cells = [cell for cell in read(path).cells if "parameters" in cell.metadata.get("tags", [])]
        assert len(cells) == 1
        found = [ANNOTATED.fullmatch(line) for line in cells[0].source.splitlines()]
        assert all(found), cells[0].source
        kinds = {match[1]: (match[2], ast.literal_eval(match[3])) for match in found if match}
        assert {name: kind for name, (kind, _) in kinds.items()} == declared_parameters(
            read_notebook(path, "python3")[0]
        )
        assert all(type(default).__name__ == kind for kind, default in kinds.values())
        assert {"client", "month", "output"} <= set(kinds)
        assert kinds["output"][1] == ""

    def test_begins_with_its_title_and_ends_with_its_checks(self, path: Path) -> None:
        cells = read(path).cells
        assert cells[0].cell_type == "markdown"
        assert cells[0].source.startswith("# ")
        assert f'book.conclude(\n    "{path.stem}"' in cells[-1].source or f'conclude("{path.stem}"' in cells[-1].source


@pytest.fixture(scope="module")
def demo_run(demo_book: Book) -> RunSummary:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(ADDRESS, raising=False)  # as in production: kernels forked from the run's own warm process
        return run_month(demo_book, "2026-10", clients=CLIENTS)


def test_every_notebook_runs_for_a_demo_client_and_reconciles(demo_run: RunSummary) -> None:
    assert [row.reason for row in demo_run.rows] == [""] * len(CLIENTS)
    assert demo_run.exit_code == 0
    for row in demo_run.rows:
        assert list(row.notebooks) == list(NOTEBOOKS)
        assert row.records
        assert row.quarantined is not None
        assert row.total
        assert row.currency


def test_pages_show_results_and_complain_of_nothing(demo_run: RunSummary, demo_book: Book) -> None:
    for row in demo_run.rows:
        shelf = Shelf(demo_book.settings.home / "2026-10" / row.client)
        for name in NOTEBOOKS:
            entry = shelf.published(RunSpec(row.client, Month(2026, 10), name))
            assert entry
            executed = read(shelf.folder / f"{name}.ipynb")
            outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
            assert outputs
            assert [output.text for output in outputs if output.get("name") == "stderr"] == []
            page = (shelf.folder / f"{name}.html").read_text("utf-8")
            assert "<script" not in page.lower()
            assert "tollbook.open()" not in page


def contents(shelf: Shelf) -> list[str]:
    entries = [shelf.published(RunSpec(shelf.folder.name, Month(2026, 10), name)) for name in NOTEBOOKS]
    return [entry.content_sha256 for entry in entries if entry]


def test_the_same_month_again_has_the_same_content(demo_run: RunSummary, demo_book: Book) -> None:
    client = demo_run.rows[0].client
    shelf = Shelf(demo_book.settings.home / "2026-10" / client)
    before = contents(shelf)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(ADDRESS, raising=False)
        assert run_month(demo_book, "2026-10", clients=[client], force=True).exit_code == 0
    assert contents(shelf) == before
    assert len(before) == len(NOTEBOOKS)


def test_in_a_kernel_of_its_own_each_has_the_same_content(
    demo_run: RunSummary, demo_book: Book, tmp_path: Path
) -> None:
    shelf = Shelf(demo_book.settings.home / "2026-10" / demo_run.rows[0].client)
    specs = [RunSpec(shelf.folder.name, Month(2026, 10), name) for name in NOTEBOOKS]
    jobs = [Job(spec, demo_book.settings, Stage(tmp_path / spec.notebook), Limits()) for spec in specs]
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(ADDRESS, raising=False)
        alone = [work(job).executed for job in jobs]
    assert [one and one.content_sha256 for one in alone] == contents(shelf)
