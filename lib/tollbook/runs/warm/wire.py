"""What a provisioner and the warm process say to each other: one JSON object a line, over a Unix socket.

A connection stands for one kernel. The provisioner sends a Launch (with the two files that take what the kernel
prints), later `{"signal": n}`; the warm process answers `{"pid": n}` or `{"refused": why}`, in the end `{"exit": n}`.
Whoever closes the connection ends the kernel.
"""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

ADDRESS = "TOLLBOOK_WARM"  # a kernel's environment may name the socket of the warm process to ask
# Read once, when Python or a library starts: a kernel that wants others cannot be forked.
_FIXED = ("LANG", "LC_ALL", "LC_CTYPE", "MPLBACKEND", "MPLCONFIGDIR")
INLINE = "module://matplotlib_inline.backend_inline"


@dataclass(frozen=True, slots=True)
class Launch:
    """A kernel as it is asked for.

    Attributes:
        argv: of the kernel application: what follows `python -m ipykernel_launcher`.
        cwd: the folder it starts in.
        environment: all of it.
    """

    argv: list[str]
    cwd: str
    environment: dict[str, str]


class Line:
    """One end of a connection: sends lines, and gathers what arrives until a line is whole."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.files: list[int] = []
        self._heard = b""

    def send(self, message: Mapping[str, Any], files: tuple[int, ...] = ()) -> None:
        """Send one message, and with it open files.

        Raises:
            OSError: nobody is there any more.
        """
        data = json.dumps(message).encode() + b"\n"
        sent = socket.send_fds(self.connection, [data], files) if files else 0
        self.connection.sendall(data[sent:])

    def receive(self) -> list[dict[str, Any]] | None:
        """The messages that have become whole, perhaps none; None when the other end has gone."""
        try:
            data, files, _, _ = socket.recv_fds(self.connection, 1 << 16, 2)
        except BlockingIOError:
            return []
        except OSError:
            return None
        self.files += files
        if not data:
            return None
        *whole, self._heard = (self._heard + data).split(b"\n")
        return [json.loads(line) for line in whole]

    def close(self) -> None:
        """Hang up, and close files that were received."""
        self.connection.close()
        while self.files:
            os.close(self.files.pop())


def as_message(launch: Launch) -> dict[str, Any]:
    """A launch as it travels."""
    return {"launch": asdict(launch)}


def as_launch(message: Mapping[str, Any]) -> Launch:
    """A launch as it arrived."""
    return Launch(**message["launch"])


def fixed(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that a forked kernel shares with its warm process, whatever it is given."""
    return {"MPLBACKEND": INLINE} | {
        name: value for name, value in environment.items() if name in _FIXED or name.startswith(("PYTHON", "LD_"))
    }
