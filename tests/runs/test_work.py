from pathlib import Path

from tiny_project import write_notebook

from tollbook.period import Month
from tollbook.runs.execute import Stage
from tollbook.runs.kernel import Limits
from tollbook.runs.spec import RunSpec
from tollbook.runs.work import Job, work
from tollbook.settings import Settings

SPEC = RunSpec("acme", Month(2026, 10), "billing")


def test_a_surprise_is_an_answer_too(tiny: Settings, tmp_path: Path) -> None:
    write_notebook(tiny, "billing")
    stage = Stage(tmp_path / "stage")
    stage.files.mkdir(parents=True)  # where nothing should be yet
    answer = work(Job(SPEC, tiny, stage, Limits()))
    assert answer.executed is None
    assert "unexpected FileExistsError" in answer.reason
    assert not answer.retry


def test_what_is_wrong_with_a_notebook_is_told_in_its_own_words(tiny: Settings, tmp_path: Path) -> None:
    answer = work(Job(SPEC, tiny, Stage(tmp_path / "stage"), Limits()))
    assert "billing.ipynb is missing" in answer.reason


def test_a_kernel_that_does_not_exist_may_be_tried_again(tiny: Settings, tmp_path: Path) -> None:
    write_notebook(tiny, "billing")
    answer = work(Job(SPEC, tiny, Stage(tmp_path / "stage"), Limits(kernel="no-such-kernel")))
    assert "no-such-kernel" in answer.reason
