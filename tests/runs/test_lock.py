import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest
from tiny_project import TinyBook, make_tiny, write_client, write_notebook

from tollbook.period import Month
from tollbook.runs import lock
from tollbook.runs.lock import AlreadyRunning, Lease, LeaseLost, month_to_itself
from tollbook.runs.month import run_month
from tollbook.settings import Settings

OCTOBER = Month(2026, 10)


def test_a_month_is_run_by_one_process_at_a_time(tiny: Settings) -> None:
    write_client(tiny, "acme")
    write_notebook(tiny, "billing")
    book = TinyBook(tiny)
    documents = book.documents
    with month_to_itself(tiny, OCTOBER, documents), pytest.raises(AlreadyRunning, match="2026-10 is being run"):
        run_month(book, OCTOBER, notebooks=["billing"])
    with month_to_itself(tiny, OCTOBER, documents), month_to_itself(tiny, Month(2026, 9), documents):
        pass


def test_what_a_killed_run_left_is_cleared_and_evidence_is_kept(tiny: Settings) -> None:
    runs = tiny.home / "runs" / "2026-10"
    for name in (".stage-1234", "acme"):
        (runs / name / "billing").mkdir(parents=True)
    with month_to_itself(tiny, OCTOBER, TinyBook(tiny).documents):
        assert [path.name for path in runs.iterdir()] == ["acme"]


class TestLease:
    """Two machines with the same documents: their locks are not the same file."""

    @pytest.fixture
    def other(self, tmp_path: Path) -> Settings:
        """The other machine's copy of the home."""
        return make_tiny(tmp_path / "other")

    def test_a_rival_that_renews_keeps_the_month(self, tiny: Settings, other: Settings) -> None:
        documents = TinyBook(tiny).documents
        held, over = Lease(documents, OCTOBER), threading.Event()
        held.take()

        def renew() -> None:
            while not over.wait(0.3):
                held.renewed -= 60
                held.keep()

        thread = threading.Thread(target=renew)
        thread.start()
        with pytest.raises(AlreadyRunning, match="by another process on"), month_to_itself(other, OCTOBER, documents):
            pass
        over.set()
        thread.join()
        held.release()
        with month_to_itself(other, OCTOBER, documents):
            pass
        assert documents.get("run_leases", "2026-10") is None

    def test_a_silent_one_loses_it_and_publishes_nothing_more(
        self, tiny: Settings, other: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lock, "_LASTS", 1.5)
        documents = TinyBook(tiny).documents
        silent = Lease(documents, OCTOBER)
        silent.take()
        with month_to_itself(other, OCTOBER, documents) as taken:
            silent.renewed -= 60
            with pytest.raises(LeaseLost, match="taken over"):
                silent.keep()
            taken.renewed -= 60
            taken.keep()

    def test_one_whose_process_is_dead_is_not_waited_for(self, tiny: Settings) -> None:
        documents = TinyBook(tiny).documents
        with subprocess.Popen(["true"]) as gone:
            gone.wait()
        Lease(documents, OCTOBER, holder=f"{socket.gethostname()} ({gone.pid}, 1)").take()
        began = time.monotonic()
        with month_to_itself(tiny, OCTOBER, documents):
            assert time.monotonic() - began < lock._LASTS / 2  # noqa: SLF001
