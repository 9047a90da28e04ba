"""A month on a real Dask cluster: a scheduler and two workers, each started as a process of its own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from tiny_project import concluding, make_tiny, write_client, write_notebook

import tollbook
from dask_cluster import Cluster, until
from tollbook.period import Month
from tollbook.runs.cluster import NoScheduler
from tollbook.runs.kernel import Limits
from tollbook.runs.month import run_month
from tollbook.runs.publish import Shelf
from tollbook.runs.spec import RunSpec
from tollbook.runs.summary import RunSummary
from tollbook.settings import Settings

pytest.importorskip("distributed")

OCTOBER = "2026-10"
T = TypeVar("T")
CLIENTS = ("acme", "birch", "cedar", "delta", "ember", "fjord")
# Each says in whose folder it ran; the name of the process is all that two workers of one machine differ in.
CELL = """
import os, time
from pathlib import Path
Path(output, f"{client}.csv").write_text("a,b\\n" * 100)
place = Path(os.environ["SEEN"])
(place / client).write_text(os.environ["WORKER"])
while not (place / "go").exists():
    time.sleep(0.05)
"""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with Cluster.under(tmp_path / "cluster") as made:
        yield made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = make_tiny(tmp_path / "project")
    for client in CLIENTS:
        write_client(made, client)
    write_notebook(made, "billing", CELL, concluding("billing", figures='{"total": "12.00", "currency": "GBP"}'))
    return made


def states(summary: RunSummary) -> dict[str, str]:
    return {row.client: row.state for row in summary.rows}


def test_a_month_by_two_workers_one_of_which_is_killed_in_the_middle(cluster: Cluster, settings: Settings) -> None:
    cluster.work("anna", TOLLBOOK_WARM="")  # kernels from the worker's own warm process
    cluster.work("bert")

    def kill_one() -> None:
        until(lambda: len(list(cluster.seen.iterdir())) >= 2)  # both are at work
        cluster.processes["bert"].kill()
        (cluster.seen / "go").touch()

    killer = threading.Thread(target=kill_one)
    killer.start()
    summary = run_month(settings, OCTOBER, notebooks=["billing"], scheduler=cluster.address)
    killer.join()
    assert states(summary) == dict.fromkeys(CLIENTS, "published")
    assert summary.exit_code == 0
    assert {path.read_text() for path in cluster.seen.iterdir() if path.name != "go"} == {"anna"}
    for client in CLIENTS:
        shelf = Shelf(settings.home / OCTOBER / client)
        assert shelf.published(RunSpec(client, Month(2026, 10), "billing"))
        assert (shelf.folder / f"{client}.csv").read_text() == "a,b\n" * 100

    here = run_month(settings, OCTOBER, notebooks=["billing"])
    assert states(here) == dict.fromkeys(CLIENTS, "unchanged")


def test_failures_travel_with_their_reason_and_their_evidence(cluster: Cluster, settings: Settings) -> None:
    write_client(settings, "birch")
    trouble = """
import os, signal
if client == "acme": raise ValueError("no such rate")
if client == "birch": os.kill(os.getpid(), signal.SIGKILL)
if client == "cedar": os.mkfifo(output + "/pipe")
if client == "delta": import time; time.sleep(60)
"""
    write_notebook(settings, "billing", trouble, concluding("billing"))
    cluster.work("anna", threads=3)  # three notebooks at a time in one process
    limits = Limits(notebook_seconds=8)
    summary = run_month(settings, OCTOBER, notebooks=["billing"], scheduler=cluster.address, limits=limits)
    reasons = {row.client: row.reason for row in summary.rows}
    assert "no such rate" in reasons["acme"]
    assert "kernel died" in reasons["birch"]
    assert "pipe is no ordinary file" in reasons["cedar"]
    assert "took longer than 8 s in all" in reasons["delta"]
    assert (reasons["ember"], reasons["fjord"], summary.exit_code) == ("", "", 1)
    kept = settings.home / "runs" / OCTOBER / "acme" / "billing"
    assert "no such rate" in (kept / "billing.ipynb").read_text("utf-8")
    attempts = {row.client: row.notebooks["billing"].attempts for row in summary.rows}
    assert (attempts["acme"], attempts["birch"]) == (1, 2)


def test_a_worker_that_sees_another_home_computes_nothing(cluster: Cluster, settings: Settings) -> None:
    elsewhere = cluster.folder / "elsewhere"
    elsewhere.mkdir(parents=True, exist_ok=True)
    cluster.work("anna", TOLLBOOK_HOME=str(elsewhere))
    summary = run_month(settings, OCTOBER, clients=["acme"], notebooks=["billing"], scheduler=cluster.address)
    assert "is not there: is its TOLLBOOK_HOME that of the run?" in summary.rows[0].reason
    assert summary.exit_code == 1


def test_a_cluster_that_goes_away_stops_the_run_and_the_next_one_ends_it(cluster: Cluster, settings: Settings) -> None:
    cluster.work("anna")

    def kill_all() -> None:
        until(lambda: list(cluster.seen.iterdir()))
        cluster.stop()

    killer = threading.Thread(target=kill_all)
    killer.start()
    summary = run_month(settings, OCTOBER, notebooks=["billing"], scheduler=cluster.address)
    killer.join()
    assert set(states(summary).values()) == {"stopped"}
    assert "start the run again" in summary.rows[0].reason
    assert summary.exit_code == 1
    os.environ |= {"SEEN": str(cluster.seen), "WORKER": "here"}
    (cluster.seen / "go").touch()
    again = run_month(settings, OCTOBER, notebooks=["billing"], only_failed=True)
    assert states(again) == dict.fromkeys(CLIENTS, "published")


def test_a_stopped_run_leaves_no_kernel_on_the_workers(cluster: Cluster, settings: Settings) -> None:
    pid_cell = "import os; from pathlib import Path\nPath(os.environ['SEEN'], 'pid').write_text(str(os.getpid()))\n"
    write_notebook(settings, "billing", pid_cell + "import time; time.sleep(300)", concluding("billing"))
    cluster.work("anna")
    program = cluster.folder / "program.py"
    program.write_text(
        "import sys\nfrom pathlib import Path\nfrom tollbook.runs.month import run_month\n"
        "from tollbook.settings import Settings\nif __name__ == '__main__':\n"
        f"    sys.exit(run_month(Settings(project=Path({str(settings.project)!r})), '{OCTOBER}', clients=['acme'],"
        f" notebooks=['billing'], scheduler={cluster.address!r}).exit_code)\n"
    )
    with subprocess.Popen([sys.executable, str(program)]) as run:
        kernel = int(until((cluster.seen / "pid").read_text))
        run.send_signal(signal.SIGINT)
        assert run.wait(30) == 130
    until(lambda: not Path(f"/proc/{kernel}").exists(), seconds=10)
    assert [one["state"] for one in tollbook.open(settings).documents.find("runs")] == ["stopped"]


def test_a_scheduler_that_is_not_there_is_said_before_anything_runs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tollbook.runs.cluster._CONNECT_SECONDS", 1)
    with pytest.raises(NoScheduler, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        run_month(settings, OCTOBER, notebooks=["billing"], scheduler="tcp://127.0.0.1:9")
