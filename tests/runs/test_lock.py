import pytest
from tiny_project import TinyBook, write_client, write_notebook

from tollbook.period import Month
from tollbook.runs.fleet import run_month
from tollbook.runs.lock import AlreadyRunning, month_to_itself
from tollbook.settings import Settings

OCTOBER = Month(2026, 10)


def test_a_month_is_run_by_one_process_at_a_time(tiny: Settings) -> None:
    write_client(tiny, "acme")
    write_notebook(tiny, "billing")
    with month_to_itself(tiny, OCTOBER), pytest.raises(AlreadyRunning, match="2026-10 is being run"):
        run_month(TinyBook(tiny), OCTOBER, notebooks=["billing"])
    with month_to_itself(tiny, OCTOBER), month_to_itself(tiny, Month(2026, 9)):
        pass


def test_what_a_killed_run_left_is_cleared_and_evidence_is_kept(tiny: Settings) -> None:
    runs = tiny.home / "runs" / "2026-10"
    for name in (".stage-1234", "acme"):
        (runs / name / "billing").mkdir(parents=True)
    with month_to_itself(tiny, OCTOBER):
        assert [path.name for path in runs.iterdir()] == ["acme"]
