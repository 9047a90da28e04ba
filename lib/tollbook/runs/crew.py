"""A crew of worker processes that survives its members.

`concurrent.futures` gives up all work when one worker is killed and cannot stop one that hangs. Here a worker that
dies or takes too long costs its own job only: it is replaced and the others never notice.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Generic, Self, TypeVar

from tollbook.runs.warm.kernel import die_with_parent

Job = TypeVar("Job")
Answer = TypeVar("Answer")
Worker = Callable[[], AbstractContextManager[Callable[[Job], Answer]]]

# Spawned, never forked: a fork would share open databases and hang on the locks of threads it does not have.
_SPAWN = multiprocessing.get_context("spawn")
_GRACE = 8.0  # seconds to stop a kernel and leave


@dataclass(frozen=True, slots=True)
class Lost:
    """The worker ended before it answered.

    Attributes:
        overtime: it was stopped for taking too long; else it died.
    """

    overtime: bool


@dataclass(slots=True)
class _Member(Generic[Job]):
    process: SpawnProcess
    line: Connection
    job: Job | None = None
    deadline: float = 0.0
    kin: Hashable = None  # of its last job

    def stop(self) -> None:
        """Ask it to leave, which ends its kernel too; make it leave if it does not."""
        self.line.close()
        self.process.terminate()
        self.process.join(_GRACE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class Crew(Generic[Job, Answer]):
    """At most `size` processes that each do one job at a time; jobs are picklable.

    Args:
        worker: makes what does the jobs in a process and is closed with it; importable.
        size: how many workers.
        seconds: how long a job may take, all in all.
        kin: jobs of equal kin go to the worker that had the last of them, if it is free.
    """

    def __init__(
        self, worker: Worker[Job, Answer], size: int, seconds: float, kin: Callable[[Job], Hashable] = lambda _: None
    ) -> None:
        self._worker, self.size, self._seconds, self._kin = worker, size, seconds, kin
        self._members: list[_Member[Job]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def busy(self) -> list[Job]:
        """Jobs being done."""
        return [member.job for member in self._members if member.job is not None]

    @property
    def free(self) -> bool:
        """Whether another job can be given now."""
        return len(self.busy) < self.size

    def give(self, job: Job) -> None:
        """Start a job; only when `free`."""
        kin = self._kin(job)
        idle = sorted((one for one in self._members if one.job is None), key=lambda one: one.kin != kin)
        member = idle[0] if idle else self._hire()
        member.job, member.deadline, member.kin = job, time.monotonic() + self._seconds, kin
        with contextlib.suppress(OSError):  # it died while idle: `collect` reports that
            member.line.send(job)

    def collect(self, patience: float = 0.5) -> list[tuple[Job, Answer | Lost]]:
        """Jobs that ended, waiting at most `patience` seconds for one."""
        working = {member.line: member for member in self._members if member.job is not None}
        heard = wait(list(working), patience)
        ended = [self._hear(working[line]) for line in heard if isinstance(line, Connection)]
        now = time.monotonic()
        late = [member for line, member in working.items() if line not in heard and member.deadline < now]
        return ended + [self._dismiss(member, Lost(overtime=True)) for member in late]

    def stop(self) -> None:
        """End every worker and its kernel."""
        for member in self._members:
            member.process.terminate()
        while self._members:
            self._members.pop().stop()

    def _hire(self) -> _Member[Job]:
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_serve, args=(theirs, self._worker), daemon=True)
        process.start()
        theirs.close()
        self._members.append(_Member(process, ours))
        return self._members[-1]

    def _hear(self, member: _Member[Job]) -> tuple[Job, Answer | Lost]:
        try:
            answer: Answer = member.line.recv()
        except (EOFError, OSError):
            return self._dismiss(member, Lost(overtime=False))
        job, member.job = member.job, None
        assert job is not None  # noqa: S101 - only working members are heard
        return job, answer

    def _dismiss(self, member: _Member[Job], why: Lost) -> tuple[Job, Answer | Lost]:
        self._members.remove(member)
        member.stop()
        assert member.job is not None  # noqa: S101 - only working members are dismissed
        return member.job, why


def _serve(line: Connection, worker: Worker[Job, Answer]) -> None:
    """A worker's life: a job, an answer, until the line is closed; it ends when its parent does, even in a job."""
    # Ctrl-C reaches the whole terminal; the parent decides what it means. A function, not SIG_IGN, which kernels
    # would inherit and then could not be interrupted.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # unwinds, so that the kernel is shut down as well
    die_with_parent()
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    with worker() as work, contextlib.suppress(EOFError, OSError):
        while True:
            line.send(work(line.recv()))


def _leave_with_parent() -> None:
    """A parent that was killed cannot tell its workers to stop their kernels."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE)
        os._exit(1)
