"""The warm process: imports what notebooks import, then forks a kernel whenever it is asked for one.

Started by `owner`, it lives as long as its standard input stays open. It never runs a thread, opens a database or
draws a picture, for a fork would inherit locks and pools that nobody works any more.
"""

import gc
import importlib
import os
import pkgutil
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tollbook.runs.warm.wire import Launch, Line, as_launch, fixed

# What the notebooks and the dashboards import, and what their libraries import only when they are used.
_LIBRARIES = (
    "pandas", "pyarrow.dataset", "duckdb", "deltalake", "matplotlib.pyplot", "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "seaborn", "prophet", "holidays", "scipy.stats", "typst", "itables",
    "ipywidgets", "babel.numbers", "pandas.io.formats.style", "ipykernel.kernelapp", "ipykernel.ipkernel",
    "ipykernel.debugger", "IPython.core.completer",
    "cmdstanpy", "tqdm.auto", "holidays.countries", "holidays.calendars", "tzdata",
    "pandas.io.formats.html", "pandas.io.formats.string", "pandas.io.formats.csvs", "pandas.core.reshape.reshape",
    "pygments.lexers.sql", "pygments.formatters.html", "pygments.styles.default",
    "PIL.BmpImagePlugin", "PIL.GifImagePlugin", "PIL.JpegImagePlugin", "PIL.PpmImagePlugin", "PIL.PngImagePlugin",
    "encodings.utf_16_be", "encodings.utf_8_sig", "importlib.resources.readers", "zmq.utils.garbage",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect", "IPython.extensions.storemagic",
    "IPython.utils.wildcard", "faulthandler", "tornado.platform.asyncio",
    "tollbook.runs.result",
)  # fmt: skip
_ROOMS = ("storage", "usage", "rating", "billing", "forecasting", "questions", "charts", "reports", "dashboards")
# Imports that start threads of their own; found in /proc/self/task.
QUIET = {
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # pyarrow's allocator
    "_RJEM_MALLOC_CONF": "background_thread:false",  # deltalake's
}


@dataclass(slots=True)
class Held:
    """A connection and the kernel forked for it; pid 0 before and after its life."""

    line: Line
    pid: int = 0


def load(names: Sequence[str]) -> None:
    """Import modules (by default all), and keep the collector from touching, so copying, them in every child."""
    for name in names or (*_LIBRARIES, "tollbook.book"):
        with suppress(ImportError):  # a library that is not there is not wanted either
            importlib.import_module(name)
    for room in () if names else _ROOMS:
        with suppress(ImportError):
            _import_all(f"tollbook.{room}")
    if not names:
        with suppress(Exception):  # a kernel does it all itself then
            importlib.import_module("tollbook.runs.warm.rehearsal").rehearse()
    gc.collect()
    gc.freeze()


def _import_all(package: str) -> None:
    found = importlib.import_module(package)
    for module in pkgutil.walk_packages(found.__path__, f"{package}."):
        with suppress(ImportError):
            importlib.import_module(module.name)


def threads() -> list[str]:
    """The names of threads beside the main one, those of libraries too where /proc tells; none may run at a fork."""
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return [thread.name for thread in threading.enumerate()][1:]
    others = [task for task in tasks.iterdir() if task.name != str(os.getpid())]
    return [(task / "comm").read_text("utf-8").strip() for task in others]


def serve(listener: socket.socket, lifeline: int) -> tuple[Launch, list[int]] | None:
    """Fork kernels until `lifeline` ends, then end them all.

    Returns:
        In a forked child, what it shall become and the files for what it prints; None in the warm process.
    """
    own = dict(os.environ)
    wake, woken = socket.socketpair()
    wake.setblocking(False)
    woken.setblocking(False)
    signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    held: dict[int, Held] = {}
    # Not epoll: its table would be shared with the children.
    ready = selectors.PollSelector()
    for file in (listener, lifeline, wake):
        ready.register(file, selectors.EVENT_READ)
    while True:
        for key, _ in ready.select():
            if key.fileobj == lifeline:
                _kill_all(held)
                return None
            if key.fileobj is wake:
                _drain(wake)
                _reap(held)
            elif key.fileobj is listener:
                connection, _ = listener.accept()
                connection.settimeout(10)
                held[connection.fileno()] = Held(Line(connection))
                ready.register(connection, selectors.EVENT_READ)
            elif launch := _hear(held[key.fd], own):
                files, held[key.fd].line.files = held[key.fd].line.files, []
                _leave(held, listener, wake, woken)
                return launch, files
            elif held[key.fd].line.connection.fileno() < 0:
                ready.unregister(key.fileobj)
                del held[key.fd]


def _hear(one: Held, own: dict[str, str]) -> Launch | None:
    """Do what a connection asks for; returns the launch in the child that was forked for it."""
    messages = one.line.receive()
    if messages is None:  # whoever wanted the kernel is gone: so is the kernel
        _signal(one.pid, signal.SIGKILL)
        one.line.close()
        return None
    for message in messages:
        if "signal" in message:
            _signal(one.pid, message["signal"])
        elif "ready" in message:
            _tell(one, {"ready": True})
        elif "launch" in message and not one.pid:
            launch = as_launch(message)
            if _forked(one, _refusal(launch, own)):
                return launch
    return None


def _refusal(launch: Launch, own: dict[str, str]) -> str:
    """Why this launch cannot be a fork; "" when it can."""
    if running := threads():
        return f"threads run in the warm process: {', '.join(running)}"
    mine, wanted = fixed(own), fixed(launch.environment)
    differ = sorted(name for name in mine.keys() | wanted.keys() if mine.get(name) != wanted.get(name))
    return f"it wants another {', '.join(differ)}" if differ else ""


def _forked(one: Held, refusal: str) -> bool:
    """Fork, and tell both sides; true in the child."""
    answer: dict[str, Any] = {"refused": refusal}
    if not refusal:
        try:
            pid = os.fork()
        except OSError as error:  # no memory, too many processes
            answer = {"refused": str(error)}
        else:
            if pid == 0:
                return True
            one.pid, answer = pid, {"pid": pid}
    _tell(one, answer)
    while one.line.files:
        os.close(one.line.files.pop())
    return False


def _tell(one: Held, message: dict[str, Any]) -> None:
    with suppress(OSError):
        one.line.send(message)


def _reap(held: dict[int, Held]) -> None:
    """Take in the exit codes of kernels that ended, and end what they left running."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        with suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
        for one in held.values():
            if one.pid == pid:
                one.pid = 0
                _tell(one, {"exit": os.waitstatus_to_exitcode(status)})


def _signal(pid: int, number: int) -> None:
    """Signal a kernel and the programs it started."""
    if not pid:
        return
    try:
        os.killpg(pid, number)
    except OSError:  # it has not yet made its own group
        with suppress(OSError):
            os.kill(pid, number)


def _kill_all(held: dict[int, Held]) -> None:
    for one in held.values():
        _signal(one.pid, signal.SIGKILL)


def _drain(wake: socket.socket) -> None:
    with suppress(BlockingIOError):
        while wake.recv(4096):
            pass


def _leave(held: dict[int, Held], *others: socket.socket) -> None:
    """In a child: let go of everything that belongs to the warm process."""
    signal.set_wakeup_fd(-1)
    for file in others:
        file.close()
    for one in held.values():
        one.line.close()


def main() -> None:
    """Serve on the socket whose number is the first argument; modules follow; standard input is the lifeline."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    load(sys.argv[2:])
    forked = serve(listener, 0)
    if forked:
        from tollbook.runs.warm.kernel import become_kernel

        become_kernel(*forked)


if __name__ == "__main__":
    main()
