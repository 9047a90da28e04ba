"""Whatever goes wrong: afterwards each client is published whole, or failed with its reason; a re-run mends it."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from tiny_project import TinyBook, concluding, write_client, write_notebook

from tollbook.period import Month
from tollbook.runs.kernel import Limits
from tollbook.runs.month import run_month
from tollbook.runs.publish import MANIFEST, Manifest, Shelf
from tollbook.runs.spec import RunSpec
from tollbook.runs.summary import RunSummary
from tollbook.settings import Settings

OCTOBER = "2026-10"
HERE = Path(__file__).parent
CLIENTS = ("acme", "birch", "cedar", "delta", "ember", "fjord")
FILES = "from pathlib import Path\nfor n in range(3): Path(output, f'{client}-{n}.csv').write_text('a,b\\n' * 100)"
NOTE_PID = "import os; Path(os.environ['TOLLBOOK_PROJECT'], 'pid').write_text(str(os.getpid()))"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory and children are read from /proc")


@pytest.fixture
def book(tiny: Settings) -> TinyBook:
    for client in CLIENTS:
        write_client(tiny, client)
    return TinyBook(tiny)


def published(settings: Settings) -> set[str]:
    """The clients whose folder is whole; fails when one is there in part."""
    found = set()
    for folder in (settings.home / OCTOBER).glob("*/"):
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        stated = {name for entry in manifest.notebooks.values() for name in entry.files}
        assert {path.name for path in folder.iterdir()} == stated | {MANIFEST}, folder
        assert Shelf(folder).published(RunSpec(folder.name, Month(2026, 10), "billing")), folder
        found.add(folder.name)
    return found


def accounted(settings: Settings, summary: RunSummary) -> set[str]:
    """The clients published; every other one has failed, with a reason."""
    whole = published(settings)
    assert {row.client for row in summary.rows} == set(CLIENTS)
    for row in summary.rows:
        assert row.state in ({"published", "unchanged"} if row.client in whole else {"failed"}), row
        assert bool(row.reason) == (row.client not in whole)
    assert not list((settings.home / "runs" / OCTOBER).glob(".stage-*"))
    return whole


def children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            if int(stat.read_text("utf-8").rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


@contextmanager
def killer(of: Path) -> Iterator[list[int]]:
    """Kills kernels, which the notebook names in `of`, at random moments."""
    killed, over, dice = list[int](), threading.Event(), random.Random(7)  # noqa: S311

    def kill() -> None:
        while not over.wait(dice.uniform(0.2, 0.5)):
            for path in of.glob("pid-*"):
                with suppress(OSError, ValueError):
                    os.kill(int(path.read_text()), signal.SIGKILL)
                    killed.append(int(path.read_text()))
                    break

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def test_kernels_killed_at_random(book: TinyBook) -> None:
    pid = "pid = Path(os.environ['TOLLBOOK_PROJECT'], f'pid-{client}')"
    write_notebook(
        book.settings,
        "billing",
        f"{FILES}\nimport os, time\n{pid}\npid.write_text(str(os.getpid()))\ntime.sleep(0.6)\npid.unlink()",
        concluding("billing"),
    )
    with killer(book.settings.project) as killed:
        summary = run_month(book, OCTOBER, notebooks=["billing"])
    assert killed
    assert any(part.attempts == 2 for row in summary.rows for part in row.notebooks.values())
    accounted(book.settings, summary)
    again = run_month(book, OCTOBER, notebooks=["billing"])
    assert accounted(book.settings, again) == set(CLIENTS)
    assert again.exit_code == 0


@LINUX
def test_one_that_hangs_one_that_eats_memory_and_a_disk_that_is_full(book: TinyBook) -> None:
    trouble = """
import os, time
if client == "birch":
    time.sleep(60)
if client == "cedar":
    eaten = [bytes(range(256)) * 200_000 for _ in range(200) if not time.sleep(0.02)]
if client == "delta":
    os.mkfifo(output + "/pipe")
if client == "ember":
    full = open("/dev/full", "w"); full.write("x" * 10_000); full.flush()
