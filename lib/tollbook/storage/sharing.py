"""Sharing: a link that lets whoever has it read one kept file until a moment, and nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tollbook.errors import TollbookError
from tollbook.storage.blob import BlobFiles
from tollbook.storage.files import Files

LONGEST = timedelta(days=7)
"""What Azure allows where no account key signs."""
_SKEW = timedelta(minutes=5)


class NotShareable(TollbookError):
    """A file to which no link can be made."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"no link to {path.name}: {why}")


def share(files: Files, path: Path, *, lasts: timedelta, now: datetime | None = None) -> str:
    """An address that reads a kept file until `lasts` is over; it is a secret of who gets it, and kept nowhere.

    It is signed with a user delegation key where managed identity or `az login` opens the account (it ends when that
    identity's rights do), else with the account key.

    Raises:
        NotShareable: the home is a folder, the file is not kept, or the credential cannot sign.
        BlobUnreachable, BlobRefused: as they say.
    """
    if not isinstance(files, BlobFiles):
        raise NotShareable(path, "the home is a folder; links are made where TOLLBOOK_HOME is az://container/prefix")
    if lasts > LONGEST:
        raise NotShareable(path, f"a link lasts at most {LONGEST.days} days")
    if files.access.sas:
        raise NotShareable(path, "a shared access signature opens the account, and cannot sign another one")
    if files.name(path) not in {found.name for found in files.find(path.parent)}:
        raise NotShareable(path, f"it is not in {files.where}")
    moment = now or datetime.now(UTC)
    return files.access.signed(files.name(path), start=moment - _SKEW, end=moment + lasts)
