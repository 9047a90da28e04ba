"""The manifest: what the demo wrote, counted as it was made, for tests to compare with what was read.

`records` are usage records, one per message, recipient and part; what the ledger holds once all is read.
Every row in a file is one of: posted (a new record, or a newer status of one: `late`), duplicate, superseded (an
older status of a record already posted) or quarantined. Counts per file hold when the files of a source's folder are
read in order of their names.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from tollbook.errors import TollbookError

REASONS = ("bad_time", "bad_recipient", "missing_id", "bad_row", "bad_status", "bad_number")


class BadManifest(TollbookError):
    """A demo manifest that is missing or cannot be read."""

    def __init__(self, path: Path, fault: str) -> None:
        self.path = path
        super().__init__(f"{path}: no demo manifest ({fault}); write the demo again with `tollbook demo`")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One landing file and what reading it must give.

    Attributes:
        path: below the landing folder, with forward slashes.
        kind: `redelivered` has the bytes of `twin` and is not read again; `refused` is cut short, its whole twin is
            delivered beside it; `reordered` has its columns in another order.
        carried: duplicates among `duplicate` whose first copy is in an earlier file.
        unknown_networks: posted new records whose MCC + MNC no network has.
    """

    path: str
    kind: Literal["usage", "late", "redelivered", "refused", "reordered"] = "usage"
    twin: str = ""
    read: int = 0
    posted: int = 0
    duplicate: int = 0
    carried: int = 0
    superseded: int = 0
    late: int = 0
    unknown_networks: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MonthUsage:
    """A client's usage in one local month, each record at its last status.

    Attributes:
        received, received_segments: the part of `messages` and `segments` that came from phones (MO).
        cost: what the suppliers report, in USD, of all sources together.
        records: source -> records.
        statuses: source's own word -> records.
        campaigns: campaign -> messages.
    """

    messages: int
    segments: int
    received: int
    received_segments: int
    cost: Decimal
    records: dict[str, int]
    statuses: dict[str, int]
    campaigns: dict[str, int]


@dataclass(frozen=True, slots=True)
class ClientUsage:
    """A client's usage by local month (`YYYY-MM`), and in all."""

    records: int
    messages: int
    segments: int
    months: dict[str, MonthUsage]


@dataclass(frozen=True, slots=True)
class Faults:
    """What was put in on purpose, in all files; `Manifest.deliveries` says in which."""

    duplicates: dict[str, int]
    redelivered_files: list[str]
    redelivered_rows: int
    late: int
    superseded: int
    quarantined: dict[str, int]
    refused_files: list[str]
    unknown_networks: int
    reordered_files: list[str]


@dataclass(frozen=True, slots=True)
class Expected:
    """Control totals over all files: read = posted + duplicate + superseded + quarantined."""

    read: int
    posted: int
    duplicate: int
    superseded: int
    quarantined: int
    late: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything the demo wrote.

    Attributes:
        months: local months, `YYYY-MM`.
        records: usage records of all clients.
        services: Twilio messaging service -> `client/stream`.
    """

    seed: int
    scale: float
    months: list[str]
    records: int
    files: int
    clients: dict[str, ClientUsage]
    faults: Faults
    expected: Expected
    services: dict[str, str]
    deliveries: list[Delivery]

    def to_json(self) -> str:
        """The manifest as JSON, the same text for the same values."""
        return _ADAPTER.dump_json(self, indent=1).decode() + "\n"


_ADAPTER = TypeAdapter(Manifest)


def read_manifest(path: Path) -> Manifest:
    """Read `demo-manifest.json`.

    Raises:
        BadManifest: not there, or not one of ours.
    """
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except OSError as error:
        raise BadManifest(path, error.strerror or str(error)) from error
    except ValidationError as error:
        raise BadManifest(path, f"{error.error_count()} fields are wrong") from error


def count_faults(deliveries: Iterable[Delivery]) -> Faults:
    """The faults of all files together."""
    found = sorted(deliveries, key=lambda delivery: delivery.path)
    by_path = {delivery.path: delivery for delivery in found}
    again = [delivery for delivery in found if delivery.kind == "redelivered"]
    carried = sum(delivery.carried for delivery in found)
    return Faults(
        duplicates={
            "rows": sum(delivery.duplicate for delivery in found),
            "within_files": sum(delivery.duplicate for delivery in found) - carried,
            "across_files": carried,
        },
        redelivered_files=[delivery.path for delivery in again],
        redelivered_rows=sum(by_path[delivery.twin].read for delivery in again),
        late=sum(delivery.late for delivery in found),
        superseded=sum(delivery.superseded for delivery in found),
        quarantined=_quarantined(found),
        refused_files=[delivery.path for delivery in found if delivery.kind == "refused"],
        unknown_networks=sum(delivery.unknown_networks for delivery in found),
        reordered_files=[delivery.path for delivery in found if delivery.kind == "reordered"],
    )


def count_expected(deliveries: Iterable[Delivery]) -> Expected:
    """The control totals of all files together."""
    found = list(deliveries)
    return Expected(
        read=sum(delivery.read for delivery in found),
        posted=sum(delivery.posted for delivery in found),
        duplicate=sum(delivery.duplicate for delivery in found),
        superseded=sum(delivery.superseded for delivery in found),
        quarantined=sum(_quarantined(found).values()),
        late=sum(delivery.late for delivery in found),
    )


def _quarantined(deliveries: Iterable[Delivery]) -> dict[str, int]:
    total: Counter[str] = Counter(dict.fromkeys(REASONS, 0))
    for delivery in deliveries:
        total.update(delivery.quarantined)
    return dict(total)
