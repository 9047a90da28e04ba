"""The checkout that is tested: where it is, projects made from it, and what the machine must have."""

import os
import shutil
from pathlib import Path

import pytest

from tollbook.settings import Settings

ROOT = Path(__file__).parents[1]


def make_project(folder: Path) -> Settings:
    """An empty project with the real notebooks, sources and brand."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (folder / "parameters").mkdir()
    shutil.copytree(ROOT / "parameters" / "sources", folder / "parameters" / "sources")
    for path in (ROOT / "parameters").glob("*.yaml"):
        shutil.copy(path, folder / "parameters")
    return Settings(project=folder)


def need(found: object, what: str) -> None:
    """Skip the test where a part of the machine is missing; in CI it must be there."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"CI lacks {what}")
    pytest.skip(f"needs {what}")
