"""A program that ingests a landing folder again and again and is killed; run by test_usage_crash.py.

    crashing_intake.py PROJECT random KILLS SEED     at random moments
    crashing_intake.py PROJECT steps                 at each step around a commit
    crashing_intake.py PROJECT rivals PROCESSES      not killed at all: several at once

Whenever a run gets to its end, what the book then holds is compared with a clean run, and a new book is begun.
The program itself touches neither DuckDB nor Delta: it forks its children.
"""

import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import tollbook
from tollbook.settings import Settings
from tollbook.storage.lake import Table
from tollbook.storage.sqlite import SqliteDocuments
from tollbook.usage import grouping, intake
from tollbook.usage.quarantine import Quarantine
from tollbook.usage.totals import COUNTS

# (class, method, n): the process dies right before the nth call of the method.
STEPS: Sequence[tuple[type, str, int]] = (
    (Quarantine, "prepare", 2),
    (Table, "add", 1),
    (Table, "add", 2),
    (Quarantine, "publish", 1),
    (SqliteDocuments, "put_many", 2),  # the first remembers the hashes of files, this one stores control totals
    (SqliteDocuments, "replace_if_newer", 1),  # which batch they are of
    (SqliteDocuments, "put", 1),  # up to which batch the rollups are right
)


def in_child(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:  # noqa: BLE001 - the parent sees the code, a reader the trace
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return pid


def finished(pid: int) -> bool:
    """Wait for a child; whether it ended by itself, and well."""
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a run failed")
    return os.WIFEXITED(status)


def ingest(settings: Settings) -> None:
    """Many small batches, so that there is much to interrupt."""
    intake.ROWS_PER_BATCH = 100
    grouping.FILES_AT_ONCE = 8
    tollbook.open(settings).ingest()


def dying_at(owner: Any, method: str, occurrence: int) -> None:
    real, calls = getattr(owner, method), [0]

    def fatal(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if calls[0] == occurrence:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    setattr(owner, method, fatal)


def describe(settings: Settings, path: Path) -> None:
    """Everything that must not depend on how often a run was interrupted, as text."""
    book = tollbook.open(settings)
    totals = [(one.file, one.state, *(getattr(one, name) for name in COUNTS)) for one in book.control_totals()]
    book.open_ledger()
    entries = book.connection.sql(
        "select client, source, message_id, part, status, submitted_at::varchar, segments, cost::varchar "
        "from ledger group by all having sum(sign) <> 0 order by all"
    ).fetchall()
    postings = book.connection.sql("select sum(sign), count(*) filter (sign = 1) from ledger").fetchall()
    usage = [book.usage(client, date.min, date.max) for client in book.client_ids()]
    rolled = [(int(one["messages"].sum()), int(one["segments"].sum()), str(one["cost"].sum())) for one in usage]
    refused = book.quarantine.rows().to_numpy().tolist()
    lines = [*totals, *entries, *postings, *rolled, *refused]
    path.write_text("\n".join(map(repr, lines)), "utf-8")


def check(settings: Settings, clean: Path) -> None:
    """Compare with the clean run, and begin a new book."""
    found = clean.with_name("found.txt")
    finished(in_child(lambda: describe(settings, found)))
    mine, theirs = found.read_text("utf-8").splitlines(), clean.read_text("utf-8").splitlines()
    different = [pair for pair in zip(mine, theirs, strict=False) if pair[0] != pair[1]]
    if different or len(mine) != len(theirs):
        sys.exit(f"not as after a clean run: {len(mine)} and {len(theirs)} lines, {different[:3]}")
    shutil.rmtree(settings.book)


def kill_at_random(settings: Settings, clean: Path, kills: int, seed: int, longest: float) -> None:
    luck = random.Random(seed)  # noqa: S311 - a test
    for _ in range(kills):
        pid = in_child(lambda: ingest(settings))
        time.sleep(luck.uniform(0.02, longest))
        os.kill(pid, signal.SIGKILL)
        finished(pid)
        if luck.random() < 0.2:
            finished(in_child(lambda: ingest(settings)))
            check(settings, clean)
    finished(in_child(lambda: ingest(settings)))
    check(settings, clean)


def kill_at_steps(settings: Settings, clean: Path) -> None:
    for owner, method, occurrence in STEPS:

        def run(owner: type = owner, method: str = method, occurrence: int = occurrence) -> None:
            dying_at(owner, method, occurrence)
            ingest(settings)

        if finished(in_child(run)):
            sys.exit(f"{owner.__name__}.{method} was never called {occurrence} times")
        finished(in_child(lambda: ingest(settings)))
        check(settings, clean)


def run_rivals(settings: Settings, clean: Path, processes: int) -> None:
    for pid in [in_child(lambda: ingest(settings)) for _ in range(processes)]:
        finished(pid)
    check(settings, clean)


def main(project: str, how: str, *numbers: str) -> None:
    settings, clean = Settings(project=Path(project)), Path(project) / "clean.txt"
    start = time.monotonic()
    finished(in_child(lambda: ingest(settings)))
    took = time.monotonic() - start
    finished(in_child(lambda: describe(settings, clean)))
    shutil.rmtree(settings.book)
    if how == "random":
        kill_at_random(settings, clean, int(numbers[0]), int(numbers[1]), took)
    elif how == "steps":
        kill_at_steps(settings, clean)
    else:
        run_rivals(settings, clean, int(numbers[0]))
    sys.stdout.write(f"as after a clean run: {len(clean.read_text('utf-8').splitlines())} lines\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
