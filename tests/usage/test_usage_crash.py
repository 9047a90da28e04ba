"""Crashes and rivals: whatever is killed, and however many run at once, the book ends as after one clean run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from little_book import SOURCES

from tollbook.demo import write_demo
from tollbook.settings import Settings

PROGRAM = Path(__file__).parent / "crashing_intake.py"
KILLS = int(os.environ.get("TOLLBOOK_KILLS", "15"))
PATIENCE_SECONDS = 300 + 20 * KILLS


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month of demo traffic, with all its faults, and nothing taken in."""
    project = tmp_path_factory.mktemp("crash")
    shutil.copytree(SOURCES, project / "parameters" / "sources")
    write_demo(Settings(project=project), scale=0.005, months=1)
    return project


@pytest.mark.parametrize("how", [["random", str(KILLS), "1"], ["steps"], ["rivals", "4"]], ids=lambda how: str(how[0]))
def test_the_book_ends_as_after_a_clean_run(landing: Path, tmp_path: Path, how: list[str]) -> None:
    project = tmp_path / "project"
    shutil.copytree(landing, project)
    run = subprocess.run(
        [sys.executable, str(PROGRAM), str(project), *how],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert (run.returncode, run.stdout[:20]) == (0, "as after a clean run"), run.stderr[-3000:]
    assert int(run.stdout.split()[-2]) > 500
