"""The data and published cases beside the checkout; a test that needs them skips without them, except in CI."""

import os
from pathlib import Path

import pytest


def shared(name: str) -> Path:
    """A file or folder of the shared data that lies beside the checkout."""
    path = Path(__file__).parents[3] / "shared" / name
    if not path.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"needs {path}")
    return path
