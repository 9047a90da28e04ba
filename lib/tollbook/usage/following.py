"""Following: files are taken in as they land, in small batches, until somebody says stop.

A batch is `Book.ingest` of what is new: killed at any moment, the next start takes up what was left. A bad file is
refused once and stops nothing; a store that does not answer, or fails as nobody foresaw, is asked again, with growing
pauses. A collection that is a
source is looked at each second, and at once when its change stream rings. The document `state/follow` tells others how
it goes.
"""

import os
import socket
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from tollbook.errors import TollbookError
from tollbook.settings import Settings
from tollbook.storage.documents import Documents
from tollbook.storage.files import Files
from tollbook.usage.landing import find_files
from tollbook.usage.pulling import Puller
from tollbook.usage.totals import IntakeReport

PAUSE = 0.5
MOST_SURPRISES = 10
MOST_FILES = 500  # a batch is small, so that a backlog becomes visible bit by bit
_IDLE_SECONDS = 10.0
_PULL_SECONDS = 1.0
_LOOK_SECONDS = 0.1
_LONGEST_PAUSE = 30.0

Marks = dict[Path, tuple[int, float]]
"""Landing files: size and moment of change (epoch seconds)."""


class FollowedBook(Protocol):
    """The part of a book that is followed."""

    settings: Settings
    documents: Documents

    @property
    def files(self) -> Files:
        """The home's files."""

    @property
    def batch(self) -> int:
        """The ledger's version."""

    def ingest(self, paths: Sequence[Path] = ()) -> IntakeReport:
        """Take in files, and bring rollups and live figures up to date."""

    def pull(self) -> list[Path]:
        """Land what is new in collections that are sources; the files made of it."""

    @property
    def puller(self) -> Puller:
        """What reads the collections that sources name."""

    def refresh_live(self) -> None:
        """Move the live figures on."""

    def tidy(self) -> Sequence[str]:
        """Upkeep that is due: small files of the ledger, thresholds; the troubles met."""


@dataclass(frozen=True, slots=True)
class Followed:
    """One batch.

    Attributes:
        at: when its usage was in the rollups (UTC).
        lag: seconds the file that waited longest waited, from its landing to `at`.
        waits: the same of every file that was posted.
        seconds: what the batch took.
        waiting: files that landed and are not in it.
    """

    at: datetime
    batch: int
    files: int
    read: int
    posted: int
    duplicate: int
    quarantined: int
    refused: int
    lag: float
    waits: tuple[float, ...]
    seconds: float
    waiting: int

    def __str__(self) -> str:
        refused = f", {self.refused} refused" if self.refused else ""
        return (
            f"{self.at:%Y-%m-%dT%H:%M:%SZ} batch {self.batch}: {self.files} files{refused}, {self.read:,} rows, "
            f"{self.posted:,} posted, {self.duplicate:,} duplicate, {self.quarantined:,} quarantined; "
            f"lag {self.lag:.1f} s, took {self.seconds:.1f} s, {self.waiting:,} waiting"
        )


