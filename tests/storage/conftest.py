"""Real servers for the tests of this room, started once per session."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from blob_server import BlobServer, blob_command
from checkout import need
from document_server import DocumentServer, server_command
from tollbook.storage.documents import Documents, open_documents


@pytest.fixture(scope="session")
def document_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DocumentServer]:
    need(server_command(), "mongod, or java and what tests/storage/servers/fetch brings")
    server = DocumentServer(tmp_path_factory.mktemp("document-server"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def blob_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlobServer]:
    need(blob_command(), "node and the Azurite that tests/storage/servers/fetch brings")
    server = BlobServer(tmp_path_factory.mktemp("blob-server"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(params=["sqlite", "mongodb"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store may be, of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "documents.sqlite")
    server: DocumentServer = request.getfixturevalue("document_server")
    return server.uri(f"test_{uuid4().hex[:12]}")


@pytest.fixture
def store(place: str) -> Documents:
    """An empty store of each kind."""
    return open_documents(place)


@pytest.fixture
def fresh_mongo(document_server: DocumentServer) -> Callable[[], str]:
    """Addresses of empty databases."""
    return lambda: document_server.uri(f"test_{uuid4().hex[:12]}")
