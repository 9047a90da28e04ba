"""The kernel a notebook runs in: private sockets, a known environment, its log in a file, its memory measured.

nbclient makes its own kernel manager; `kernel_class` gives it one that does the right thing without configuration
files. Which kernel that is, warm or plain, is a matter of `Limits.kernel` alone: notebooks always say `python3`.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from pydantic import SecretStr

from tollbook.runs.client import RECONNECT_MS, Client
from tollbook.runs.memory import group_memory_mb, resident_mb
from tollbook.runs.warm import kernelspec
from tollbook.runs.warm.wire import ADDRESS
from tollbook.settings import Settings

KERNEL = "python3"  # what notebooks name: developers' own kernel names exist on one machine only
WARM = kernelspec.NAME
CLIENT = f"{Client.__module__}.{Client.__qualname__}"
_EVERY_SECONDS = 0.2  # a kernel fills 1 GB in half a second
# Memory by share costs ten milliseconds, in which the kernel stands still: it is looked at only when there is cause.
_GROWN_MB, _SECONDS_UNSEEN = 24, 2.0
_QUIET = ("--HistoryManager.enabled=False",)  # nobody looks for a bill's cells with the arrow keys
_LONGEST = 80  # of a folder for Unix sockets: their whole path may have 103 bytes on some systems


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds, and which kernel runs them. Papermill alone would wait for ever.

    Attributes:
        kernel: name of its kernelspec.
        warm: the socket of the warm process to fork it from; "" for one of the executing process's own.
        memory_mb: how much a kernel and what it starts may hold; 0 for as much as there is. Linux only.
    """

    kernel: str = WARM
    warm: str = ""
    start_seconds: int = 120
    cell_seconds: int = 900
    notebook_seconds: int = 1800
    memory_mb: int = 0


class Watch:
    """Looks after a kernel while a notebook runs in it; ends it when it holds or takes more than it may.

    Attributes:
        peak_memory_mb: the most that it held, with the programs it started and what earlier notebooks left; 0 where
            the system does not tell.
        overfull: the kernel was ended for its memory.
        overtime: the kernel was ended for its age.
    """

    def __init__(self) -> None:
        self.peak_memory_mb, self.overfull, self.overtime = 0, False, False
        self._limit, self._seconds, self._pid, self._over = 0, 0.0, 0, threading.Event()
        self._seen_mb, self._seen_at, self._stopped = 0, 0.0, False

    def allow(self, memory_mb: int, seconds: float) -> None:
        """What the kernel may hold and how long it may live; 0 for no limit."""
        self._limit, self._seconds = memory_mb, seconds

    def begin(self, pid: int) -> None:
        """Watch the kernel of this pid, which leads its own process group."""
        self._pid = pid
        if self._stopped:
            self.stop()
        threading.Thread(target=self._run, name="memory", daemon=True).start()

    def end(self) -> None:
        """Look a last time, while the kernel is still there."""
        self._over.set()
        self._look()

    def stop(self) -> None:
        """End the kernel now, or as soon as there is one; from any thread."""
        self._stopped = True
        if self._pid and not self._over.is_set():
            self._kill()

    def _kill(self) -> None:
        with suppress(OSError):
            os.killpg(self._pid, signal.SIGKILL)

    def _run(self) -> None:
        began = time.monotonic()
        while not self._over.wait(_EVERY_SECONDS):
            if not self._over.is_set() and self._seconds and time.monotonic() - began > self._seconds:
                self.overtime = True
            elif self._worth_a_look():
                held = self._look()
                self.overfull = bool(self._limit) and held > self._limit and not self._over.is_set()
            if self.overtime or self.overfull:
                self._kill()
                return

    def _worth_a_look(self) -> bool:
        """Whether the kernel grew since the last look, or that was long ago: what it started may have grown as well."""
        return resident_mb(self._pid) > self._seen_mb + _GROWN_MB or time.monotonic() > self._seen_at + _SECONDS_UNSEEN

    def _look(self) -> int:
        held = group_memory_mb(self._pid)
        self._seen_mb, self._seen_at = resident_mb(self._pid), time.monotonic()
        self.peak_memory_mb = max(self.peak_memory_mb, held)
        return held


def kernel_environment(settings: Settings, private: Path, warm: str = "") -> dict[str, str]:
    """The environment of a notebook's kernel: this one, with the project's settings and no personal start-up files.

    Args:
        settings: passed on as `TOLLBOOK_...`, so that `tollbook.open()` opens the same book.
        private: a folder for IPython's profile, so that no one's start-up scripts run in a bill, and for what
            libraries leave in passing, so that it goes when the kernel does.
        warm: the socket of the warm process to fork the kernel from, if it is not this process's own.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSTARTUP"}
    for name, value in settings:
        if value is None:
            continue
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        environment[f"TOLLBOOK_{name.upper()}"] = text
    return (
        environment
        | ({ADDRESS: warm} if warm else {})
        | {
            # A backend from the shell (Agg, say) would make every picture disappear without a word.
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "IPYTHONDIR": str(private / "ipython"),
            "TMPDIR": str(private),
            # Sets and sums in the same order: equal runs have equal content.
            "PYTHONHASHSEED": "0",
            "OPENBLAS_NUM_THREADS": "1",
        }
    )


def kernel_class(
    name: str, *, environment: Mapping[str, str], cwd: Path, private: Path, log: IO[bytes]
) -> type[AsyncKernelManager]:
    """A kernel manager class for one kernel.

    Args:
        name: of the kernel to start, whatever the notebook names; a warm one is plain where it cannot be had.
        environment: of the kernel process.
        cwd: where it starts; Papermill's own way moves the whole process there, other threads with it.
        private: a short folder that only this user may enter; the sockets are made there.
        log: takes what the kernel process itself prints.
    """

    class Kernel(AsyncKernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.kernel_spec_manager = KernelSpecManager()
            self.kernel_spec_manager.kernel_dirs.insert(0, str(kernelspec.SHARE / "kernels"))
            self.kernel_name = KERNEL if name == WARM and not kernelspec.available() else name
            self.connection_file = str(private / "kernel.json")
            self.client_class, self.client_factory = CLIENT, Client
            self.context.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MS)
            # Rates and customers pass between runner and kernel: not over a port that any local user can open.
            if sys.platform == "win32" or len(str(private)) > _LONGEST:
                self.transport_encryption = "auto"
            else:
                self.transport = "ipc"

        # jupyter_client declares both methods as plain functions and gives coroutines.
        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
            options["extra_arguments"] = [*options.get("extra_arguments", ()), *_QUIET]
            await super().start_kernel(**{**options, "cwd": str(cwd)}, env=dict(environment), stdout=log, stderr=log)

        async def shutdown_kernel(self, **options: Any) -> None:  # type: ignore[override]
            # All is heard and nothing of the kernel is wanted any more; its own goodbye takes a second, and Jupyter
            # looks only every tenth of one whether it has ended.
            if self.provisioner and self.provisioner.has_process:
                await self.provisioner.kill()
                await self.provisioner.wait()
            await super().shutdown_kernel(**{**options, "now": True})

    return Kernel
