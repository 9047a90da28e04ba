"""The commands of usage, as a person types them."""

import json
import shutil
from pathlib import Path

import pytest
from little_book import csv_text, message
from typer.testing import CliRunner, Result

from tollbook.cli import app
from tollbook.demo import write_demo
from tollbook.settings import Settings

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def typed(project: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A project with the demo's clients, in which the commands run."""
    monkeypatch.setenv("TOLLBOOK_PROJECT", str(project.project))
    write_demo(project, scale=0.002, months=1)
    shutil.rmtree(project.landing)
    return project


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result


def test_source_check(typed: Settings) -> None:
    mapping = typed.parameters / "sources" / "vonage.yaml"
    shown = run("source", "check", str(FIXTURES / "vonage.csv"), str(mapping)).output
    assert "2 rows read, 2 mapped" in shown
    found = json.loads(run("source", "check", str(FIXTURES / "vonage.csv"), str(mapping), "--json").output)
    assert [row["network" if "network" in row else "mcc"] for row in found["rows"]] == ["234", "234"]
    run("source", "check", str(FIXTURES / "kannel.log"), str(mapping), code=1)
    run("source", "check", "gone.csv", str(mapping), code=2)


def test_quarantine_is_listed_shown_and_retried(typed: Settings) -> None:
    mapping = typed.parameters / "sources" / "tollbook.yaml"
    path = typed.landing / "tollbook" / "a.csv"
    path.parent.mkdir(parents=True)
    path.write_text(
        csv_text(message(*row, account="live-harbour-bank") for row in (["m1"], ["m2", "OK"], ["m3", "odd"])), "utf-8"
    )
    run("ingest")
    assert json.loads(run("quarantine", "list", "--json").output) == [
        {"file": "tollbook/a.csv", "reason": "bad_status", "size": 2}
    ]
    shown = json.loads(run("quarantine", "show", "--reason", "bad_status", "--limit", "1", "--json").output)
    assert [row["line"] for row in shown] == [3]
    text = mapping.read_text("utf-8")
    assert "  status: status\n" in text
    mended = text.replace(
        "  status: status\n", "  status: {from: status, values: {OK: delivered, delivered: delivered}}\n"
    )
    mapping.write_text(mended, "utf-8")
    (totals,) = json.loads(run("quarantine", "retry", "--json").output)
    assert (totals["read"], totals["posted"], totals["quarantined"], totals["batch"]) == (3, 2, 1, 2)
    run("compact", "--hours", "0")
    run("retention", "--months", "240")
    assert "FAIL" not in run("doctor").output
