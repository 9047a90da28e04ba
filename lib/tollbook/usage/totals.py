"""Control totals: what became of every row of every file. `read = posted + duplicate + superseded + quarantined`."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

State = Literal["posted", "refused", "known", "redelivered"]
COUNTS = ("read", "posted", "duplicate", "superseded", "quarantined", "late")


@dataclass(frozen=True, slots=True)
class FileTotals:
    """One file.

    Attributes:
        file: its path below the landing folder.
        state: `posted`; `refused` (unreadable as a whole, `fault` says why); `known` (taken in before under this
            name); `redelivered` (the same bytes as a file taken in before).
        late: those of `posted` that replaced an earlier report of the same message.
        reasons: quarantined rows by reason.
        batch: the ledger batch that holds it; 0 when nothing was posted.
    """

    file: str
    sha: str
    source: str
    state: State
    read: int = 0
    posted: int = 0
    duplicate: int = 0
    superseded: int = 0
    quarantined: int = 0
    late: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    batch: int = 0
    fault: str = ""

    @property
    def balanced(self) -> bool:
        """Whether every row read is accounted for."""
        return self.read == self.posted + self.duplicate + self.superseded + self.quarantined

    def as_document(self) -> dict[str, Any]:
        """As stored and as printed by `tollbook ingest --json`."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read back what `as_document` wrote; the store's own fields are left out."""
        return cls(**{key: value for key, value in document.items() if key in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """What one `tollbook ingest` did, file by file."""

    files: tuple[FileTotals, ...]

    def total(self, count: str) -> int:
        """Sum of one of `COUNTS` over the files taken in now."""
        return sum(getattr(one, count) for one in self.files)

    def of_state(self, state: State) -> list[FileTotals]:
        """The files that ended in `state`."""
        return [one for one in self.files if one.state == state]

    def reasons(self) -> dict[str, int]:
        """Quarantined rows by reason over all files."""
        return add_counts(one.reasons for one in self.files)


def add_counts(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Sum of several countings, by key in order of name."""
    added: dict[str, int] = {}
    for one in counts:
        for key, number in one.items():
            added[key] = added.get(key, 0) + number
    return dict(sorted(added.items()))
