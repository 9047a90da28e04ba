"""Ingesting: what lands in a book's landing folder is taken in, and what is made of the ledger brought up to date."""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

import duckdb

from tollbook.errors import TollbookError
from tollbook.settings import Settings
from tollbook.storage.documents import Documents
from tollbook.storage.files import Files
from tollbook.usage.arriving import arrive, leave, turn
from tollbook.usage.checking import Checked, check_source
from tollbook.usage.intake import Intake, Progress
from tollbook.usage.landing import LandingFile, Mark, find_files, identify
from tollbook.usage.ledger import Ledger
from tollbook.usage.mapping import Source
from tollbook.usage.quarantine import Quarantine
from tollbook.usage.rollups import refresh_rollups
from tollbook.usage.tokens import token_key
from tollbook.usage.totals import IntakeReport


class UnknownSource(TollbookError):
    """A source name without a mapping."""

    def __init__(self, source: str, known: Sequence[str]) -> None:
        self.source = source
        super().__init__(f"unknown source {source!r}; mappings in parameters/sources: {', '.join(known)}")


class IngestingBook(Protocol):
    """The part of a book that takes files in."""

    settings: Settings
    ledger: Ledger
    documents: Documents

    @property
    def files(self) -> Files:
        """The home's files."""

    @property
    def quarantine(self) -> Quarantine:
        """Refused rows."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """DuckDB in UTC."""

    def sources(self) -> list[Source]:
        """All source mappings."""

    def accounts(self) -> dict[tuple[str, str], str]:
        """(source, account) -> client."""

    def zones(self) -> dict[str, str]:
        """Client -> IANA time zone."""

    def refresh_live(self) -> None:
        """Move the live figures on."""


def ingest(book: IngestingBook, paths: Sequence[Path], *, source: str, progress: Progress) -> IntakeReport:
    """Take in new landing files: those of the landing folder when `paths` is empty; see `Book.ingest`."""
    with turn(book.files, book.settings.landing):
        arrived = {} if paths else arrive(book.files, book.settings.landing, book.documents)
        report = _intake(book).ingest(_landed(book, paths, arrived, source), progress=progress)
        leave(book.files, arrived)
    _bring_up_to_date(book)
    return report


def retry(book: IngestingBook, file: str) -> IntakeReport:
    """Read quarantined rows again, of landing files whose path contains `file`; see `Intake.retry`."""
    with turn(book.files, book.settings.landing):
        arrived = arrive(book.files, book.settings.landing, book.documents, again=True)
        report = _intake(book).retry([one for one in _landed(book, (), arrived, "") if file in str(one.name)])
        leave(book.files, arrived)
    _bring_up_to_date(book)
    return report


def check(book: IngestingBook, file: Path, source: Source, *, limit: int) -> Checked:
    """What a file becomes by a mapping, without posting anything; see `check_source`."""
    landing = book.settings.landing
    name = file.resolve().relative_to(landing) if file.resolve().is_relative_to(landing) else file
    return check_source(file, source, accounts=book.accounts(), name=PurePosixPath(name), limit=limit)


def _landed(book: IngestingBook, paths: Sequence[Path], arrived: Mapping[Path, Mark], source: str) -> list[LandingFile]:
    sources = book.sources()
    if source and source not in (names := [one.source for one in sources]):
        raise UnknownSource(source, names)
    landing = book.settings.landing
    found = sorted(arrived) if book.files.remote and not paths else find_files(landing, paths)
    return identify(found, landing, sources, book.documents, source=source, marks=arrived)


def _intake(book: IngestingBook) -> Intake:
    return Intake(
        book.ledger,
        book.quarantine,
        book.documents,
        accounts=book.accounts(),
        key=token_key(book.settings, book.files),
        memory_limit=book.settings.memory_limit,
        threads=book.settings.workers,
        spill=book.settings.book / "tmp",
    )


def _bring_up_to_date(book: IngestingBook) -> None:
    refresh_rollups(book.connection, book.ledger, book.documents, zones=book.zones())
    book.refresh_live()
