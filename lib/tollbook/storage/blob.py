"""Files on Azure Blob Storage, and a folder as this machine's copy of them; see `tollbook.storage.files`."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tollbook.storage.blob_access import BlobAccess
from tollbook.storage.files import Found, whole_files

if TYPE_CHECKING:
    from azure.storage.blob import ContainerClient

_AT_ONCE = 8
_CHUNK = 1 << 20
_KINDS = {
    ".csv": "text/csv", ".html": "text/html; charset=utf-8", ".json": "application/json", ".pdf": "application/pdf",
    ".png": "image/png",
}  # fmt: skip


class BlobFiles:
    """A home on Blob.

    Args:
        home: the folder that is this machine's copy.
        access: the container.
    """

    remote = True

    def __init__(self, home: Path, access: BlobAccess) -> None:
        self.home = home
        self.access = access

    def __repr__(self) -> str:
        return f"BlobFiles({self.where!r})"

    @property
    def where(self) -> str:
        """Account, container and prefix."""
        return self.access.where

    def keep(self, *paths: Path) -> None:
        """Upload files, or everything in folders, each in one step."""
        self._together(self._upload, whole_files(paths))

    def bring(self, folder: Path, *, endings: tuple[str, ...] = ()) -> None:
        """Download what is missing or differs, and remove what is kept no longer."""
        kept = {found.name: found for found in self.find(folder) if self._is_open(folder, self.home / found.name)}
        self.update(found for name, found in kept.items() if f"/{name}".endswith(endings or ("",)))
        self._prune(folder, set(kept), endings)

    def prune(self, folder: Path) -> None:
        """Remove copies of what is kept no longer."""
        self._prune(folder, {found.name for found in self.find(folder)}, ())

    def _prune(self, folder: Path, kept: set[str], endings: tuple[str, ...]) -> None:
        for path in whole_files([folder]) if folder.is_dir() else []:
            mine = self._is_open(folder, path) and f"/{path.name}".endswith(endings or ("",))
            if mine and self.name(path) not in kept:
                path.unlink(missing_ok=True)

    def _is_open(self, folder: Path, path: Path) -> bool:
        """Whether a file below a folder is neither hidden nor in a hidden folder there."""
        return not any(part.startswith(".") for part in path.relative_to(folder).parts)

    def forget(self, *paths: Path) -> None:
        """Delete blobs, or everything in folders."""
        names = [self.name(path) for path in paths]
        inside = [found.name for path in paths for found in self.find(path)]
        self._together(self._delete, dict.fromkeys([*names, *inside]))

    def find(self, folder: Path) -> list[Found]:
        """What is kept below a folder; the mark is the content's MD5 where the blob has one, else its ETag."""
        below = self.access.named(self.name(folder)).rstrip("/") + "/"
        with self.access.guarded():
            listed = list(self._container.list_blobs(name_starts_with=below))
        start = len(self.access.prefix) + 1 if self.access.prefix else 0
        return [Found(one.name[start:], one.size or 0, one.last_modified, _mark(one)) for one in listed]

    def update(self, kept: Iterable[Found]) -> None:
        """Download these files, except those whose copy has the same content."""
        places = {found.name: (self.home / found.name, found) for found in kept}
        self._fetch({name: path for name, (path, found) in places.items() if not _is_copy(path, found)})

    def copy(self, paths: Sequence[Path]) -> None:
        """Download those of the home's files that are not in its folder yet; for files that never change."""
        self._fetch({self.name(path): path for path in paths if not path.exists()})

    def create(self, path: Path, content: bytes) -> bytes:
        """Upload a file unless it is there."""
        from azure.core.exceptions import ResourceExistsError

        blob = self._container.get_blob_client(self.access.named(self.name(path)))
        with self.access.guarded():
            try:
                blob.upload_blob(content, overwrite=False)
            except ResourceExistsError:
                return bytes(blob.download_blob().readall())
        return content

    def table(self, folder: Path) -> tuple[str, dict[str, str]]:
        """The table's address for delta-rs, and what opens it."""
        with self.access.guarded():
            return f"abfs://{self.access.container}/{self.access.named(self.name(folder))}", self.access.lake_options()

    @cached_property
    def _container(self) -> "ContainerClient":
        return self.access.open()

    def name(self, path: Path) -> str:
        """A path's name below the home."""
        return path.relative_to(self.home).as_posix() if path != self.home else ""

    def _fetch(self, wanted: Mapping[str, Path]) -> None:
        self._together(lambda pair: self._download(*pair), wanted.items())

    def _upload(self, path: Path) -> None:
        from azure.storage.blob import ContentSettings

        about = ContentSettings(content_type=_KINDS.get(path.suffix), content_md5=_md5(path))
        with path.open("rb") as content, self.access.guarded():
            blob = self._container.get_blob_client(self.access.named(self.name(path)))
            blob.upload_blob(content, overwrite=True, content_settings=about, max_concurrency=2)

    def _download(self, name: str, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
        try:
            with half.open("wb") as file, self.access.guarded():
                blob = self._container.get_blob_client(self.access.named(name))
                blob.download_blob(max_concurrency=2).readinto(file)
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)

    def _delete(self, name: str) -> None:
        from azure.core.exceptions import ResourceNotFoundError

        with self.access.guarded():
            try:
                self._container.delete_blob(self.access.named(name))
            except ResourceNotFoundError:
                return

    def _together(self, work: Callable[[Any], None], many: Iterable[Any]) -> None:
        waiting = list(many)
        if not waiting:
            return
        with ThreadPoolExecutor(min(_AT_ONCE, len(waiting)), "blob") as pool:
            for _ in pool.map(work, waiting):
                pass


def _mark(blob: Any) -> str:
    md5 = blob.content_settings.content_md5
    return bytes(md5).hex() if md5 else str(blob.etag)


def _md5(path: Path) -> bytearray:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return bytearray(digest.digest())


def _is_copy(path: Path, kept: Found) -> bool:
    """Whether a file on this machine has a kept file's content; unknown, and so no, where the blob has no MD5."""
    return path.is_file() and path.stat().st_size == kept.size and _md5(path).hex() == kept.mark
