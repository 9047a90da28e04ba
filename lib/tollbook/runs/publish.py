"""Publish a verified run: its files go to outputs/<month>/<client>/ and the manifest says so last.

The manifest is what counts: a notebook is published when the manifest names it and every file there has the hash it
states. A process killed half-way therefore leaves something that is visibly not published, and the next run redoes it.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from tollbook.errors import TollbookError
from tollbook.runs.content import file_sha256
from tollbook.runs.result import write_json
from tollbook.runs.spec import Parameter, RunSpec
from tollbook.storage.files import Files

MANIFEST = "manifest.json"


class FileClaimed(TollbookError):
    """Two notebooks of a client write a file of the same name."""

    exit_code = 1

    def __init__(self, name: str, notebook: str, owner: str) -> None:
        super().__init__(f"{notebook}.ipynb writes {name}, which is {owner}'s: rename one of them")


class NotPublishable(TollbookError):
    """A notebook left something that is no ordinary file."""

    exit_code = 1

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} is no ordinary file and is not published; write plain files to `output`")


class Entry(BaseModel):
    """One notebook in a client's manifest.

    Attributes:
        fingerprint: SHA-256 of every input; a run with the same one is skipped.
        content_sha256: equal for equal runs.
        ledger_batch: the ledger's version when the run began.
        ledger_batch_after: and when this notebook had ended; what it saw lies between the two. None in manifests of
            earlier versions.
        files: path in the client's folder -> SHA-256.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fingerprint: str
    content_sha256: str
    notebook_sha256: str
    parameters: dict[str, Parameter]
    library: str
    ledger_batch: int
    ledger_batch_after: int | None = None
    client_sha256: str
    rate_cards: dict[str, str]
    started: str
    ended: str
    seconds: float
    peak_memory_mb: int
    files: dict[str, str]


class Manifest(BaseModel):
    """`manifest.json` of one client and month."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client: str
    month: str
    notebooks: dict[str, Entry] = {}


@dataclass(frozen=True, slots=True)
class Shelf:
    """outputs/<month>/<client>/ and its manifest."""

    folder: Path

    def manifest(self, spec: RunSpec) -> Manifest:
        """What is published; an unreadable manifest counts as none, so that everything is made anew."""
        try:
            return Manifest.model_validate_json((self.folder / MANIFEST).read_bytes())
        except (OSError, ValidationError):
            return Manifest(client=spec.client, month=str(spec.month))

    def published(self, spec: RunSpec) -> Entry | None:
        """The entry of a notebook, if each of its files is there and unchanged."""
        entry = self.manifest(spec).notebooks.get(spec.notebook)
        if entry is None or not all(self._holds(name, digest) for name, digest in entry.files.items()):
            return None
        return entry

    def publish(self, spec: RunSpec, staged: Path, facts: dict[str, Any], *, files: Files | None = None) -> Entry:
        """Move the files of `staged` here and enter them in the manifest; on an error everything is as it was.

        Args:
            spec: whose run it is.
            staged: a folder on the same file system.
            facts: the fields of the Entry but `files`.
            files: the home; uploaded to where it is on Blob, the manifest last.

        Raises:
            FileClaimed: a file another notebook, or the runner, has published.
            NotPublishable: a link, socket or the like.
        """
        manifest = self.manifest(spec)
        names = plain_files(staged)
        self._refuse_claims(spec.notebook, names, manifest)
        entry = Entry(**facts, files={name: file_sha256(staged / name) for name in names})
        old = manifest.notebooks.get(spec.notebook)
        stale = sorted(set(old.files) - set(names)) if old else []
        with _undone_on_error(self.folder, staged.parent / "replaced") as change:
            for name in names:
                change.put(staged / name, name)
            for name in stale:
                change.remove(name)
            kept = manifest.model_copy(update={"notebooks": {**manifest.notebooks, spec.notebook: entry}})
            write_json(self.folder / MANIFEST, kept.model_dump(mode="json"))
            if files:
                files.keep(*(self.folder / name for name in names))
                files.keep(self.folder / MANIFEST)
                files.forget(*(self.folder / name for name in stale))
        return entry

    def _holds(self, name: str, digest: str) -> bool:
        path = self.folder / name
        return path.is_file() and file_sha256(path) == digest

    def _refuse_claims(self, notebook: str, names: list[str], manifest: Manifest) -> None:
        owners = {name: owner for owner, entry in manifest.notebooks.items() for name in entry.files}
        for name in names:
            owner = "the runner" if name == MANIFEST else owners.get(name, notebook)
            if owner != notebook:
                raise FileClaimed(name, notebook, owner)


def plain_files(staged: Path) -> list[str]:
    """The files of a folder by their paths in it, in order.

    Raises:
        NotPublishable: a link, socket or the like is among them.
    """
    paths = sorted(staged.rglob("*"))
    for path in paths:
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise NotPublishable(path)
    return [path.relative_to(staged).as_posix() for path in paths if path.is_file()]


@dataclass(slots=True)
class _Change:
    """Moves that can be taken back: what they replace is kept in `aside` until all are done."""

    folder: Path
    aside: Path
    done: list[str]

    def put(self, source: Path, name: str) -> None:
        self._keep(name)
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        source.replace(self.folder / name)

    def remove(self, name: str) -> None:
        self._keep(name)
        (self.folder / name).unlink(missing_ok=True)

    def undo(self) -> None:
        for name in reversed(self.done):
            if (self.aside / name).exists():
                (self.aside / name).replace(self.folder / name)
            else:
                (self.folder / name).unlink(missing_ok=True)

    def _keep(self, name: str) -> None:
        if (self.folder / name).exists():
            (self.aside / name).parent.mkdir(parents=True, exist_ok=True)
            # A copy, not a move: readers of the published file never find it missing.
            shutil.copy2(self.folder / name, self.aside / name)
        self.done.append(name)


@contextmanager
def _undone_on_error(folder: Path, aside: Path) -> Iterator[_Change]:
    change = _Change(folder, aside, [])
    try:
        yield change
    except BaseException:
        change.undo()
        raise
