"""A notebook's run on another machine: what travels there, what is done there, what comes back.

A worker needs the package, the home and the documents, and the secrets that open them in its own environment: none is
ever sent. Notebooks and parameters come with the run, packed into its home; what a notebook leaves goes back to whoever
sent it, who alone publishes.
"""

import atexit
import hashlib
import io
import os
import shutil
import socket
import tempfile
import threading
import zipfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import tollbook
from tollbook.errors import TollbookError
from tollbook.runs.execute import Stage
from tollbook.runs.kernel import Limits, Watch
from tollbook.runs.memory import available_mb
from tollbook.runs.publish import plain_files
from tollbook.runs.spec import RunSpec
from tollbook.runs.states import COLLECTION
from tollbook.runs.work import Answer, Job, work
from tollbook.settings import Settings
from tollbook.storage.files import Files, open_files

HOME = "TOLLBOOK_HOME"
_SHARE = 0.9  # of the free memory is given away
_LOCK = threading.Lock()
_UNPACKED: dict[str, Path] = {}
_WATCHES: dict[str, set[Watch]] = {}


class OtherTollbook(TollbookError):
    """A worker that would not compute the same."""

    def __init__(self, fault: str) -> None:
        super().__init__(f"worker on {socket.gethostname()}: {fault}")


@dataclass(frozen=True, slots=True)
class Errand:
    """One notebook to run elsewhere.

    Attributes:
        home: a folder that the worker sees as well, or `az://container/prefix`.
        project: SHA-256 of the packed project in the home.
        batch: the ledger's, which the worker has to see too.
        run: when the run began, as its state in the documents says.
    """

    spec: RunSpec
    limits: Limits
    attempt: int
    home: str
    azure_account: str
    memory_limit: str
    project: str
    batch: int
    run: datetime
    library: str = tollbook.__version__


@dataclass(frozen=True, slots=True)
class Delivery:
    """What comes back: the answer, and the stage's files, packed."""

    answer: Answer
    stage: bytes = b""


def pack_project(settings: Settings, files: Files) -> str:
    """Put parameters and notebooks into the home for workers to fetch; returns their SHA-256."""
    packed = packed_folders(settings.parameters, settings.notebooks)
    digest = hashlib.sha256(packed).hexdigest()
    path = _place(settings.home, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_suffix(f".{os.getpid()}")
    made.write_bytes(packed)
    made.replace(path)
    files.keep(path)
    return digest


def in_common(settings: Settings, files: Files, *, batch: int, run: datetime) -> dict[str, Any]:
    """What all errands of a run share, once the project is packed into the home."""
    return {
        "home": settings.blob or str(settings.home),
        "azure_account": settings.azure_account,
        "memory_limit": settings.memory_limit,
        "project": pack_project(settings, files),
        "batch": batch,
        "run": run,
    }


def run_errand(errand: Errand, threads: int) -> Delivery:
    """Do what is asked, on a worker that runs `threads` at once; never raises."""
    watch = Watch()
    with _LOCK:
        _WATCHES.setdefault(str(errand.run), set()).add(watch)
    with tempfile.TemporaryDirectory(prefix="tollbook-errand-") as folder:
        stage = Stage(Path(folder, "stage"))
        try:
            settings = _settings(errand)
            _check_same(errand, settings)
            memory = errand.limits.memory_mb or int(available_mb() * _SHARE / threads)
            limits = replace(errand.limits, memory_mb=memory)
            answer = work(Job(errand.spec, settings, stage, limits, errand.attempt), watch)
            return Delivery(answer, packed_folder(stage.folder))
        except (TollbookError, OSError) as error:
            return Delivery(Answer(reason=f"{errand.spec.notebook}.ipynb: {error}"))
        finally:
            with _LOCK:
                _WATCHES[str(errand.run)].discard(watch)


def stop_errands(run: str) -> int:
    """End the kernels of a run on this worker; how many."""
    with _LOCK:
        watches = _WATCHES.pop(run, set())
    for watch in watches:
        watch.stop()
    return len(watches)


def packed_folder(folder: Path) -> bytes:
    """A folder's plain files as a zip.

    Raises:
        NotPublishable: a link, socket or the like.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:  # stored: pictures are compressed already, and the network is near
        for name in plain_files(folder) if folder.is_dir() else ():
            archive.write(folder / name, name)
    return file.getvalue()


def unpack(packed: bytes, folder: Path) -> None:
    """Write what was packed into a folder; names cannot leave it (`zipfile` sees to that)."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)


def packed_folders(parameters: Path, notebooks: Path) -> bytes:
    """Parameters and notebooks as a zip, the same bytes for the same content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, folder, kinds in (("parameters", parameters, ()), ("notebooks", notebooks, (".ipynb",))):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and (not kinds or path.suffix in kinds):
                    about = zipfile.ZipInfo(f"{name}/{path.relative_to(folder).as_posix()}")
                    archive.writestr(about, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _place(home: Path, digest: str) -> Path:
    return home / "runs" / "projects" / f"{digest}.zip"


def _settings(errand: Errand) -> Settings:
    """This worker's settings: the project that came with the run, the home as this machine knows it."""
    given: dict[str, Any] = {"home": os.environ.get(HOME) or errand.home, "memory_limit": errand.memory_limit}
    if errand.azure_account:
        given["azure_account"] = errand.azure_account
    return Settings(project=_project(errand, given), **given)


def _project(errand: Errand, given: dict[str, Any]) -> Path:
    """The project, fetched once in a worker's life."""
    with _LOCK:
        if errand.project not in _UNPACKED:
            folder = Path(tempfile.mkdtemp(prefix="tollbook-project-"))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            settings = Settings(project=folder, **given)
            path = _place(settings.home, errand.project)
            open_files(settings).bring(path.parent, endings=(path.name,))
            if not path.is_file():
                raise OtherTollbook(f"{path} is not there: is its {HOME} that of the run?")
            unpack(path.read_bytes(), folder)
            _UNPACKED[errand.project] = folder
        return _UNPACKED[errand.project]


def _check_same(errand: Errand, settings: Settings) -> None:
    """Hold that this worker computes from the same library, ledger and documents as the run it works for."""
    if errand.library != tollbook.__version__:
        raise OtherTollbook(f"has Tollbook {tollbook.__version__}, the run {errand.library}")
    book = tollbook.open(settings)
    if book.batch < errand.batch:
        raise OtherTollbook(f"its ledger is at batch {book.batch}, the run's at {errand.batch}")
    state = book.documents.get(COLLECTION, errand.spec.key)
    if state is None or state["run"] != errand.run:
        raise OtherTollbook(f"does not see the run in {book.documents.where}: give it the run's TOLLBOOK_MONGODB_URI")
