"""How Jupyter gets a warm kernel: a kernel provisioner, which any kernelspec can name.

Where forking is not possible, or the warm process is not there or refuses, the kernel is started as the kernelspec
says: plain, slower, and with a line in the log that says why.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from tollbook.errors import TollbookError
from tollbook.runs.warm.owner import address_for, can_fork
from tollbook.runs.warm.wire import Launch, Line, as_message

LAUNCHER = "ipykernel_launcher"
_SECONDS = 60.0  # a warm process that imports everything on a busy machine takes 20


class NotForked(TollbookError):
    """A kernel that cannot be forked; a plain one will do."""


class WarmKernel:
    """A forked kernel, as `subprocess.Popen` would show it. Signals reach whatever the kernel itself started, too."""

    stdin = stdout = stderr = None

    def __init__(self, line: Line, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._line = line
        line.connection.setblocking(False)

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        while self.returncode is None:
            messages = self._line.receive()
            if messages == []:
                break
            ended = [message["exit"] for message in messages or [] if "exit" in message]
            if ended or messages is None:  # without a word the warm process is dead, and its kernels are with it
                self.returncode = ended[0] if ended else -9
                self._line.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:  # noqa: ARG002 - as Popen has it
        """The exit code of a kernel that has ended."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Signal the kernel's process group; nothing to do when it has ended."""
        if self.poll() is None:
            with contextlib.suppress(OSError):  # the warm process has died: `poll` will say so
                self._line.send({"signal": number})

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


class WarmProvisioner(LocalProvisioner):
    """Forks kernels from a warm process, and starts plain ones where that fails."""

    async def wait(self) -> int | None:
        """Wait for the kernel's end; its exit code. Looks often: a tenth of a second, as is usual, adds up."""
        while await self.poll() is None:  # noqa: ASYNC110 - a process is no Event
            await asyncio.sleep(0.003)
        return await super().wait()

    @property
    def warm(self) -> bool:
        """Whether the kernel was forked."""
        return isinstance(self.process, WarmKernel)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Have a kernel forked, or start one."""
        environment = dict(kwargs.get("env") or os.environ)
        try:
            address = _address(cmd, environment)
            launch = Launch(cmd[3:], str(kwargs.get("cwd") or Path.cwd()), environment)
            files = (_file(kwargs.get("stdout"), 1), _file(kwargs.get("stderr"), 2))
            # In a thread: a server has others to wait on.
            kernel = await asyncio.to_thread(_ask, address, launch, files)
        except NotForked as error:
            _tell(kwargs.get("stderr"), f"a plain kernel, not a warm one: {error}\n")
            return await super().launch_kernel(cmd, **kwargs)
        # No pgid: signals go through the warm process, which knows whether the pid is still this kernel's.
        self.process, self.pid = kernel, kernel.pid  # type: ignore[assignment]
        self.pgid, self.cwd = None, launch.cwd
        return self.connection_info


def _address(cmd: list[str], environment: Mapping[str, str]) -> str:
    if not can_fork():
        raise NotForked("this system cannot fork")
    if cmd[:3] != [sys.executable, "-m", LAUNCHER]:
        raise NotForked(f"{cmd[0]} is another Python")
    try:
        return address_for(environment)
    except OSError as error:
        raise NotForked(f"no warm process: {error}") from error


def _ask(address: str, launch: Launch, files: tuple[int, int]) -> WarmKernel:
    """Ask for a kernel and wait until it is there.

    Raises:
        NotForked: no warm process, or it refuses.
    """
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(_SECONDS)
    line = Line(connection)
    try:
        connection.connect(address)
        line.send(as_message(launch), files)
        while (messages := line.receive()) == []:
            pass
    except OSError as error:
        line.close()
        raise NotForked(f"the warm process does not answer ({error})") from error
    if not messages or "pid" not in messages[0]:
        line.close()
        raise NotForked(messages[0]["refused"] if messages else "the warm process died, or is too busy")
    return WarmKernel(line, messages[0]["pid"])


def _file(given: Any, standard: int) -> int:
    """The number of the file that takes what the kernel prints: as Popen, the caller's own for None."""
    if given is None:
        return standard
    return given if isinstance(given, int) else int(given.fileno())


def _tell(log: Any, text: str) -> None:
    if log is not None and not isinstance(log, int):
        log.write(text.encode())
        log.flush()
