"""The notebook `visualization.ipynb`, run on the demo."""

import json
from pathlib import Path

import papermill
import pytest

from tollbook.settings import Settings


@pytest.mark.parametrize(
    ("client", "pictures"),
    [
        ("marigold-retail", {"campaigns", "tiers"}),  # campaigns and a graduated price
        ("ledger-archive", set()),  # a handful of messages, most of the bill is seats
    ],
)
def test_it_draws_the_month_and_reconciles(
    client: str, pictures: set[str], demo_project: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOLLBOOK_PROJECT", str(demo_project.project))
    papermill.execute_notebook(
        demo_project.notebooks / "visualization.ipynb",
        tmp_path / "ran.ipynb",
        {"client": client, "month": "2026-10", "output": str(tmp_path)},
        kernel_name="python3",
        execution_timeout=300,
        progress_bar=False,
    )
    result = json.loads((tmp_path / "visualization.json").read_text("utf-8"))
    assert result["ok"]
    assert result["figures"]["messages"] > 0
    always = {"usage", "pace", "destinations", "hours", "delivery", "bill"}
    always |= {"unusual", "channels", "movers", "funnel", "receipts", "senders", "changes"}
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert "<img alt=" in (tmp_path / "report.html").read_text("utf-8")
    made = json.loads((tmp_path / "ran.ipynb").read_text("utf-8"))
    shown = [output for cell in made["cells"] for output in cell.get("outputs", [])]
    pictures_told = [one["metadata"]["image/png"]["alt"] for one in shown if "image/png" in one.get("data", {})]
    assert len(pictures_told) == len(always | pictures)
    assert all(pictures_told)
    assert result["figures"]["report"][0] == "usage"
    assert {path.stem for path in tmp_path.glob("*.png")} == always | pictures
