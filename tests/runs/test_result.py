import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tollbook.runs.result import BadFigure, NoResult, NothingChecked, ReconciliationFailed, conclude, read_result


def test_decimals_are_strings_and_numpy_is_plain(tmp_path: Path) -> None:
    figures = {
        "total": Decimal("12.50"),
        "records": np.int64(3),
        "share": 0.5,
        "nothing": np.nan,
        "on": date(2026, 10, 1),
    }
    conclude(tmp_path, "billing", "acme", "2026-10", checks={"sum": (Decimal("1.0"), Decimal("1.00"))}, figures=figures)
    held = json.loads((tmp_path / "billing.json").read_text("utf-8"))
    assert held == {
        "notebook": "billing",
        "client": "acme",
        "month": "2026-10",
        "checks": {"sum": {"left": "1.0", "right": "1.00", "equal": True}},
        "figures": {"total": "12.50", "records": 3, "share": 0.5, "nothing": None, "on": "2026-10-01"},
        "ok": True,
    }


def test_every_pair_that_differs_is_named_and_the_file_says_so(tmp_path: Path) -> None:
    checks = {"rows": (10, 10), "money": (Decimal("9.99"), Decimal("10.00")), "days": (30, 31)}
    with pytest.raises(ReconciliationFailed, match=r"money: 9\.99 is not 10\.00; days: 30 is not 31") as raised:
        conclude(tmp_path, "billing", "acme", "2026-10", checks=checks, figures={})
    assert set(raised.value.pairs) == {"money", "days"}
    assert read_result(tmp_path / "billing.json").ok is False


def test_nothing_compared_is_nothing_concluded(tmp_path: Path) -> None:
    with pytest.raises(NothingChecked):
        conclude(tmp_path, "billing", "acme", "2026-10", checks={}, figures={})
    assert not list(tmp_path.iterdir())


def test_a_figure_json_cannot_hold_is_named_and_the_old_file_stays(tmp_path: Path) -> None:
    (tmp_path / "billing.json").write_text("before")
    with pytest.raises(BadFigure, match="'bill' is a set"):
        conclude(tmp_path, "billing", "acme", "2026-10", checks={"a": (1, 1)}, figures={"bill": {1}})
    assert [path.name for path in tmp_path.iterdir()] == ["billing.json"]
    assert (tmp_path / "billing.json").read_text() == "before"


@pytest.mark.parametrize("text", ["", "{}", '{"ok": true}', "[1"])
def test_half_a_result_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "billing.json"
    path.write_text(text)
    with pytest.raises(NoResult, match=r"billing\.json"):
        read_result(path)


def test_lists_and_tables_of_totals_are_compared_and_kept(tmp_path: Path) -> None:
    checks = {"by line": ({"sms": Decimal("1.5")}, {"sms": Decimal("1.50")}), "days": ([1, 2], [1, 2])}
    conclude(tmp_path, "billing", "acme", "2026-10", checks=checks, figures={"pictures": ["a.png"]})
    result = read_result(tmp_path / "billing.json")
    assert result.ok
    assert result.checks["by line"].left == {"sms": "1.5"}
    assert result.figures == {"pictures": ["a.png"]}
