"""Hostile names and values are text: they run nothing, leave no folder and reach no page as markup."""

from pathlib import Path

import pytest
from tiny_project import PARAMETERS, TinyBook, concluding, execute_alone, write_client, write_notebook

from tollbook.period import Month
from tollbook.runs.execute import Stage
from tollbook.runs.month import run_month
from tollbook.runs.notebook import parsed
from tollbook.runs.spec import RunSpec
from tollbook.settings import Settings

VALUES = (
    "\"; import os; os.system('touch pwned') #",
    "'''\nimport os; os.system('touch pwned')\n'''",
    "\\\"; import os; os.system('touch pwned') #",
    "{c.__class__.__init__.__globals__} {{7*7}} $(touch pwned) `touch pwned`",
)
NAMES = ("<script>alert(1)</script>", "{{7*7}} {c.__class__} $(touch pwned)", "<img src=x onerror=alert(1)>")
FILES = ("a b", "..", "{client}", "x;touch pwned", "UPPER")


@pytest.mark.parametrize("value", VALUES)
def test_a_parameter_value_arrives_as_it_is(tiny: Settings, tmp_path: Path, value: str) -> None:
    write_notebook(
        tiny, "billing", "print(repr(note))", concluding("billing"), parameters=f'{PARAMETERS}\nnote: str = ""  # text'
    )
    stage = Stage(tmp_path / "stage")
    execute_alone(RunSpec("acme", Month(2026, 10), "billing", extra=(("note", value),)), tiny, stage)
    cells = parsed((stage.files / "billing.ipynb").read_text("utf-8")).cells
    said = [cell.outputs[0].text.strip() for cell in cells if cell.source == "print(repr(note))"]
    assert said == [repr(value)]
    assert not list(tmp_path.rglob("pwned"))


def test_hostile_clients_are_refused_or_shown_as_text(tiny: Settings) -> None:
    for number, name in enumerate(NAMES):
        write_client(tiny, f"named-{number}", name=repr(name))
    folder = tiny.parameters / "clients"
    for stem in FILES:
        (folder / f"{stem}.yaml").write_text("client: acme", "utf-8")
    (folder / "tagged.yaml").write_text("client: !!python/object/apply:os.system ['touch pwned']", "utf-8")
    write_notebook(tiny, "billing", concluding("billing"))
    summary = run_month(TinyBook(tiny), "2026-10", notebooks=["billing"])
    states = {row.client: row.state for row in summary.rows}
    assert {client for client, state in states.items() if state == "published"} == {"named-0", "named-1", "named-2"}
    assert set(states.values()) == {"published", "failed"}
    page = (tiny.home / "2026-10" / "index.html").read_text("utf-8")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<img" not in page
    assert "{{7*7}}" in page
    assert not list(tiny.project.rglob("pwned"))
    assert {path.name for path in tiny.project.iterdir()} == {"notebooks", "parameters", "outputs"}
