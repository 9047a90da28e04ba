"""`tollbook bench run`: a month of the demo clients by `tollbook run`, and by plain Papermill with the stock kernel.

Both run the same notebooks of the same project with as many workers as there are cores. Plain Papermill only executes;
our run also verifies, writes pages and publishes. Where Python keeps no bytecode (PYTHONDONTWRITEBYTECODE), every stock
kernel compiles its libraries anew, so the result says which it was. The start of the warm process, once a run however
many clients there are, is a yardstick of its own.
"""

import multiprocessing
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path

import pandas as pd

import tollbook
from tollbook.bench.result import Goal, Result
from tollbook.bench.run.crowd import make_crowd
from tollbook.demo import write_demo
from tollbook.runs.kernel import Limits, kernel_environment
from tollbook.runs.memory import memory_mb
from tollbook.runs.month import run_month
from tollbook.runs.spec import NOTEBOOKS
from tollbook.runs.warm.owner import WarmProcess
from tollbook.runs.warm.wire import Line
from tollbook.settings import Settings
from tollbook.usage.upkeep import compact

MONTH = "2026-10"
SCALE = 0.05  # small clients: some thousands of messages a month
CLIENTS = int(os.environ.get("TOLLBOOK_BENCH_CLIENTS", "24"))  # 100 take four minutes on 2 cores
PLAIN_CLIENTS = 2  # all notebooks of so many are the yardstick, before our run and again after it


def measure() -> Result:
    """Notebooks a minute of both, and the memory that each takes at its peak."""
    here = Settings()
    with tempfile.TemporaryDirectory() as folder:
        settings = _project(here, Path(folder))
        clients = make_crowd(settings, CLIENTS)
        before, before_seconds = _plain(settings, clients[:PLAIN_CLIENTS])
        with WarmProcess(kernel_environment(settings, Path(folder))) as warm, _memory() as ours:
            warm_seconds, idle_mb = _ready(warm)
            began = time.monotonic()
            summary = run_month(settings, MONTH, clients=clients, limits=Limits(warm=warm.address))
            seconds = time.monotonic() - began
        after, after_seconds = _plain(settings, clients[-PLAIN_CLIENTS:])
    assert summary.exit_code == 0, [row.reason for row in summary.rows]  # noqa: S101 - half a run is no figure
    each, plain_each = seconds / len(clients), (before_seconds + after_seconds) / (2 * PLAIN_CLIENTS)
    speedup, minutes = plain_each / each, 300 * each / 60
    return Result(
        "run",
        {
            "speedup_vs_papermill": speedup,
            "clients_per_minute": 60 / each,
            "minutes_for_300_clients": minutes,
            "peak_memory_gb": ours.peak_mb / 1000,
        },
        {
            "papermill_clients_per_minute": 60 / plain_each,
            "papermill_peak_memory_gb": max(before.peak_mb, after.peak_mb) / 1000,
            "clients": len(clients),
            "notebooks_per_client": len(NOTEBOOKS),
            "workers": settings.workers,
            "warm_start_seconds": warm_seconds,
            "warm_process_idle_gb": idle_mb / 1000,
            "bytecode_kept": Path(cache_from_source(pd.__file__)).exists(),
        },
        [Goal("speedup_vs_papermill", speedup, least=5.0), Goal("minutes_for_300_clients", minutes, most=20.0)],
    )


def _ready(warm: WarmProcess) -> tuple[float, int]:
    """Seconds until the warm process has imported everything, and what it then holds, MB."""
    began, connection = time.monotonic(), socket.socket(socket.AF_UNIX)
    with connection:
        connection.connect(warm.address)
        line = Line(connection)
        line.send({"ready": True})  # answered when it listens
        while not line.receive():
            pass
    return time.monotonic() - began, memory_mb(warm.pid)


def _project(here: Settings, folder: Path) -> Settings:
    """A project of its own with this one's notebooks and the demo's clients, taken in."""
    shutil.copytree(here.notebooks, folder / "notebooks")
    (folder / "parameters").mkdir()
    shutil.copytree(here.parameters / "sources", folder / "parameters" / "sources")
    shutil.copy(here.parameters / "brand.yaml", folder / "parameters")
    settings = Settings(project=folder)
    write_demo(settings, scale=SCALE)
    book = tollbook.open(settings)
    book.ingest()
    compact(book.connection, book.ledger)  # as every night
    return settings


def _plain(settings: Settings, clients: list[str]) -> tuple["Memory", float]:
    """Peak memory of, and seconds for, these clients' notebooks by Papermill alone."""
    jobs = [(client, name) for client in clients for name in NOTEBOOKS]
    with (
        ProcessPoolExecutor(settings.workers, multiprocessing.get_context("spawn")) as pool,
        tempfile.TemporaryDirectory() as outputs,
        _memory() as memory,
    ):
        began = time.monotonic()
        for future in [pool.submit(_papermill, settings, client, name, outputs) for client, name in jobs]:
            future.result()
        return memory, time.monotonic() - began


def _papermill(settings: Settings, client: str, name: str, outputs: str) -> None:
    from papermill import execute_notebook

    os.environ["TOLLBOOK_PROJECT"] = str(settings.project)
    folder = Path(outputs, client)
    folder.mkdir(exist_ok=True)
    execute_notebook(
        settings.notebooks / f"{name}.ipynb",
        folder / f"{name}.ipynb",
        parameters={"client": client, "month": MONTH, "output": str(folder)},
        kernel_name="python3",
        progress_bar=False,
        cwd=str(settings.notebooks),
    )


@dataclass(slots=True)
class Memory:
    """The most that this process's descendants held at once, shared pages counted once, in MB."""

    peak_mb: int = 0


@contextmanager
def _memory() -> Iterator[Memory]:
    seen, over = Memory(), threading.Event()

    def look() -> None:
        while not over.wait(2):  # a look takes some hundredths of a second from both
            seen.peak_mb = max(seen.peak_mb, sum(memory_mb(pid) for pid in _descendants(os.getpid())))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _descendants(pid: int) -> set[int]:
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found: set[int] = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}
