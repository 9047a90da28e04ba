"""Two who take in from one home on Blob on one machine: neither removes the copies that the other reads."""

import threading
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import tollbook
from cloud_servers import Cloud
from tollbook.demo import write_demo
from tollbook.usage import ingesting
from tollbook.usage.totals import IntakeReport


@pytest.mark.parametrize("step", ["arrive", "identify"])
def test_two_intakes_of_one_machine_take_turns(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    settings = cloud.settings(tmp_path, database=f"race_{uuid4().hex[:8]}")
    write_demo(settings, months=1, scale=0.01)
    book, rival = tollbook.open(settings), tollbook.open(settings)
    reports: list[IntakeReport] = []
    second = threading.Thread(target=lambda: reports.append(rival.ingest()))
    whole = getattr(ingesting, step)

    def interrupted(*arguments: Any, **options: Any) -> Any:
        found = whole(*arguments, **options)
        if not second.ident:
            second.start()
            second.join(3)  # long enough to do all it can before its turn
        return found

    monkeypatch.setattr(ingesting, step, interrupted)
    first = book.ingest()
    second.join()
    (report,) = reports
    assert len(first.of_state("posted")) > 40
    assert report.of_state("posted") == []
    assert [one.fault for one in report.of_state("refused")] == [one.fault for one in first.of_state("refused")]
    totals = book.control_totals()
    assert all(one.balanced for one in totals)
    (entries,) = book.open_ledger().aggregate("count(*) filter (sign > 0)").fetchall()[0]
    assert sum(one.posted for one in totals) == entries
