"""What one worker process does: one notebook at a time, and an answer whatever happens."""

import time
from dataclasses import dataclass

from tollbook.errors import TollbookError
from tollbook.runs.execute import Executed, Stage, execute
from tollbook.runs.failures import RunFailed
from tollbook.runs.kernel import Limits, Watch
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


def work(job: Job, watch: Watch | None = None) -> Answer:
    """Execute a job's notebook; never raises, so that nothing that cannot be pickled has to travel.

    Args:
        job: what to do.
        watch: looks after the kernel, for who wants to stop it.
    """
    clock = time.monotonic()
    try:
        executed = execute(job.spec, job.settings, job.stage, job.limits, watch)
    except TollbookError as error:
        reason, retry = str(error), isinstance(error, RunFailed) and error.retry
    except Exception as error:  # noqa: BLE001 - one client's surprise is reported, not spread
        reason, retry = f"{job.spec.notebook}.ipynb: unexpected {type(error).__name__}: {error}", False
    else:
        return Answer(executed, seconds=executed.seconds)
    return Answer(reason=reason, retry=retry, seconds=round(time.monotonic() - clock, 3))
