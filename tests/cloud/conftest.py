"""A home on Azurite and MongoDB, opened by account key and password, and the same demo on a folder and SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

import tollbook
from checkout import make_project
from cloud_servers import Cloud
from signing_front import SigningFront
from tollbook.book import Book
from tollbook.demo import write_demo
from verbose import Verbose

PASSWORD = "s3cret/9c41e@tolls:book"  # noqa: S105 - of a server that lives as long as a test


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    both = Cloud.under(tmp_path_factory.mktemp("cloud"))
    both.start()
    yield both
    both.kill()


@pytest.fixture
def mortal_cloud(tmp_path: Path) -> Iterator[Cloud]:
    """Servers of this test's own, to kill."""
    both = Cloud.under(tmp_path / "servers")
    both.start()
    yield both
    both.kill()


@pytest.fixture(scope="session")
def front(cloud: Cloud) -> Iterator[SigningFront]:
    """The document server behind a sign-in."""
    made = SigningFront(cloud.documents.port, "tollbook", PASSWORD)
    yield made
    made.close()


@pytest.fixture(scope="session")
def verbose(tmp_path_factory: pytest.TempPathFactory) -> Verbose:
    """The command line with every driver's debug log written down."""
    return Verbose(tmp_path_factory.mktemp("verbose"))


@pytest.fixture(scope="session")
def on_blob(cloud: Cloud, front: SigningFront, verbose: Verbose, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Two demo months on Blob and MongoDB, taken in by the command line."""
    settings = cloud.settings(tmp_path_factory.mktemp("on-blob"))
    settings = settings.model_copy(update={"mongodb_uri": SecretStr(front.uri("bills"))})
    write_demo(settings, months=2, scale=0.02)
    verbose.good(settings, "ingest")
    return tollbook.open(settings)


@pytest.fixture(scope="session")
def ran(on_blob: Book, verbose: Verbose) -> Book:
    """The month run, every notebook of every client."""
    verbose.good(on_blob.settings, "run", "2026-10")
    return on_blob


@pytest.fixture(scope="session")
def on_folder(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The same on a folder and SQLite."""
    settings = make_project(tmp_path_factory.mktemp("on-folder"))
    write_demo(settings, months=2, scale=0.02)
    book = tollbook.open(settings)
    book.ingest()
    return book
