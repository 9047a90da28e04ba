"""The state of every notebook of a month, kept in the documents: never read from a notebook's metadata."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from tollbook.runs.lock import Leases
from tollbook.runs.spec import RunSpec
from tollbook.runs.summary import Ended
from tollbook.settings import Settings

COLLECTION = "runs"
BAD = frozenset({"failed", "blocked", "stopped"})


class Store(Leases, Protocol):
    """What a run needs of the documents."""

    def put(self, collection: str, id_: str, document: dict[str, Any], /) -> None:
        """Store in place of whatever had the id."""


class Ledger(Protocol):
    """What a run needs of a Book: where things are, the ledger's version, and where to keep the state of runs."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102 - the class says it

    @property
    def batch(self) -> int: ...  # noqa: D102

    @property
    def documents(self) -> Store: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class States:
    """One run's view of them.

    Attributes:
        batch: the ledger's version when the run began, noted with each.
        latest: asks for its version now.
        started: when the run began; tells its states from those of others.
    """

    documents: Store
    batch: int
    latest: Callable[[], int]
    started: datetime = field(default_factory=lambda: _this_millisecond(datetime.now(UTC)))

    def note(self, key: str, state: str, **more: Any) -> None:
        """Keep the state of `<month>/<client>/<notebook>`."""
        month, client, notebook = key.split("/")
        about = {"month": month, "client": client, "notebook": notebook, "state": state}
        at = datetime.now(UTC)
        self.documents.put(COLLECTION, key, {**about, "batch": self.batch, "run": self.started, "at": at, **more})

    def settle(self, ended: Ended) -> None:
        """Keep how a notebook's run ended."""
        self.note(
            ended.spec.key, ended.state, reason=ended.reason, attempts=ended.attempts, seconds=ended.seconds,
            peak_memory_mb=ended.peak_memory_mb,
        )  # fmt: skip

    def failed_before(self, spec: RunSpec) -> bool:
        """Whether its last run failed, was stopped or was killed."""
        state = self.documents.get(COLLECTION, spec.key)
        # "running" was left by a run that was killed.
        return state is not None and state["state"] in {*BAD, "running"}


def _this_millisecond(at: datetime) -> datetime:
    """MongoDB keeps no more, and the moment is compared."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
