"""What one worker process does: one notebook at a time, and an answer whatever happens."""

import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tollbook.errors import TollbookError
from tollbook.runs.execute import Executed, Stage, execute
from tollbook.runs.failures import RunFailed
from tollbook.runs.kernel import Limits, Watch
from tollbook.runs.session import Session
from tollbook.runs.spec import RunSpec
from tollbook.settings import Settings


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is given; `stage` is new for every attempt."""

    spec: RunSpec
    settings: Settings
    stage: Stage
    limits: Limits
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What it gives back: a verified run, or the reason why there is none."""

    executed: Executed | None = None
    reason: str = ""
    retry: bool = False
    seconds: float = 0.0


class Worker:
    """Does jobs; notebooks of one client that follow each other run in one kernel, while none of them fails.

    What fails in a kernel that others have used is worth a second attempt, which has a kernel to itself.
    """

    def __init__(self) -> None:
        self._client = ""
        self._session: Session | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def __call__(self, job: Job, watch: Watch | None = None) -> Answer:
        """Execute a job's notebook; never raises, so that nothing that cannot be pickled has to travel.

        Args:
            job: what to do.
            watch: looks after the kernel, for who wants to stop it.
        """
        clock, retry = time.monotonic(), False
        try:
            executed = execute(job.spec, job.stage, self._session_for(job), watch)
        except TollbookError as error:
            reason, retry = str(error), isinstance(error, RunFailed) and self._worth_another(error)
        except Exception as error:  # noqa: BLE001 - one client's surprise is reported, not spread
            reason = f"{job.spec.notebook}.ipynb: unexpected {type(error).__name__}: {error}"
        else:
            return Answer(executed, seconds=executed.seconds)
        self._end()
        return Answer(reason=reason, retry=retry, seconds=round(time.monotonic() - clock, 3))

    def _worth_another(self, error: RunFailed) -> bool:
        shared = self._session is not None and self._session.lent > 1
        return error.retry or (shared and not error.overtime)

    def _session_for(self, job: Job) -> Session:
        if self._session is None or self._client != job.spec.client or job.attempt > 1:
            self._end()
            self._client, self._session = job.spec.client, Session(job.settings, job.limits)
        return self._session

    def _end(self) -> None:
        if self._session:
            session, self._session = self._session, None
            session.close()


def work(job: Job, watch: Watch | None = None) -> Answer:
    """Do one job in a kernel of its own; see `Worker`."""
    with Worker() as worker:
        return worker(job, watch)
