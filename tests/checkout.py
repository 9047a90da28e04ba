"""The checkout that is tested: where it is, projects made from it, and what the machine must have."""

import os
import shutil
import sqlite3
from contextlib import closing
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


def copy_project(folder: Path, target: Path) -> Path:
    """A copy of a project or book whose documents this process may hold open; landing files stay behind.

    Closing a second handle on an open SQLite file drops this process's locks on it
    (sqlite.org/howtocorrupt.html, 2.2), so its own backup copies that file and what belongs to it.
    """
    ignored = shutil.ignore_patterns("landing", "*.sqlite-wal", "*.sqlite-shm")
    return Path(shutil.copytree(folder, target, ignore=ignored, copy_function=_copy))


def _copy(source: str, target: str) -> None:
    if not source.endswith(".sqlite"):
        shutil.copy2(source, target)
        return
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def need(found: object, what: str) -> None:
    """Skip the test where a part of the machine is missing; in CI it must be there."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"CI lacks {what}")
    pytest.skip(f"needs {what}")
