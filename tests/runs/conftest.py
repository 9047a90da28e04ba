from pathlib import Path

import pytest
from tiny_project import make_tiny

from tollbook.settings import Settings


@pytest.fixture
def tiny(tmp_path: Path) -> Settings:
    """A project without clients and notebooks, in a folder whose name tries Papermill's path formatting."""
    return make_tiny(tmp_path / "of {client} & co")
