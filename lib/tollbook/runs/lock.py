"""One run of a month at a time, on all machines, and no leftovers of one that was killed.

On one machine the system tells whether a rival still lives. Between machines the documents hold a lease: a run that
does not renew it is dead, and another may take the month over.
"""

import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

from tollbook.errors import TollbookError
from tollbook.period import Month
from tollbook.settings import Settings

COLLECTION = "run_leases"
_LASTS, _RENEWED_AFTER = 45.0, 10.0  # seconds
_LOOK_SECONDS = 1.0


class AlreadyRunning(TollbookError):
    """Another process runs the same month."""

    def __init__(self, month: Month, where: str = "on this machine") -> None:
        super().__init__(f"{month} is being run by another process {where}: wait for it, or stop it")


class LeaseLost(TollbookError):
    """This run was silent for so long that another one took the month over."""

    exit_code = 1

    def __init__(self, month: Month, holder: str) -> None:
        super().__init__(
            f"{month} was taken over by a run on {holder} while this one was silent; nothing more is published"
        )


class Leases(Protocol):
    """What a lease needs of the documents."""

    def get(self, collection: str, id_: str, /) -> dict[str, Any] | None:
        """The document of that id."""

    def insert(self, collection: str, id_: str, document: dict[str, Any], /) -> bool:
        """Store a new document; False when the id is taken."""

    def replace_if_newer(self, collection: str, documents: Any, /, *, version: str) -> int:
        """Store each document unless the one there has an equal or higher version."""

    def delete(self, collection: str, ids: Any, /) -> None:
        """Forget documents."""


@dataclass(slots=True)
class Lease:
    """A month in this run's hands, as long as it is renewed."""

    documents: Leases
    month: Month
    turn: int = 0
    holder: str = field(default_factory=lambda: f"{socket.gethostname()} ({os.getpid()}, {uuid4().hex[:8]})")
    renewed: float = 0.0

    def take(self) -> None:
        """Take the month, waiting until a silent holder's lease has run out.

        Raises:
            AlreadyRunning: its holder is alive, or a rival was quicker.
        """
        if self.documents.insert(COLLECTION, str(self.month), self._document()):
            self.renewed = time.monotonic()
            return
        first = self._there()
        end = time.monotonic() + (0 if first and _is_dead_neighbour(first["holder"]) else _LASTS)
        # A clock of its own, not the other machine's: silent for so long by our watch is silent.
        while first and time.monotonic() < end:
            time.sleep(_LOOK_SECONDS)
            now = self._there()
            if now and now["turn"] != first["turn"]:
                raise AlreadyRunning(self.month, f"on {now['holder']}")
            first = now
        self.turn = first["turn"] if first else 0
        self._renew(AlreadyRunning(self.month, "that was quicker"))

    def keep(self) -> None:
        """Renew the lease when it is time to.

        Raises:
            LeaseLost: another run has it.
        """
        if time.monotonic() - self.renewed > _RENEWED_AFTER:
            there = self._there()
            self._renew(LeaseLost(self.month, there["holder"] if there else "another machine"))

    def release(self) -> None:
        """Give the month back."""
        there = self._there()
        if there and there["holder"] == self.holder:
            self.documents.delete(COLLECTION, [str(self.month)])

    def _renew(self, otherwise: TollbookError) -> None:
        self.turn += 1
        self.documents.insert(COLLECTION, str(self.month), self._document())
        self.documents.replace_if_newer(COLLECTION, [(str(self.month), self._document())], version="turn")
        there = self._there()
        if there is None or there["holder"] != self.holder:
            raise otherwise
        self.renewed = time.monotonic()

    def _there(self) -> dict[str, Any] | None:
        return self.documents.get(COLLECTION, str(self.month))

    def _document(self) -> dict[str, Any]:
        return {"holder": self.holder, "turn": self.turn, "at": datetime.now(UTC)}


def _is_dead_neighbour(holder: str) -> bool:
    """Whether a holder was a process of this machine that is no more."""
    host, _, rest = holder.partition(" (")
    pid = rest.partition(",")[0]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def month_to_itself(settings: Settings, month: Month, documents: Leases) -> Iterator[Lease]:
    """Hold the month's lock, which the system takes back when this process ends, however it ends, and its lease.

    Raises:
        AlreadyRunning: another process has it.
    """
    folder = settings.home / "runs"
    (folder / str(month)).mkdir(parents=True, exist_ok=True)
    with (folder / f"{month}.lock").open("w") as file:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunning(month) from error
        lease = Lease(documents, month)
        lease.take()
        for left in (folder / str(month)).glob(".stage-*"):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        try:
            yield lease
        finally:
            with suppress(TollbookError):  # it runs out by itself
                lease.release()
