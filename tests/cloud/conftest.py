"""A home on Azurite and MongoDB, and the same demo on a folder and SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import tollbook
from checkout import make_project
from cloud_servers import Cloud
from tollbook.book import Book
from tollbook.demo import write_demo


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
def on_blob(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Two demo months on Blob and MongoDB, taken in."""
    settings = cloud.settings(tmp_path_factory.mktemp("on-blob"))
    write_demo(settings, months=2, scale=0.02)
    book = tollbook.open(settings)
    book.ingest()
    return book


@pytest.fixture(scope="session")
def on_folder(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The same on a folder and SQLite."""
    settings = make_project(tmp_path_factory.mktemp("on-folder"))
    write_demo(settings, months=2, scale=0.02)
    book = tollbook.open(settings)
    book.ingest()
    return book
