"""The kernel a notebook runs in: private sockets, a known environment, its log in a file, its memory measured.

nbclient makes its own kernel manager; `kernel_class` gives it one that does the right thing without configuration
files. Another kernel, such as one forked from a warm process, is a matter of `Limits.kernel` alone.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from jupyter_client.manager import AsyncKernelManager
from pydantic import SecretStr

from tollbook.settings import Settings

KERNEL = "python3"  # developers' own kernel names exist on one machine only
_LONGEST = 80  # of a folder for Unix sockets: their whole path may have 103 bytes on some systems


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds, and which kernel runs them. Papermill alone would wait for ever."""

    kernel: str = KERNEL
    start_seconds: int = 120
    cell_seconds: int = 900
    notebook_seconds: int = 1800


@dataclass(slots=True)
class Watch:
    """What was seen of a kernel: its peak memory in MB, 0 where the system does not tell."""

    peak_memory_mb: int = 0


def kernel_environment(settings: Settings, private: Path) -> dict[str, str]:
    """The environment of a notebook's kernel: this one, with the project's settings and no personal start-up files.

    Args:
        settings: passed on as `TOLLBOOK_...`, so that `tollbook.open()` opens the same book.
        private: a folder for IPython's profile, so that no one's start-up scripts run in a bill.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSTARTUP"}
    for name, value in settings:
        if value is None:
            continue
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        environment[f"TOLLBOOK_{name.upper()}"] = text
    return environment | {
        # A backend from the shell (Agg, say) would make every picture disappear without a word.
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "IPYTHONDIR": str(private / "ipython"),
        "PYTHONHASHSEED": "0",  # sets in the same order: equal runs have equal content
    }


def kernel_class(
    *, environment: Mapping[str, str], private: Path, log: IO[bytes], watch: Watch
) -> type[AsyncKernelManager]:
    """A kernel manager class for one run.

    Args:
        environment: of the kernel process.
        private: a short folder that only this user may enter; the sockets are made there.
        log: takes what the kernel process itself prints.
        watch: filled with what is seen of the kernel.
    """

    class Kernel(AsyncKernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.connection_file = str(private / "kernel.json")
            # Rates and customers pass between runner and kernel: not over a port that any local user can open.
            if sys.platform == "win32" or len(str(private)) > _LONGEST:
                self.transport_encryption = "auto"
            else:
                self.transport = "ipc"

        # jupyter_client declares both methods as plain functions and gives coroutines.
        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
            await super().start_kernel(**options, env=dict(environment), stdout=log, stderr=log)

        async def shutdown_kernel(self, **options: Any) -> None:  # type: ignore[override]
            watch.peak_memory_mb = max(watch.peak_memory_mb, peak_memory_mb(_pid(self)))
            await super().shutdown_kernel(**options)

    return Kernel


def peak_memory_mb(pid: int) -> int:
    """Most memory a live process has held, in MB; 0 where /proc does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:")), 0)


def _pid(manager: AsyncKernelManager) -> int:
    return getattr(manager.provisioner, "pid", None) or 0
