"""One month with every kind of trouble, run once; then small months for what comes after."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tiny_project import PARAMETERS, TinyBook, concluding, make_tiny, write_client, write_notebook

from tollbook.period import FutureMonth, Month
from tollbook.runs.kernel import Limits
from tollbook.runs.month import run_month
from tollbook.runs.publish import Shelf
from tollbook.runs.spec import BadId, MissingNotebook, RunSpec, UnknownParameter
from tollbook.runs.summary import ClientRow, RunSummary
from tollbook.settings import Settings

OCTOBER = "2026-10"
TROUBLE = """
import os, pathlib, signal, sys, time
once = pathlib.Path(os.environ["TOLLBOOK_PROJECT"], "died-" + client)
if client == "raises":
    raise ValueError("no such rate")
if client == "exits":
    sys.exit(0)
if client == "hangs":
    time.sleep(120)
if client == "dies" or (client == "recovers" and not once.exists()):
    once.touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""
TOTAL = '{"total": "12.00", "currency": "GBP"}'


@dataclass(frozen=True)
class Troubled:
    book: TinyBook
    summary: RunSummary

    def row(self, client: str) -> ClientRow:
        return next(row for row in self.summary.rows if row.client == client)

    def folder(self, client: str) -> Path:
        return self.book.settings.home / OCTOBER / client


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Troubled:
    settings = make_tiny(tmp_path_factory.mktemp("troubled") / "project")
    for client in ("fine", "raises", "exits", "hangs", "dies", "recovers", "differs", "broken"):
        write_client(settings, client, name=f"The {client} client")
    write_client(settings, "newcomer", since="2026-11-01")
    (settings.parameters / "clients" / "broken.yaml").write_text("client: [")
    last = concluding("billing", left='client == "differs"', right="False", figures=TOTAL)
    write_notebook(settings, "billing", TROUBLE, last)
    write_notebook(settings, "forecasting", 'assert client == "fine"', concluding("forecasting"))
    book = TinyBook(settings)
    summary = run_month(book, OCTOBER, notebooks=["billing", "forecasting"], limits=Limits(cell_seconds=5))
    return Troubled(book, summary)


def test_trouble_stays_with_the_client_that_has_it(troubled: Troubled) -> None:
    states = {row.client: row.notebooks["billing"].state for row in troubled.summary.rows if row.notebooks}
    assert states == {
        "fine": "published",
        "recovers": "published",
        **dict.fromkeys(("raises", "exits", "hangs", "dies", "differs"), "failed"),
    }
    assert troubled.row("fine").state == "published"
    assert troubled.summary.exit_code == 1
    assert troubled.summary.peak_memory_mb > 10


@pytest.mark.parametrize(
    ("client", "reason"),
    [
        ("raises", "cell 3: ValueError: no such rate"),
        ("exits", "ended the notebook"),
        ("hangs", "longer than 5 s"),
        ("dies", "kernel died"),
        ("differs", "both sides: True is not False"),
        ("broken", r"broken.yaml"),
    ],
)
def test_every_failure_says_why_and_publishes_nothing(troubled: Troubled, client: str, reason: str) -> None:
    assert reason in troubled.row(client).reason
    assert troubled.row(client).state == "failed"
    assert not troubled.folder(client).exists()
    if client != "broken":
        kept = troubled.book.settings.home / "runs" / OCTOBER / client / "billing"
        assert (kept / "billing.ipynb").is_file()
        assert (kept / "kernel.log").is_file()


def test_a_dead_kernel_is_tried_once_more(troubled: Troubled) -> None:
    assert troubled.row("recovers").notebooks["billing"].attempts == 2
    assert troubled.row("dies").notebooks["billing"].attempts == 2
    assert troubled.row("raises").notebooks["billing"].attempts == 1


def test_what_needs_a_failed_notebook_waits(troubled: Troubled) -> None:
    part = troubled.row("raises").notebooks["forecasting"]
    assert (part.state, part.attempts, part.reason) == ("blocked", 0, "billing has to succeed first")


