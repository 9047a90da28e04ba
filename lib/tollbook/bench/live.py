"""`tollbook bench live`: from a file's landing to its usage in the rollups, at 200 messages a second for two minutes.

Demo traffic lands in a project of its own, a process follows it, as a user would have it. `TOLLBOOK_BENCH_SECONDS`
makes it shorter. The yardstick is what taking in one such file costs when nothing else waits.
"""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tollbook.bench.result import Result
from tollbook.demo.install import install_parameters
from tollbook.demo.live import play
from tollbook.settings import Settings

RATE = 200.0
SECONDS = 120.0


def measure(seconds: float | None = None) -> Result:
    """p95 of the waits of all files, and how the last third's compares with the first's."""
    length = seconds or float(os.environ.get("TOLLBOOK_BENCH_SECONDS", SECONDS))
    with TemporaryDirectory() as scratch:
        settings = _project(Path(scratch))
        first = _followed(settings, 3.0)
        batches = _followed(settings, length)
    waits = [wait for one in batches for wait in one["waits"]]
    third = max(1, len(waits) // 3)
    figures = {
        "p95_seconds": _p95(waits),
        "last_third_vs_first": _p95(waits[-third:]) / _p95(waits[:third]),
    }
    yardsticks = {
        "messages_a_second": RATE,
        "seconds": length,
        "files": float(len(waits)),
        "median_seconds": statistics.median(waits),
        "longest_seconds": max(waits),
        "batch_seconds": statistics.median(one["seconds"] for one in batches),
        "one_file_seconds": min(one["seconds"] for one in first),
    }
    return Result("live", figures, yardsticks)


def _project(folder: Path) -> Settings:
    """A project of the demo's clients with an empty home."""
    (folder / "parameters").mkdir()
    shutil.copytree(Settings().parameters / "sources", folder / "parameters" / "sources")
    install_parameters(folder / "parameters")
    return Settings(project=folder, home=folder / "outputs")


def _followed(settings: Settings, seconds: float) -> list[dict[str, Any]]:
    """What a follower says while traffic lands, and until nothing waits any more."""
    environment = {**os.environ, "TOLLBOOK_PROJECT": str(settings.project), "TOLLBOOK_HOME": str(settings.home)}
    command = [sys.executable, "-m", "tollbook.cli", "follow", "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as follower:  # noqa: S603 - our own program
        play(settings, rate=RATE, seconds=seconds)
        time.sleep(5)
        follower.send_signal(signal.SIGTERM)
        said, _ = follower.communicate(timeout=60)
    return [json.loads(line) for line in said.decode().splitlines()]


def _p95(waits: list[float]) -> float:
    return sorted(waits)[int(0.95 * (len(waits) - 1))]
