"""What one of a client's notebooks has read, the others of the same run find."""

import json
from pathlib import Path

from tiny_project import TinyBook, concluding, make_tiny, write_client, write_notebook

from tollbook.runs.month import run_month

OCTOBER = "2026-10"


def test_a_clients_notebooks_share_what_they_read_and_nobody_elses(tmp_path: Path) -> None:
    settings = make_tiny(tmp_path / "project")
    shared = """
import os, pathlib
reads = pathlib.Path(os.environ["TOLLBOOK_RUN_READS"])
reads.mkdir(exist_ok=True)
found = sorted(path.name for path in reads.iterdir())
(reads / f"{client}-{notebook}").touch()
"""
    for client in ("one", "two"):
        write_client(settings, client)
    for name in ("billing", "forecasting"):
        figures = '{"found": found}'
        write_notebook(settings, name, f"notebook = {name!r}", shared, concluding(name, figures=figures))
    book = TinyBook(settings)
    assert run_month(book, OCTOBER, notebooks=["billing", "forecasting"]).exit_code == 0
    for client in ("one", "two"):
        folder = settings.home / OCTOBER / client
        seen = [json.loads((folder / f"{name}.json").read_text())["figures"] for name in ("billing", "forecasting")]
        assert seen == [{"found": []}, {"found": [f"{client}-billing"]}]
    assert list((settings.home / "runs" / OCTOBER).iterdir()) == []
