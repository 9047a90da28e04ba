"""Fixtures that several rooms share: a small demo world, taken in once per test session."""

from pathlib import Path

import pytest

import tollbook
from checkout import make_project
from tollbook.book import Book
from tollbook.demo import write_demo
from tollbook.settings import Settings


@pytest.fixture
def project(tmp_path: Path) -> Settings:
    """An empty project of its own for each test."""
    return make_project(tmp_path)


@pytest.fixture(scope="session")
def demo_project(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Six demo clients, fourteen months at a twentieth of the traffic, taken in. Read only: tests share it."""
    settings = make_project(tmp_path_factory.mktemp("demo"))
    write_demo(settings, scale=0.05)
    tollbook.open(settings).ingest()
    return settings


@pytest.fixture(scope="session")
def demo_book(demo_project: Settings) -> Book:
    """The book of `demo_project`."""
    return tollbook.open(demo_project)
