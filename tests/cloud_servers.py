"""Azurite and a MongoDB-compatible server, and projects whose home is on them."""

from dataclasses import dataclass
from pathlib import Path

from blob_server import BlobServer, blob_command
from checkout import make_project, need
from document_server import DocumentServer, server_command
from tollbook.settings import Settings


@dataclass(frozen=True)
class Cloud:
    """Both servers."""

    blob: BlobServer
    documents: DocumentServer

    @classmethod
    def under(cls, folder: Path) -> "Cloud":
        """Servers with their data in a folder, not yet started."""
        need(blob_command() and server_command(), "what tests/storage/servers/fetch brings")
        for name in ("blob", "documents"):
            (folder / name).mkdir(parents=True)
        return cls(BlobServer(folder / "blob"), DocumentServer(folder / "documents"))

    def settings(self, folder: Path, home: str = "", database: str = "bills") -> Settings:
        """A project in a folder, with the real notebooks and sources."""
        make_project(folder)
        return self.blob.settings(folder, home, mongodb_uri=self.documents.uri(database))

    def start(self) -> None:
        self.blob.start()
        self.documents.start()

    def kill(self) -> None:
        self.blob.kill()
        self.documents.kill()
