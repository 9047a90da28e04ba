"""What can be wrong with a table of the lake, in our words."""

from pathlib import Path

from tollbook.errors import TollbookError

_REASONS = {
    "no space left": "the disk is full",
    "permission denied": "it may not be written by this user",
    "read-only file system": "it is read-only",
    "connect": "Azure does not answer",
    "timed out": "Azure does not answer",
    "403": "Azure refuses the credential",
    "401": "Azure refuses the credential",
}


class CommitConflict(TollbookError):
    """Another writer committed first; read again and try again."""

    def __init__(self, table: Path) -> None:
        super().__init__(f"{table}: another writer committed first")


class LakeUnwritable(TollbookError):
    """The place of a table cannot be read or written: a full disk, a read-only folder, Azure away."""

    def __init__(self, where: str, why: str) -> None:
        self.where = where
        super().__init__(f"{where}: {why}; nothing was posted by halves: mend it and start again")


def reason(error: Exception) -> str:
    """Why, in our words: the driver's own may quote an address with a signature."""
    said = str(error).lower()
    return next((ours for theirs, ours in _REASONS.items() if theirs in said), type(error).__name__)
