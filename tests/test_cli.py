"""The command line: every command has help, works on the demo, and says in one line what is wrong."""

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from tollbook.cli import app
from tollbook.settings import Settings

ROOT = Path(__file__).parents[1]
run = CliRunner().invoke


@pytest.fixture
def at_demo(demo_project: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TOLLBOOK_PROJECT", str(demo_project.project))
    return demo_project


def _commands() -> list[tuple[str, ...]]:
    def walk(command: object, path: tuple[str, ...]) -> list[tuple[str, ...]]:
        children = getattr(command, "commands", {})
        return [one for name, child in children.items() for one in walk(child, (*path, name))] or [path]

    return walk(get_command(app), ())


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_has_help_and_stands_in_the_readme(command: tuple[str, ...]) -> None:
    result = run(app, [*command, "--help"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 3
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *ROOT.glob("*/README.md")]
    assert any(f"tollbook {' '.join(command)}" in path.read_text() for path in documents)


@pytest.mark.usefixtures("at_demo")
def test_ingest_prints_control_totals_per_file() -> None:
    result = run(app, ["ingest", "--json"])
    assert result.exit_code == 0
    totals = json.loads(result.stdout)
    assert {one["state"] for one in totals} == {"known", "redelivered", "refused"}


@pytest.mark.usefixtures("at_demo")
def test_bill_as_json_is_the_invoice_without_a_number() -> None:
    document = json.loads(run(app, ["bill", "monsoon-air", "2026-10", "--json"]).stdout)
    assert document["state"] == "draft"
    assert document["currency"] == "INR"


@pytest.mark.usefixtures("at_demo")
def test_bill_as_a_table_shows_the_total() -> None:
    result = run(app, ["bill", "ledger-archive", "2026-10"])
    assert re.search(r"total\s+[\d.]+,\d\d\s€", result.output)


@pytest.mark.usefixtures("at_demo")
def test_invoice_export_writes_three_formats(tmp_path: Path) -> None:
    result = run(app, ["invoice", "export", "carmel-clinic", "2026-09", "--to", str(tmp_path)])
    assert result.exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"invoice.pdf", "invoice.csv", "invoice.json"}


@pytest.mark.usefixtures("at_demo")
def test_forecast_as_json_has_a_day_a_key() -> None:
    days = json.loads(run(app, ["forecast", "harbour-bank", "--days", "3", "--json"]).stdout)["days"]
    assert len(days) == 3
    assert all(one["0.1"] <= one["0.5"] <= one["0.9"] for one in days.values())


@pytest.mark.usefixtures("at_demo")
def test_doctor_is_content() -> None:
    result = run(app, ["doctor"])
    assert result.exit_code == 0
    assert "FAIL" not in result.output


@pytest.mark.usefixtures("at_demo")
def test_quarantine_lists_rows_by_reason() -> None:
    rows = json.loads(run(app, ["quarantine", "show", "--reason", "bad_row", "--json"]).stdout)
    assert rows
    assert {one["reason"] for one in rows} == {"bad_row"}


def test_price_explains_its_steps(tmp_path: Path) -> None:
    model = tmp_path / "model.yaml"
    model.write_text("model: graduated\ntiers:\n  - {up_to: 1000, unit: 0.05}\n  - {unit: 0.04}\n")
    answer = json.loads(run(app, ["price", str(model), "1500", "--json"]).stdout)
    assert answer["amount"] == "70.00"
    assert [step["amount"] for step in answer["steps"]] == ["50.00", "20.00"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["bill", "acme", "2026-10"], "unknown client 'acme'"),
        (["bill", "harbour-bank", "2999-01"], "has not begun"),
        (["bill", "harbour-bank", "soon"], "write it as YYYY-MM"),
        (["run", "2999-01"], "has not begun"),
        (["run", "2026-10", "--client", "acme"], "acme"),
        (["ingest", "no/such/file.csv"], "no such file or folder"),
        (["ingest", "--source", "carrier-pigeon"], "unknown source 'carrier-pigeon'"),
        (["price", "nowhere.yaml", "5"], "nowhere.yaml cannot be read"),
    ],
)
@pytest.mark.usefixtures("at_demo")
def test_what_is_wrong_is_one_line_and_exit_code_2(arguments: list[str], says: str) -> None:
    result = run(app, arguments)
    assert result.exit_code == 2
    (line,) = [one for one in result.stderr.splitlines() if one.startswith("error:")]
    assert says in line
    assert "Traceback" not in result.output


def test_outside_a_project_it_says_where_to_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(app, ["ingest"])
    assert result.exit_code == 2
    assert "no Tollbook project at or above" in result.stderr


def test_an_unreadable_file_is_one_line_and_exit_code_2(project: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLLBOOK_PROJECT", str(project.project))
    torn = project.landing / "aws-sns" / "111122223333" / "torn.csv.gz"
    torn.parent.mkdir(parents=True)
    torn.write_bytes(gzip.compress(b"PublishTimeUTC,MessageId\n" + b"2026-10-01T00:00:00Z,1\n" * 999)[:-20])
    result = run(app, ["ingest", str(torn)])
    assert result.exit_code == 2
    (line,) = [one for one in result.stderr.splitlines() if one.startswith("refused:")]
    assert "torn.csv.gz" in line
    assert run(app, ["ingest"]).exit_code == 0  # in the landing folder it stops nothing


@pytest.mark.usefixtures("at_demo")
def test_a_broken_client_file_stops_ingest_with_its_field(
    demo_project: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo_project.parameters, tmp_path / "parameters")
    broken = tmp_path / "parameters" / "clients" / "harbour-bank.yaml"
    broken.write_text(broken.read_text().replace("time_zone: Europe/London", "time_zone: Europe/Londres"))
    monkeypatch.setenv("TOLLBOOK_PROJECT", str(tmp_path))
    result = run(app, ["ingest"])
    assert result.exit_code == 2
    assert "harbour-bank.yaml: time_zone: 'Europe/Londres' is not an IANA time zone" in result.stderr
