"""A document server that tests start, kill and start again: `mongod`, else what `servers/fetch` made."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

SERVERS = Path(os.environ.get("TOLLBOOK_TEST_SERVERS", Path.home() / ".cache" / "tollbook-servers"))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def server_command(*, streams: bool = False) -> list[str]:
    """The program, without port and place; [] where there is none. A `mongod` alone has no change streams."""
    if (mongod := shutil.which("mongod")) and not streams:
        return [mongod]
    built = SERVERS / "mongo"
    java = shutil.which("java")
    return [java, "-Xmx512m", "-cp", f"{built}:{built}/*", "DocumentServer"] if java and built.is_dir() else []


class DocumentServer:
    """One server on a free port, with its data in a folder; with `streams` it has change streams."""

    def __init__(self, folder: Path, *, streams: bool = False) -> None:
        self.folder = folder
        self.streams = streams
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def uri(self, database: str) -> str:
        return f"mongodb://127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        command = server_command(streams=self.streams)
        if Path(command[0]).name == "mongod":
            command += ["--bind_ip", "127.0.0.1", "--port", str(self.port), "--dbpath", str(self.folder), "--quiet"]
        else:
            command += [str(self.port), str(self.folder / "documents.h2")] + ["oplog"] * self.streams
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 30
        with MongoClient[dict[str, object]](self.uri("admin"), serverSelectionTimeoutMS=500) as client:
            while True:
                try:
                    client.admin.command("ping")
                except PyMongoError:
                    if time.monotonic() > until:
                        raise
                else:
                    return

    def kill(self) -> None:
        """As a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
