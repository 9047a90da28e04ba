import json
from pathlib import Path

import pytest

from tollbook.dashboards import incidents
from tollbook.dashboards.incidents import record


def failure() -> Exception:
    try:
        int("the cause")
    except ValueError as error:
        return error
    raise AssertionError


def test_the_number_finds_the_traceback(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "dashboards.log"
    first, second = record(failure(), log, page="Usage"), record(failure(), log, page="Usage")
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [line["incident"] for line in lines] == [first, second]
    assert first != second
    assert "the cause" in lines[0]["error"]
    assert "test_dashboards_incidents.py" in lines[0]["error"]
    assert lines[0]["page"] == "Usage"


def test_a_log_that_cannot_be_written_does_not_stop_the_apology(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where a folder should be", "utf-8")
    assert len(record(failure(), tmp_path / "logs" / "dashboards.log")) == 8


def test_a_log_that_has_grown_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incidents, "MAX_BYTES", 10)
    log = tmp_path / "dashboards.log"
    record(failure(), log)
    record(failure(), log)
    assert len(log.read_text("utf-8").splitlines()) == 1
    assert (tmp_path / "dashboards.old.log").exists()
