"""The files of a home: in a folder, or in a container of Azure Blob Storage with a folder as this machine's copy.

Everything works on the folder. Where the home is on Blob, what must last is put there with `keep` once it is whole, and
what other machines put there is fetched with `bring` before it is read.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from tollbook.settings import Settings


@dataclass(frozen=True, slots=True)
class Found:
    """A kept file: its path below the home, its bytes, since when it is so, and a mark that changes when it does."""

    name: str
    size: int
    changed: datetime
    mark: str


class Files(Protocol):
    """Where a home's files last; safe for several processes and machines at once.

    Every method may raise BlobUnreachable and BlobRefused.
    """

    @property
    def where(self) -> str:
        """Which place, for people; never a secret."""

    @property
    def remote(self) -> bool:
        """Whether the home's folder is only this machine's copy."""

    def keep(self, *paths: Path) -> None:
        """Make files, or everything in folders, last; each is there whole or not at all."""

    def bring(self, folder: Path, *, endings: tuple[str, ...] = ()) -> None:
        """Make the folder's copy equal to what is kept: missing and changed files come, those that are gone go.

        Args:
            folder: below the home.
            endings: only files with one of these; all when empty. What is hidden, or in a hidden folder, is somebody's
                work and left alone.
        """

    def prune(self, folder: Path) -> None:
        """Remove the folder's copies of files that are kept no longer."""

    def forget(self, *paths: Path) -> None:
        """Keep files, or everything in folders, no longer; copies in the folder are left to the caller."""

    def find(self, folder: Path) -> list[Found]:
        """What is kept below a folder of the home, by name; nothing where the folder itself is all there is."""

    def update(self, kept: Iterable[Found]) -> None:
        """Fetch these files into the home's folder, except those that are there with the same content."""

    def copy(self, paths: Sequence[Path]) -> None:
        """See that kept files that never change are in the home's folder: those that are missing are fetched."""

    def create(self, path: Path, content: bytes) -> bytes:
        """Keep a file that must be made only once; its content, which is a rival's when that came first."""

    def table(self, folder: Path) -> tuple[str, dict[str, str]]:
        """Address and storage options of the Delta table in a folder of the home."""


class FolderFiles:
    """A home that is a folder: what is written there lasts already."""

    remote = False

    def __init__(self, home: Path) -> None:
        self.where = str(home)

    def keep(self, *paths: Path) -> None:
        """Nothing to do."""

    def bring(self, folder: Path, *, endings: tuple[str, ...] = ()) -> None:
        """Nothing to do."""

    def prune(self, folder: Path) -> None:
        """Nothing to do."""

    def forget(self, *paths: Path) -> None:
        """Nothing to do."""

    def find(self, folder: Path) -> list[Found]:  # noqa: ARG002 - as `Files` has it
        """Nothing: the folder is all there is."""
        return []

    def update(self, kept: Iterable[Found]) -> None:
        """Nothing to do."""

    def copy(self, paths: Sequence[Path]) -> None:
        """Nothing to do."""

    def create(self, path: Path, content: bytes) -> bytes:
        """Write a file once, for its owner's eyes only (mode 600), however many try at a time."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, made = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            with contextlib.suppress(FileExistsError):
                os.link(made, path)
            Path(made).unlink()
        return path.read_bytes()

    def table(self, folder: Path) -> tuple[str, dict[str, str]]:
        """The folder itself."""
        return str(folder), {}


def open_files(settings: Settings) -> Files:
    """The files of a project's home; nothing is asked of Azure yet.

    Raises:
        BadBlobAddress: the home on Blob, its account or its connection string cannot be understood.
    """
    if not settings.blob:
        return FolderFiles(settings.home)
    from tollbook.storage.blob import BlobFiles
    from tollbook.storage.blob_access import BlobAccess

    return BlobFiles(settings.home, BlobAccess.of(settings))


HALF_WRITTEN = frozenset({".part", ".tmp"})
"""Endings of files that somebody still writes."""


def whole_files(paths: Iterable[Path]) -> list[Path]:
    """The files that `paths` name: themselves, and everything in those that are folders; none that are half written."""
    found = []
    for path in paths:
        found += [one for one in sorted(path.rglob("*")) if one.is_file()] if path.is_dir() else [path]
    return [path for path in found if path.suffix not in HALF_WRITTEN]
