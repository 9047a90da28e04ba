"""What a disk refuses becomes one line; what is a bug stays one."""

import errno

import duckdb
import pytest

from tollbook.storage.disk import DiskRefused, disk_faults


@pytest.mark.parametrize(
    ("code", "says"),
    [(errno.ENOSPC, "/data/x: the disk is full"), (errno.EROFS, "/data/x: it is read-only"), (errno.EACCES, "may not")],
)
def test_what_the_system_says(code: int, says: str) -> None:
    with pytest.raises(DiskRefused, match=says), disk_faults():
        raise OSError(code, "whatever", "/data/x")


def test_what_duckdb_says() -> None:
    with pytest.raises(DiskRefused, match="the disk is full"), disk_faults():
        raise duckdb.IOException('Could not write file "x": No space left on device')


@pytest.mark.parametrize("error", [FileNotFoundError(2, "no such file"), duckdb.BinderException("x"), ValueError("x")])
def test_everything_else_passes(error: Exception) -> None:
    with pytest.raises(type(error)), disk_faults():
        raise error
