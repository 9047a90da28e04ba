"""The real server in a process of its own, for tests that talk to it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from tollbook.settings import Settings

START = "import sys; from tollbook.cli import app; app(['dashboards', '--no-browser', *sys.argv[1:]])"


@contextmanager
def running(settings: Settings, log: Path, *options: str, before: str = "") -> Iterator[str]:
    """The address of a server that shows `settings.project`; stopped, with its kernels, on leaving.

    `options` are more of `tollbook dashboards`; `before` is Python that the process runs first.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    variables = {**os.environ, "TOLLBOOK_PROJECT": str(settings.project)}
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-c", f"{before}\n{START}", "--port", str(port), *options],
            env=variables,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=settings.project,
        ) as server,
    ):
        try:
            wait_for(address, server, log)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            urlopen(address, timeout=5).close()  # noqa: S310 - our own server
        except HTTPError:  # it answers, if only to refuse
            return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    message = f"the server did not answer: {log.read_text('utf-8', 'replace')}"
    raise AssertionError(message)