"""
    write_notebook(book.settings, "billing", FILES, trouble, concluding("billing"))
    limits = Limits(cell_seconds=6, memory_mb=600)
    summary = run_month(book, OCTOBER, notebooks=["billing"], limits=limits)
    assert accounted(book.settings, summary) == {"acme", "fjord"}
    reasons = {row.client: row.reason for row in summary.rows}
    assert "took longer than 6 s" in reasons["birch"]
    assert "took more than 600 MB of memory" in reasons["cedar"]
    assert "pipe is no ordinary file" in reasons["delta"]
    assert "No space left on device" in reasons["ember"]

    write_notebook(book.settings, "billing", FILES, concluding("billing"))
    again = run_month(book, OCTOBER, notebooks=["billing"], only_failed=True)
    assert {row.client for row in again.rows} == {"birch", "cedar", "delta", "ember"}
    assert published(book.settings) == set(CLIENTS)


PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, {here!r})
from tiny_project import TinyBook
from tollbook.errors import TollbookError
from tollbook.runs.month import run_month
from tollbook.settings import Settings

if __name__ == "__main__":
    try:
        sys.exit(run_month(TinyBook(Settings(project=Path(sys.argv[1]))), "2026-10", notebooks=["billing"]).exit_code)
    except TollbookError as error:
        print(error)
        sys.exit(error.exit_code)
"""


def start(settings: Settings, *, largest_file: int = 0) -> subprocess.Popen[str]:
    """A run in a process of its own, which can write no file larger than that."""
    program = settings.project / "program.py"
    program.write_text(PROGRAM.format(here=str(HERE)))

    def limit() -> None:
        if largest_file:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    return subprocess.Popen(
        [sys.executable, str(program), str(settings.project)],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=limit,  # noqa: PLW1509 - nothing but the limit
    )


def test_a_runner_that_cannot_write_fails_clients_not_the_run(book: TinyBook) -> None:
    much = "if client in {'birch', 'delta'}: print('x' * 3_000_000)"
    write_notebook(book.settings, "billing", FILES, much, concluding("billing"))
    with start(book.settings, largest_file=1_000_000) as run:
        run.communicate(timeout=300)
    assert run.returncode == 1
    assert published(book.settings) == set(CLIENTS) - {"birch", "delta"}
    summary = json.loads((book.settings.home / OCTOBER / "summary.json").read_text("utf-8"))
    assert {row["client"] for row in summary["rows"] if "File too large" in row["reason"]} == {"birch", "delta"}
    assert accounted(book.settings, run_month(book, OCTOBER, notebooks=["billing"])) == set(CLIENTS)


@LINUX
def test_a_runner_killed_in_the_middle_leaves_no_kernel_and_no_half_client_and_is_started_again(book: TinyBook) -> None:
    wait = "import os, time\nif client == 'delta' and not os.path.exists('go'): time.sleep(300)"
    write_notebook(book.settings, "billing", FILES, NOTE_PID, wait, concluding("billing"))
    go = book.settings.notebooks / "go"
    with start(book.settings) as run:
        end = time.monotonic() + 150
        while len(list((book.settings.home / OCTOBER).glob("*/manifest.json"))) < 4 and time.monotonic() < end:
            time.sleep(0.05)
        workers = children(run.pid)
        assert workers
        run.kill()
    kernel = int((book.settings.project / "pid").read_text())
    end = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in (*workers, kernel)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [pid for pid in (*workers, kernel) if Path(f"/proc/{pid}").exists()]
    before = published(book.settings)
    assert "delta" not in before

    go.touch()
    again = run_month(book, OCTOBER, notebooks=["billing"])
    assert accounted(book.settings, again) == set(CLIENTS)
    assert {row.client for row in again.rows if row.state == "unchanged"} >= before - {"delta"}


def test_two_runs_of_a_month_at_once_do_not_both_publish(book: TinyBook) -> None:
    write_notebook(book.settings, "billing", FILES, "import time; time.sleep(0.5)", concluding("billing"))
    runs = [start(book.settings), start(book.settings)]
    said = [run.communicate(timeout=300)[0] for run in runs]
    assert sorted(run.returncode for run in runs) == [0, 2]
    assert any("is being run by another process" in one for one in said)
    assert published(book.settings) == set(CLIENTS)