def test_a_client_without_a_contract_yet_is_no_failure(troubled: Troubled) -> None:
    assert troubled.row("newcomer").state == "idle"
    assert "no contract in force" in troubled.row("newcomer").reason


def test_what_is_published_is_whole_and_the_documents_say_the_same(troubled: Troubled) -> None:
    names = {path.name for path in troubled.folder("fine").iterdir()}
    assert names == {f"{name}{end}" for name in ("billing", "forecasting") for end in (".ipynb", ".html", ".json")} | {
        "manifest.json"
    }
    spec = RunSpec("fine", Month(2026, 10), "billing")
    assert Shelf(troubled.folder("fine")).published(spec)
    documents = troubled.book.documents.find("runs", {"state": "published"})
    assert {one["_id"] for one in documents} == {
        "2026-10/fine/billing",
        "2026-10/fine/forecasting",
        "2026-10/recovers/billing",
    }
    assert not list((troubled.book.settings.home / "runs" / OCTOBER).glob(".stage-*"))


def test_the_months_page_names_everyone(troubled: Troubled) -> None:
    html = (troubled.book.settings.home / OCTOBER / "index.html").read_text("utf-8")
    for text in ("The fine client", "£12.00", "no such rate", "broken", "newcomer", "fine/billing.html"):
        assert text in html


# After the first run


@pytest.fixture
def book(tiny: Settings) -> TinyBook:
    for client in ("acme", "zebra"):
        write_client(tiny, client)
    allowed = "import os, pathlib\nassert client == 'acme' or pathlib.Path('allowed').exists()"
    write_notebook(tiny, "billing", allowed, concluding("billing", figures=TOTAL))
    return TinyBook(tiny)


def states(summary: RunSummary) -> dict[str, str]:
    return {row.client: row.state for row in summary.rows}


def content(book: TinyBook) -> str:
    entry = Shelf(book.settings.home / OCTOBER / "acme").published(RunSpec("acme", Month(2026, 10), "billing"))
    assert entry
    return entry.content_sha256


def test_valid_runs_are_skipped_failed_ones_repeated_and_equal_ones_equal(book: TinyBook) -> None:
    first = run_month(book, OCTOBER, notebooks=["billing"])
    assert (states(first), first.exit_code) == ({"acme": "published", "zebra": "failed"}, 1)
    before = content(book)

    (book.settings.notebooks / "allowed").touch()
    retried = run_month(book, OCTOBER, notebooks=["billing"], only_failed=True)
    assert (states(retried), retried.exit_code) == ({"zebra": "published"}, 0)
    assert not (book.settings.home / "runs" / OCTOBER / "zebra" / "billing").exists()
    whole = json.loads((book.settings.home / OCTOBER / "summary.json").read_text("utf-8"))
    assert [row["state"] for row in whole["rows"]] == ["published", "published"]

    again = run_month(book, OCTOBER, notebooks=["billing"])
    assert states(again) == {"acme": "unchanged", "zebra": "unchanged"}
    assert str(again.rows[0].total) == "12.00"
    assert states(run_month(book, OCTOBER, notebooks=["billing"], only_failed=True)) == {}

    book.batch = 2
    assert states(run_month(book, OCTOBER, clients=["acme"], notebooks=["billing"])) == {"acme": "published"}
    assert content(book) == before
    forced = run_month(book, OCTOBER, clients=["acme"], notebooks=["billing"], force=True)
    assert states(forced) == {"acme": "published"}
    assert content(book) == before


class BusyBook(TinyBook):
    """A ledger that takes a batch in when a notebook says so."""

    @property
    def batch(self) -> int:
        return 2 if (self.settings.notebooks / "landed").exists() else 1

    @batch.setter
    def batch(self, _: int) -> None:
        """Of the dataclass; the folder tells."""


