from pathlib import Path

import nbformat
import pytest
from tiny_project import PARAMETERS, concluding, execute_alone, write_notebook

from tollbook.period import Month
from tollbook.runs.execute import Stage, check_notebook
from tollbook.runs.failures import BadNotebook, CellFailed, CellTimedOut, EndedEarly, KernelDied, RunFailed
from tollbook.runs.kernel import Limits
from tollbook.runs.result import NoResult
from tollbook.runs.spec import BadParameterType, MissingNotebook, RunSpec, UnknownParameter
from tollbook.settings import Settings

SPEC = RunSpec("acme", Month(2026, 10), "billing")
SURROUNDINGS = """
import os, sys
print(output)
print(os.getcwd() == os.path.join(os.environ["TOLLBOOK_PROJECT"], "notebooks"), os.environ["MPLBACKEND"])
sys.__stderr__.write("from the kernel process")
open(output + "/lines.csv", "w").write("a,b\\n1,2\\n")
"""


def test_a_run_is_verified_cleaned_and_equal_to_its_repetition(
    tiny: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    write_notebook(tiny, "billing", SURROUNDINGS, concluding("billing", figures='{"total": "12.50"}'))
    stages = [Stage(tmp_path / name) for name in ("one", "two")]
    runs = [execute_alone(SPEC, tiny, stage) for stage in stages]

    assert runs[0].content_sha256 == runs[1].content_sha256
    assert runs[0].figures == {"total": "12.50"}
    assert runs[0].peak_memory_mb > 10
    assert capfd.readouterr() == ("", "")  # no progress bar, no warning about kernels in the clear

    files = stages[0].files
    assert {path.name for path in files.iterdir()} == {"billing.ipynb", "billing.html", "billing.json", "lines.csv"}
    notebook = (files / "billing.ipynb").read_text("utf-8")
    assert "True module://matplotlib_inline" in notebook
    assert "outputs/2026-10/acme" in notebook
    assert str(tmp_path) not in notebook.replace(str(tiny.project), "")
    assert 'output = \\"\\"' in notebook
    page = (files / "billing.html").read_text("utf-8")
    assert "Billing of the month" in page
    assert "import os" not in page
    assert "client =" not in page


@pytest.mark.parametrize(
    ("cell", "error", "says"),
    [
        ("raise ValueError('no such rate')", CellFailed, "cell 3: ValueError: no such rate"),
        ("import sys; sys.exit(0)", EndedEarly, "ended the notebook"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", KernelDied, "kernel died"),
        ("import time; time.sleep(60)", CellTimedOut, "longer than 2 s"),
        ("1 + 1", None, "was not written"),
    ],
)
def test_what_papermill_may_call_completed_is_not(
    tiny: Settings, tmp_path: Path, cell: str, error: type[RunFailed] | None, says: str
) -> None:
    after = concluding("billing") if error else "2 + 2"
    write_notebook(tiny, "billing", cell, after)
    stage = Stage(tmp_path / "stage")
    with pytest.raises(error or NoResult, match=says):
        execute_alone(SPEC, tiny, stage, Limits(cell_seconds=2))
    assert not list(stage.files.glob("*"))
    assert stage.notebook("billing").is_file()  # the evidence


def test_totals_that_differ_stop_the_run(tiny: Settings, tmp_path: Path) -> None:
    write_notebook(tiny, "billing", concluding("billing", left="9", right="10"))
    with pytest.raises(CellFailed, match="ReconciliationFailed: billing does not reconcile: both sides: 9 is not 10"):
        execute_alone(SPEC, tiny, Stage(tmp_path / "stage"))


def test_a_result_about_someone_else_is_no_result(tiny: Settings, tmp_path: Path) -> None:
    write_notebook(tiny, "billing", concluding("billing").replace(", client,", ", 'other-client',"))
    with pytest.raises(NoResult, match="is about billing other-client"):
        execute_alone(SPEC, tiny, Stage(tmp_path / "stage"))


def test_counts_left_in_a_notebook_do_not_pass_for_a_run(tiny: Settings, tmp_path: Path) -> None:
    path = write_notebook(tiny, "billing", concluding("billing"), "import sys; sys.exit(0)", "1")
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    for count, cell in enumerate(notebook.cells[1:], start=1):
        cell["execution_count"] = count
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    with pytest.raises(EndedEarly):
        execute_alone(SPEC, tiny, Stage(tmp_path / "stage"))


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        (PARAMETERS.replace("client:", "cleint:"), UnknownParameter),
        (PARAMETERS.replace("client: str", "client: int"), BadParameterType),
        (PARAMETERS.replace("month: str", "month: float"), BadParameterType),
    ],
)
def test_a_parameters_cell_that_does_not_fit_is_refused_before_a_kernel_starts(
    tiny: Settings, tmp_path: Path, parameters: str, error: type[Exception]
) -> None:
    write_notebook(tiny, "billing", parameters=parameters)
    with pytest.raises(error):
        check_notebook(SPEC, tiny)
    with pytest.raises(error):
        execute_alone(SPEC, tiny, Stage(tmp_path / "stage"))
    assert not (tmp_path / "stage").exists()


def test_no_notebook_and_no_notebook_at_all(tiny: Settings) -> None:
    with pytest.raises(MissingNotebook, match=r"billing\.ipynb is missing"):
        check_notebook(SPEC, tiny)
    (tiny.notebooks / "billing.ipynb").write_text("{}")
    with pytest.raises(BadNotebook):
        check_notebook(SPEC, tiny)
