"""Azurite, the emulator of Azure Blob Storage, that tests start, kill and start again."""

import shutil
import socket
import subprocess
import time
from pathlib import Path
from uuid import uuid4

from azure.storage.blob import BlobServiceClient

from document_server import SERVERS, free_port
from tollbook.settings import Settings

# The emulator's own, the same everywhere and known to everybody.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def blob_command() -> list[str]:
    """The program, without port and place; [] where there is none."""
    program = SERVERS / "node_modules" / ".bin" / "azurite-blob"
    return [str(program)] if shutil.which("node") and program.exists() else []


class BlobServer:
    """One Azurite on a free port, with its data in a folder.

    With `tls`, a certificate it makes itself, it also takes bearer tokens, whose signature it does not look at.
    """

    def __init__(self, folder: Path, *, tls: bool = False) -> None:
        self.folder = folder
        self.certificate = folder / "cert.pem" if tls else None
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self.port}/{ACCOUNT}"

    @property
    def connection_string(self) -> str:
        return f"AccountName={ACCOUNT};AccountKey={KEY};BlobEndpoint={self.endpoint};"

    def container(self) -> str:
        """A new, empty container."""
        name = f"books-{uuid4().hex[:8]}"
        with BlobServiceClient.from_connection_string(self.connection_string) as service:
            service.create_container(name)
        return name

    def settings(self, project: Path, home: str = "", **more: object) -> Settings:
        """Settings of a project whose home is on this server, in a container of its own unless it is named."""
        place = home or f"az://{self.container()}/tollbook"
        return Settings(project=project, home=place, azure_connection_string=self.connection_string, **more)  # type: ignore[arg-type]

    def start(self) -> None:
        quiet = ["--silent", "--skipApiVersionCheck", "--disableTelemetry"]
        command = [*blob_command(), *quiet, "--blobPort", str(self.port), "--location", str(self.folder)]
        if self.certificate:
            command += ["--oauth", "basic", *self._certified(self.certificate)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def _certified(self, certificate: Path) -> list[str]:
        key = certificate.with_name("key.pem")
        about = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
        files = ["-keyout", str(key), "-out", str(certificate)]
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *about, *files]
        subprocess.run(make, check=True, capture_output=True)
        return ["--cert", str(certificate), "--key", str(key)]

    def kill(self) -> None:
        """Stop it under whoever talks to it, with its index written.

        Azurite writes its index every five seconds only: killed as by a power cut it forgets what it has acknowledged,
        which Azure does not, and what no client could make good.
        """
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