def test_usage_that_comes_in_during_a_run_is_told_and_mended_by_the_next(tiny: Settings) -> None:
    write_client(tiny, "acme")
    write_notebook(tiny, "ingestion", concluding("ingestion"))
    write_notebook(tiny, "billing", "open('landed', 'w').close()", concluding("billing", figures=TOTAL))
    book, shelf = BusyBook(tiny), Shelf(tiny.home / OCTOBER / "acme")

    def seen(notebook: str) -> tuple[int, int | None]:
        entry = shelf.published(RunSpec("acme", Month(2026, 10), notebook))
        assert entry
        return entry.ledger_batch, entry.ledger_batch_after

    names = ["ingestion", "billing"]
    first = run_month(book, OCTOBER, notebooks=names, workers=1)
    assert (states(first), first.exit_code) == ({"acme": "published"}, 0)
    assert "ledger batch 1 became 2): run the month again" in first.rows[0].reason
    assert (seen("ingestion"), seen("billing")) == ((1, 1), (1, 2))

    again = run_month(book, OCTOBER, notebooks=names, workers=1)
    assert (states(again), again.rows[0].reason) == ({"acme": "published"}, "")
    assert (seen("ingestion"), seen("billing")) == ((2, 2), (2, 2))


@pytest.mark.parametrize(
    ("month", "options", "error"),
    [
        ("2999-01", {}, FutureMonth),
        (OCTOBER, {"clients": ["../../etc"]}, BadId),
        (OCTOBER, {"notebooks": ["ingestion"]}, MissingNotebook),
    ],
)
def test_nonsense_is_refused_before_anything_runs(
    book: TinyBook, month: str, options: dict[str, list[str]], error: type[Exception]
) -> None:
    with pytest.raises(error) as raised:
        run_month(book, month, **options)  # type: ignore[arg-type]
    assert raised.value.exit_code == 2  # type: ignore[attr-defined]
    assert not book.settings.home.exists()


def test_a_parameters_cell_that_does_not_fit_is_refused_before_anything_runs(book: TinyBook) -> None:
    write_notebook(book.settings, "billing", parameters=PARAMETERS.replace("client:", "customer:"))
    with pytest.raises(UnknownParameter, match="no parameter 'client'"):
        run_month(book, OCTOBER, notebooks=["billing"])
    assert not book.settings.home.exists()


PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, {here!r})
from tiny_project import TinyBook
from tollbook.runs.month import run_month
from tollbook.settings import Settings

if __name__ == "__main__":
    summary = run_month(TinyBook(Settings(project=Path(sys.argv[1]))), "2026-10", notebooks=["billing"], workers=1)
    sys.exit(summary.exit_code)
"""


@pytest.fixture
def sleeping(book: TinyBook, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A run in a process group of its own, and the pid of its kernel, which would sleep for minutes."""
    pid_file = book.settings.project / "pid"
    cell = f"import os, time\nfrom pathlib import Path\nPath({str(pid_file)!r}).write_text(str(os.getpid()))"
    write_notebook(book.settings, "billing", cell, "time.sleep(300)", concluding("billing"))
    (tmp_path / "program.py").write_text(PROGRAM.format(here=str(Path(__file__).parent)))
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "program.py"), str(book.settings.project)],
        start_new_session=True,
        stderr=subprocess.PIPE,
    )
    end = time.monotonic() + 150
    while not (pid_file.exists() and pid_file.read_text()) and time.monotonic() < end:
        time.sleep(0.1)
    yield process, int(pid_file.read_text())
    process.kill()
    process.wait()


def gone(pid: int, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_ctrl_c_stops_everything_and_says_so(book: TinyBook, sleeping: tuple[subprocess.Popen[bytes], int]) -> None:
    process, kernel = sleeping
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the group
    _, complaints = process.communicate(timeout=120)
    assert process.returncode == 130
    assert complaints.decode() == ""
    assert gone(kernel)
    assert {one["state"] for one in book.documents.find("runs")} == {"stopped"}
    assert "stopped before the end" in (book.settings.home / OCTOBER / "index.html").read_text("utf-8")
