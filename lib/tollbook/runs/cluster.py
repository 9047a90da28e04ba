"""A Dask cluster as the hands of a run: the same jobs, done by workers on any number of machines.

A worker that dies costs time only: the scheduler gives its job to another. Publishing stays with the run, so nothing is
half there whatever becomes of a worker.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tollbook.errors import TollbookError
from tollbook.runs.crew import Lost
from tollbook.runs.errand import Delivery, Errand, run_errand, stop_errands, unpack
from tollbook.runs.work import Answer, Job

if TYPE_CHECKING:
    from distributed import Client, Future

_CONNECT_SECONDS = 15
_NO_WORKER_SECONDS = 60.0  # machines of a cluster come and go
_PATIENCE = 60.0  # beyond what a notebook may take, its worker ends it by itself


class NoDask(TollbookError):
    """The extra that speaks to clusters is not installed."""

    def __init__(self) -> None:
        super().__init__("--scheduler needs Dask: pip install 'tollbook[cluster]'")


class NoScheduler(TollbookError):
    """Nobody answers at the scheduler's address."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(f"no Dask scheduler answers at {address} ({why}); start one with `dask scheduler`")


class ClusterLost(TollbookError):
    """The scheduler or the last worker has gone in the middle of a run."""

    exit_code = 1

    def __init__(self, address: str, fault: str) -> None:
        super().__init__(f"the cluster at {address} is lost: {fault}; start the run again when it is back")


class Cluster:
    """Hands over jobs to the workers of a scheduler, as many at a time as they have threads.

    Args:
        address: of the scheduler, for messages.
        client: connected to it.
        errand: what all errands of the run have in common.
    """

    def __init__(self, address: str, client: "Client", errand: Mapping[str, Any]) -> None:
        self._address, self._client, self._errand = address, client, errand
        self._given: dict[Future[Delivery], tuple[Job, float]] = {}
        self._threads, self._counted, self._manned = 0, 0.0, time.monotonic()

    @property
    def busy(self) -> list[Job]:
        """Jobs being done."""
        return [job for job, _ in self._given.values()]

    @property
    def size(self) -> int:
        """How many jobs the workers that are there now do at a time; asked at most once a second.

        Raises:
            ClusterLost: the scheduler does not answer, or has had no worker for long.
        """
        now = time.monotonic()
        if now - self._counted > 1:
            self._threads, self._counted = sum(self._asked().values()), now
            self._manned = now if self._threads else self._manned
            if now - self._manned > _NO_WORKER_SECONDS:
                raise ClusterLost(self._address, f"it has had no worker for {_NO_WORKER_SECONDS:.0f} s")
        return self._threads

    @property
    def free(self) -> bool:
        """Whether a worker waits for a job."""
        return len(self._given) < self.size

    def give(self, job: Job) -> None:
        """Send a job out."""
        errand = Errand(job.spec, job.limits, job.attempt, **self._errand)
        future = self._client.submit(_on_worker, errand, pure=False, key=f"{job.spec.key}/{job.attempt}/{uuid4()}")
        self._given[future] = job, time.monotonic() + job.limits.notebook_seconds + _PATIENCE

    def collect(self, patience: float = 0.5) -> list[tuple[Job, Answer | Lost]]:
        """Jobs that ended, waiting at most `patience` seconds for one.

        Raises:
            ClusterLost: the scheduler does not answer, or has had no worker for long.
        """
        from distributed import wait
        from distributed.client import FuturesCancelledError

        if self._given:
            # Cancelled: the scheduler is gone, which `size` says, or has let go of some, which are done then.
            with self._client.as_current(), suppress(TimeoutError, FuturesCancelledError):
                wait(list(self._given), timeout=patience, return_when="FIRST_COMPLETED")
        _ = self.size
        now = time.monotonic()
        ended = [future for future, (_, end) in self._given.items() if future.done() or end < now]
        return [self._heard(future) for future in ended]

    def stop(self) -> None:
        """Take back what is not yet done, and end the kernels that are at it."""
        futures = list(self._given)
        self._given.clear()
        with suppress(Exception):  # a scheduler that is gone has nothing to stop
            self._client.cancel(futures, force=True)
            self._client.run(stop_errands, str(self._errand["run"]), on_error="ignore")

    def _asked(self) -> Mapping[str, int]:
        if self._client.status != "running":
            raise ClusterLost(self._address, "its scheduler is gone")
        try:
            threads: Mapping[str, int] = self._client.nthreads()
        except (OSError, TimeoutError) as error:
            raise ClusterLost(self._address, f"its scheduler does not answer ({error})") from error
        return threads

    def _heard(self, future: "Future[Delivery]") -> tuple[Job, Answer | Lost]:
        from distributed import KilledWorker

        job, _ = self._given.pop(future)
        if future.status == "finished":
            delivery = future.result()
            if delivery.stage:
                unpack(delivery.stage, job.stage.folder)
            return job, delivery.answer
        if not future.done():
            self._client.cancel([future], force=True)
            return job, Lost(overtime=True)
        error = None if future.cancelled() else future.exception()
        if error is None or isinstance(error, KilledWorker):
            return job, Lost(overtime=False)
        return job, Answer(
            reason=f"{job.spec.notebook}.ipynb: no worker could take it ({type(error).__name__}: {error})"
        )


@contextmanager
def cluster(address: str, errand: Mapping[str, Any]) -> Iterator[Cluster]:
    """Hands at a scheduler's address, `tcp://host:8786` or `tls://...`.

    Raises:
        NoDask: the extra is not installed.
        NoScheduler: nobody answers there.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise NoDask from error
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise NoScheduler(address, str(error).splitlines()[0]) from error
    hands = Cluster(address, client, errand)
    try:
        yield hands
    finally:
        hands.stop()
        client.close()


def _on_worker(errand: Errand) -> Delivery:
    """Runs on a worker, in one of its threads."""
    from distributed import get_worker

    return run_errand(errand, get_worker().state.nthreads)
