import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_project import make_tiny

from tollbook.runs.kernel import kernel_environment
from tollbook.runs.warm.owner import WarmProcess, can_fork
from tollbook.runs.warm.wire import ADDRESS
from tollbook.settings import Settings


@pytest.fixture
def tiny(tmp_path: Path) -> Settings:
    """A project without clients and notebooks, in a folder whose name tries Papermill's path formatting."""
    return make_tiny(tmp_path / "of {client} & co")


@pytest.fixture(scope="session", autouse=True)
def quick_kernels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One warm process for every test that does not start its own: tiny notebooks need no big imports."""
    if not can_fork():
        yield
        return
    environment = kernel_environment(Settings(project=tmp_path_factory.mktemp("nothing")), Path("unused"))
    with WarmProcess(environment, imports=["ipykernel.ipkernel", "tollbook.runs.result"]) as process:
        os.environ[ADDRESS] = process.address
        yield
        os.environ.pop(ADDRESS, None)
