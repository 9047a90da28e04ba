"""Azurite, the emulator of Azure Blob Storage, that tests start, kill and start again."""

import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from azure.core.exceptions import AzureError
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
    """One Azurite on a free port, with its data in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/{ACCOUNT}"

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
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        with BlobServiceClient.from_connection_string(self.connection_string, retry_total=0) as service:
            while time.monotonic() < until:
                with suppress(AzureError):
                    service.get_service_properties()
                    return
                time.sleep(0.1)

    def kill(self) -> None:
        """As a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
