"""The landing folder: which files are there, whose they are, and which were taken in before."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Self

from tollbook.errors import TollbookError
from tollbook.storage.documents import Document, Documents
from tollbook.storage.files import HALF_WRITTEN
from tollbook.usage.mapping import Source


class NoSuchFile(TollbookError):
    """A file named on the command line that is not there."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: no such file or folder; check the name, or put files into the landing folder")


class NoSource(TollbookError):
    """A file that no mapping claims."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fault = "no source claims it"
        super().__init__(
            f"{path}: no source claims it; say --source NAME, or add its pattern under files: in parameters/sources/"
        )


@dataclass(frozen=True, slots=True)
class LandingFile:
    """A file to take in: where it is, its path below the landing folder, its SHA-256 and its source's mapping."""

    path: Path
    name: PurePosixPath
    sha: str
    source: Source | None

    @property
    def claimed(self) -> Source:
        """The mapping of a file that has one; files without never get past the door."""
        assert self.source is not None  # noqa: S101 - says so to the type checker
        return self.source


def find_files(landing: Path, paths: Sequence[Path]) -> list[Path]:
    """Every file under `paths` (the landing folder when empty), in order of name; hidden and partial files left out.

    Raises:
        NoSuchFile: one of `paths` is not there.
    """
    found: set[Path] = set()
    for path in paths or [landing]:
        if not path.exists() and paths:
            raise NoSuchFile(path)
        found.update([path] if path.is_file() else (p for p in path.rglob("*") if p.is_file()))
    return sorted(path for path in found if is_whole(path))


def is_whole(path: Path) -> bool:
    """Whether a file's name says that nobody writes it any more."""
    return not path.name.startswith(".") and path.suffix not in HALF_WRITTEN


@dataclass(frozen=True, slots=True)
class Mark:
    """By what a landing file's remembered hash is found, and what must be unchanged for it to hold."""

    id: str
    size: int
    changed: int | str

    @classmethod
    def of(cls, path: Path) -> Self:
        """The mark of a file on this machine."""
        stat = path.stat()
        return cls(str(path), stat.st_size, stat.st_mtime_ns)

    def sha_in(self, remembered: Mapping[str, Document]) -> str:
        """The remembered hash; "" when the file is new or has changed."""
        known = remembered.get(self.id, {})
        return str(known["sha"]) if (known.get("size"), known.get("changed")) == (self.size, self.changed) else ""


def identify(
    files: Iterable[Path],
    landing: Path,
    sources: Sequence[Source],
    documents: Documents,
    *,
    source: str = "",
    marks: Mapping[Path, Mark] = MappingProxyType({}),
) -> list[LandingFile]:
    """Name each file's source and content. Hashes are remembered by path, size and time of change.

    Args:
        files: the files.
        landing: the landing folder; a file outside it goes by its own name.
        sources: the mappings.
        documents: where hashes are remembered.
        source: take every file as this source's, whatever its name.
        marks: of files that are kept elsewhere; those whose hash is remembered need not be on this machine.
    """
    remembered = {one["_id"]: one for one in documents.find("landing")}
    marked = [(path, marks.get(path) or Mark.of(path)) for path in files]
    with ThreadPoolExecutor() as pool:
        hashes = list(pool.map(lambda one: one[1].sha_in(remembered) or _sha256(one[0]), marked))
    fresh: list[tuple[str, Document]] = []
    identified: list[LandingFile] = []
    for (path, mark), sha in zip(marked, hashes, strict=True):
        if sha != mark.sha_in(remembered):
            fresh.append((mark.id, {"size": mark.size, "changed": mark.changed, "sha": sha}))
        name = PurePosixPath(path.relative_to(landing) if path.is_relative_to(landing) else path.name)
        identified.append(LandingFile(path, name, sha, _claim(name, sources, source)))
    documents.put_many("landing", fresh)
    return identified


def _claim(name: PurePosixPath, sources: Sequence[Source], wanted: str) -> Source | None:
    return next((one for one in sources if (one.source == wanted if wanted else one.owns(name))), None)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
