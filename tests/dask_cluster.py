"""A Dask cluster of real processes: a scheduler, and workers that have nothing but the package and an environment."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar

from tollbook.runs.warm.wire import ADDRESS

T = TypeVar("T")


@dataclass
class Cluster:
    """Processes of a cluster; `seen` is a folder that the notebooks of all workers can write to."""

    folder: Path
    address: str = ""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def under(cls, folder: Path) -> Iterator[Self]:
        """A scheduler, without workers yet."""
        made = cls(folder)
        log = made.start("scheduler", "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        made.seen.mkdir()
        try:
            made.address = until(lambda: "".join(re.findall(r"Scheduler at:\s+(tcp://\S+)", log.read_text())))
            yield made
        finally:
            made.stop()

    @property
    def seen(self) -> Path:
        return self.folder / "seen"

    def start(self, name: str, *command: str, **environment: str) -> Path:
        """Start a program of Dask in an empty folder of its own; returns its log."""
        place = self.folder / name
        place.mkdir(parents=True)
        clean = {key: value for key, value in os.environ.items() if not key.startswith("TOLLBOOK")}
        with (place / "log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "distributed.cli." + command[0], *command[1:]],
                cwd=place,
                env=clean | {"SEEN": str(self.seen), "WORKER": name} | environment,
                stdout=log,
                stderr=log,
            )
        return place / "log"

    def work(self, name: str, *, threads: int = 1, **environment: str) -> None:
        environment = {ADDRESS: os.environ.get(ADDRESS, "")} | environment  # tiny notebooks need no big imports
        options = ("--nthreads", str(threads), "--no-nanny", "--no-dashboard", "--name", name)
        self.start(name, "dask_worker", self.address, *options, **environment)

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait()


def until(found: Callable[[], T], seconds: float = 90) -> T:
    """What `found` gives as soon as that is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError):
            if result := found():
                return result
        time.sleep(0.05)
    raise AssertionError("waited in vain")