class Follower:
    """Takes in what lands.

    Args:
        book: the book.
        pause: seconds between two looks at the landing folder.
        tell: called with each batch.
        trouble: called with what went wrong and the seconds until it is tried again; 0 when nothing waits for it.
    """

    def __init__(
        self,
        book: FollowedBook,
        *,
        pause: float = PAUSE,
        tell: Callable[[Followed], None] = lambda _: None,
        trouble: Callable[[str, float], None] = lambda _what, _pause: None,
    ) -> None:
        self._book, self._pause, self._tell, self._trouble = book, pause, tell, trouble
        self._taken: Marks = {}
        self._before: Marks = {}
        self._shown = self._pulled = 0.0
        self._bell = threading.Event()
        self._lag: float | None = None

    def run(self, stop: threading.Event, *, once: bool = False) -> None:
        """Follow until `stop` is set; the batch at work is finished first.

        Args:
            stop: set by whoever ends this.
            once: end as soon as nothing waits.

        Raises:
            Exception: the last of `MOST_SURPRISES` failures in a row that nobody foresaw: whoever keeps services may
                start this one anew.
        """
        pause, surprises = self._pause, 0
        self._book.puller.watch(self._bell.set, lambda what: self._trouble(what, 0.0))
        try:
            while not stop.is_set():
                try:
                    taken = self.step()
                    pause, surprises = 0.0 if taken and taken.waiting else self._pause, 0
                    if once and taken is None and self._taken == self._before:
                        return
                except Exception as error:  # whatever a driver throws: what is in the landing folder waits, and is safe
                    surprises = 0 if isinstance(error, TollbookError) else surprises + 1
                    if surprises == MOST_SURPRISES:
                        raise
                    pause = min(max(1.0, 2 * pause), _LONGEST_PAUSE)
                    self._trouble(_what(error), pause)
                    stop.wait(pause)
                else:
                    self._rest(stop, pause)
        finally:
            self._book.puller.close()
            self._say_quietly(running=False)

    def _rest(self, stop: threading.Event, seconds: float) -> None:
        """Wait, not longer than until a collection has changed; a while in any case, as each look costs."""
        until = time.monotonic() + seconds
        stop.wait(min(_LOOK_SECONDS, seconds))
        while not self._bell.is_set() and (left := until - time.monotonic()) > 0:
            if stop.wait(min(_LOOK_SECONDS, left)):
                return

    def step(self) -> Followed | None:
        """Look once, and take in what is new and whole: what a second look finds unchanged. None when nothing is."""
        pulled: Sequence[Path] = ()
        if self._bell.is_set() or time.monotonic() - self._pulled >= _PULL_SECONDS:
            self._bell.clear()
            pulled = self._book.pull()
            self._pulled = time.monotonic()
        seen = landed(self._book)
        new = {path: mark for path, mark in seen.items() if self._taken.get(path) != mark}
        whole = [path for path, mark in new.items() if self._before.get(path) == mark or path in pulled or _old(mark)]
        self._before = seen
        self._taken = {path: mark for path, mark in self._taken.items() if path in seen}
        if not whole:
            self._idle()
            return None
        batch = sorted(whole, key=lambda path: (new[path][1], path))[:MOST_FILES]
        followed = self._take(batch, new, waiting=len(new) - len(batch))
        self._tell(followed)
        self._say(running=True)
        self._tidy()
        return followed

    def _take(self, batch: Sequence[Path], marks: Marks, *, waiting: int) -> Followed:
        began = time.monotonic()
        report = self._book.ingest(() if self._book.files.remote else batch)
        now = datetime.now(UTC)
        posted = {one.file for one in report.of_state("posted")}
        names = {path: path.relative_to(self._book.settings.landing).as_posix() for path in batch}
        waits = [now.timestamp() - marks[path][1] for path in batch if names[path] in posted]
        self._taken |= {path: marks[path] for path in batch}
        self._lag = max(waits, default=0.0)
        return Followed(
            at=now,
            batch=self._book.batch,
            files=len(batch),
            read=report.total("read"),
            posted=report.total("posted"),
            duplicate=report.total("duplicate"),
            quarantined=report.total("quarantined"),
            refused=len(report.of_state("refused")),
            lag=self._lag,
            waits=tuple(round(one, 3) for one in waits),
            seconds=time.monotonic() - began,
            waiting=waiting,
        )

    def _idle(self) -> None:
        if time.monotonic() - self._shown > _IDLE_SECONDS:
            self._book.refresh_live()
            self._tidy()
            self._lag = 0.0
            self._say(running=True)

    def _tidy(self) -> None:
        for what in self._book.tidy():
            self._trouble(what, 0.0)

    def _say(self, *, running: bool) -> None:
        self._shown = time.monotonic()
        about = {"running": running, "at": datetime.now(UTC), "lag": self._lag, "batch": self._book.batch}
        self._book.documents.put("state", "follow", {**about, "host": socket.gethostname(), "pid": os.getpid()})

    def _say_quietly(self, *, running: bool) -> None:
        try:
            self._say(running=running)
        except TollbookError as error:
            self._trouble(str(error), 0.0)


def landed(book: FollowedBook) -> Marks:
    """Every landing file, wherever the home is."""
    landing = book.settings.landing
    if book.files.remote:
        kept = ((landing.parent / one.name, one) for one in book.files.find(landing))
        return {path: (one.size, one.changed.timestamp()) for path, one in kept}
    marks = {}
    for path in find_files(landing, []):
        try:
            stat = path.stat()
        except FileNotFoundError:  # moved away in this very moment
            continue
        marks[path] = (stat.st_size, stat.st_mtime)
    return marks


def _what(error: Exception) -> str:
    """What went wrong; of a library's error only kind and place, as its words may quote addresses or documents."""
    if isinstance(error, TollbookError):
        return str(error)
    place = [one for one in traceback.extract_tb(error.__traceback__) if "tollbook" in one.filename][-1]
    return f"unforeseen {type(error).__name__} at {Path(place.filename).name}:{place.lineno} ({place.name})"


def _old(mark: tuple[int, float]) -> bool:
    """Whether a file was left alone for a while: what was there at the start need not be looked at twice."""
    return time.time() - mark[1] > 2


def as_line(followed: Followed) -> dict[str, object]:
    """A batch for other programs."""
    return {**asdict(followed), "at": followed.at.isoformat(timespec="milliseconds")}
