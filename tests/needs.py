"""Parts of the machine that tests run against."""

import os

import pytest


def need(found: object, what: str) -> None:
    """Skip the test where a part of the machine is missing; in CI it must be there."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"CI lacks {what}")
    pytest.skip(f"needs {what}")
