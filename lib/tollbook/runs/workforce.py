"""Who does the work of a run: processes of this machine, or the workers of a cluster."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from tollbook.runs.cluster import cluster
from tollbook.runs.crew import Crew, Lost
from tollbook.runs.errand import in_common
from tollbook.runs.kernel import WARM, Limits, kernel_environment
from tollbook.runs.memory import available_mb
from tollbook.runs.states import States
from tollbook.runs.warm import kernelspec
from tollbook.runs.warm.owner import WarmProcess
from tollbook.runs.warm.wire import ADDRESS
from tollbook.runs.work import Answer, Job, Worker
from tollbook.settings import Settings
from tollbook.storage.files import open_files

_KERNEL_MB = 400  # what a notebook of a small client takes, with room
_PATIENCE = 20  # seconds: a worker ends a kernel that takes too long by itself; after these it is ended as well
_SHARE = 0.9  # of the free memory is given away


class Hands(Protocol):
    """Takes jobs and hands back answers: a Crew of processes, or a cluster."""

    @property
    def busy(self) -> list[Job]:
        """Jobs being done."""

    @property
    def size(self) -> int:
        """How many jobs it does at a time, now."""

    @property
    def free(self) -> bool:
        """Whether another job can be given now."""

    def give(self, job: Job) -> None:
        """Start a job; only when `free`."""

    def collect(self) -> list[tuple[Job, Answer | Lost]]:
        """Jobs that ended, after a short wait for one."""


def fitting(size: int, available: int) -> int:
    """As many workers of `size` as the memory (in MB; 0 for unknown) has room for, but one at least."""
    return max(1, min(size, available // _KERNEL_MB)) if available else size


@contextmanager
def hired(address: str, settings: Settings, states: States, limits: Limits) -> Iterator[tuple[Hands, Limits]]:
    """The workers of a Dask scheduler; warm process and memory are theirs.

    Raises:
        NoDask, NoScheduler: see there.
    """
    with cluster(address, in_common(settings, open_files(settings), batch=states.batch, run=states.started)) as hands:
        yield hands, replace(limits, warm="")


@contextmanager
def workforce(settings: Settings, size: int, limits: Limits) -> Iterator[tuple[Hands, Limits]]:
    """Workers, and the limits for their jobs: with the warm process to use and each worker's share of the memory."""
    memory = limits.memory_mb or int(available_mb() * _SHARE / size)
    with ExitStack() as stack:
        address = limits.warm or (_warm_process(stack, settings) if limits.kernel == WARM else "")
        limits = replace(limits, memory_mb=memory, warm=address)
        seconds = limits.notebook_seconds + _PATIENCE
        crew = Crew[Job, Answer](Worker, size, seconds, kin=lambda job: job.spec.client)
        yield stack.enter_context(crew), limits


def _warm_process(stack: ExitStack, settings: Settings) -> str:
    """One for all workers, or the one that the environment names; "" where there can be none: kernels are plain."""
    if ADDRESS in os.environ:
        return os.environ[ADDRESS]
    if not kernelspec.available():
        return ""
    try:
        return stack.enter_context(WarmProcess(kernel_environment(settings, Path("unused")))).address
    except OSError:
        return ""
