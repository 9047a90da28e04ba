"""Who starts a warm process, asks after it and ends it."""

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tollbook.runs.warm.process import QUIET
from tollbook.runs.warm.wire import ADDRESS, INLINE

_DEATHS, _SHORT_LIFE = 3, 60.0  # a process that dies so often within so many seconds of its start is given up
_OWNED: dict[str, "WarmProcess"] = {}
_FIRST = threading.Lock()


def can_fork() -> bool:
    """Whether kernels can be forked on this system at all."""
    return hasattr(os, "fork") and hasattr(socket, "AF_UNIX") and hasattr(socket, "send_fds")


class WarmProcess:
    """A warm process of this one, which ends when this one does, however that comes about.

    The socket is made here and kept here: requests that come before the process is ready, or between its death and
    its next start, wait on it.

    Args:
        environment: of the process; a kernel that wants other PYTHON... variables cannot be forked from it.
        imports: modules to import first; None for what notebooks and dashboards use.
    """

    def __init__(self, environment: Mapping[str, str], *, imports: Sequence[str] | None = None) -> None:
        self._imports = imports
        self._environment = {"MPLBACKEND": INLINE, **environment, **QUIET}
        self._environment.pop(ADDRESS, None)
        self.folder = Path(tempfile.mkdtemp(prefix="tollbook-warm-"))  # only this user may enter
        self.address = str(self.folder / "socket")
        self._environment["TMPDIR"] = str(self.folder)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.address)
        self._listener.listen(128)
        self._stopped, self._changing = False, threading.Lock()
        self._process = self._start()
        _OWNED[self.address] = self
        threading.Thread(target=self._keep_alive, name="warm process", daemon=True).start()

    @property
    def pid(self) -> int:
        """Of the process as it is now."""
        return self._process.pid

    @property
    def log(self) -> Path:
        """What the process itself prints."""
        return self.folder / "log"

    def stop(self) -> None:
        """End the process, and with it its kernels."""
        with self._changing:
            self._stopped = True
            self._hang_up()
        _close(self._process)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _keep_alive(self) -> None:
        """Start it anew whenever it dies; when it keeps dying, take the socket away, so that kernels are plain."""
        deaths = 0
        while True:
            born = time.monotonic()
            self._process.wait()
            deaths = deaths + 1 if time.monotonic() - born < _SHORT_LIFE else 1
            with self._changing:
                if self._stopped:
                    return
                _close(self._process)
                if deaths >= _DEATHS:
                    self._hang_up()
                    return
                self._process = self._start()

    def _hang_up(self) -> None:
        _OWNED.pop(self.address, None)
        Path(self.address).unlink(missing_ok=True)
        self._listener.close()

    def _start(self) -> subprocess.Popen[bytes]:
        number = self._listener.fileno()
        with self.log.open("ab") as log:
            # -P: the working directory is no place to import from.
            return subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", "-m", "tollbook.runs.warm.process", str(number), *(self._imports or ())],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[number],
                env=self._environment,
                cwd=self.folder,
                start_new_session=True,  # Ctrl-C in the terminal is its owner's business
            )


def _close(process: subprocess.Popen[bytes]) -> None:
    """End a warm process's lifeline."""
    if process.stdin:
        process.stdin.close()


def address_for(environment: Mapping[str, str]) -> str:
    """The socket to ask for a kernel: the one its environment names, else that of this process's own warm process."""
    if environment.get(ADDRESS):
        return environment[ADDRESS]
    with _FIRST:
        if not _OWNED:
            atexit.register(WarmProcess(environment).stop)
        return next(iter(_OWNED))
