"""What a disk refuses, whoever wrote to it, as one error with one line."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from tollbook.errors import TollbookError

_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota of the disk is used up",
    errno.EROFS: "it is read-only",
    errno.EACCES: "this user may not write there",
}
_TEXTS = {
    "no space left on device": "the disk is full",
    "read-only file system": "it is read-only",
    "permission denied": "this user may not write there",
}


class DiskRefused(TollbookError):
    """A disk that is full or may not be written."""

    def __init__(self, where: str, why: str) -> None:
        self.where = where
        super().__init__(f"{where}: {why}; nothing was posted by halves: mend it and start again")


@contextmanager
def disk_faults() -> Iterator[None]:
    """Turn what Python and DuckDB say of a full or read-only disk into `DiskRefused`; all else passes.

    Raises:
        DiskRefused: as it says.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _WORDS:
            raise
        raise DiskRefused(str(error.filename or "the disk"), _WORDS[error.errno]) from error
    except Exception as error:
        if not type(error).__module__.startswith(("duckdb", "_duckdb")):
            raise
        why = next((ours for theirs, ours in _TEXTS.items() if theirs in str(error).lower()), "")
        if not why:
            raise
        raise DiskRefused("the database's files", why) from error
