"""What a page has read of the book: the frames of two spans, kept until the ledger moves on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import pandas as pd

from tollbook.dashboards.link import Choice
from tollbook.dashboards.window import Window, window
from tollbook.rating.contracts import Client
from tollbook.settings import Settings
from tollbook.storage.documents import Documents
from tollbook.usage.rollups import RollupsTooOld


class DashboardBook(Protocol):
    """The part of a book that a usage page needs."""

    @property
    def settings(self) -> Settings:
        """The project's settings."""

    @property
    def documents(self) -> Documents:
        """Where views are written down."""

    @property
    def rollup_batch(self) -> int:
        """The ledger's version that the rollups show."""

    def client_ids(self) -> list[str]:
        """Every client of the book."""

    def client(self, client: str) -> Client:
        """One client's file."""

    def usage(self, client: str, first: date, last: date) -> pd.DataFrame:
        """The usage frame of a client's local days, both ends included."""

    def receipts(self, client: str, first: date, last: date) -> pd.DataFrame:
        """How long receipts took, by local day."""

    def last_day(self, client: str) -> date | None:
        """The last local day with usage."""


def utc_now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """One client's usage in a window and in the span it is compared with, as of one version of the ledger.

    Attributes:
        now: usage frame of the window.
        before: usage frame of the span before it. When the window ends today, the last day of that span ends at
            the same hour, so that a morning is not compared with a whole day.
        latest: the last day with usage; None when the client has none.
        at: when it was read, in the client's time zone.
        receipts: of the window, see `usage.rollups.read_receipts`; None where they are not told apart that way, or
            rollups do not hold them yet.
        by: what usage over time is split by.
    """

    client: Client
    choice: Choice
    window: Window
    now: pd.DataFrame
    before: pd.DataFrame
    latest: date | None
    batch: int
    at: datetime
    receipts: pd.DataFrame | None = None
    by: str = "channel"

    @property
    def today(self) -> date:
        """The client's local date when this was read."""
        return self.at.date()


Kept = tuple[date, date, pd.DataFrame, pd.DataFrame | None]
"""First and last day, the usage frame, the receipts."""


@dataclass
class Readings:
    """Reads a book and keeps the widest frames per (client, batch), so that another period costs no second query."""

    book: DashboardBook
    clock: Callable[[], datetime] = utc_now
    _kept: dict[tuple[str, int], Kept] = field(default_factory=dict)

    def read(self, choice: Choice) -> Reading:
        """The reading of a choice that was checked before.

        Raises:
            TollbookError: the book cannot be read.
        """
        client, batch = self.book.client(choice.client), self.book.rollup_batch
        at = self.clock().astimezone(ZoneInfo(client.time_zone))
        latest = self.book.last_day(choice.client)
        span = window(choice.period, latest=latest or at.date(), today=at.date())
        _, _, both, waits = self._frames(choice.client, batch, span.before_first, span.last)
        now = _between(both, span.first, span.last)
        before = _between(both, span.before_first, span.before_last)
        if span.last == at.date():
            late = (before["day"] == pd.Timestamp(span.before_last)) & (before["hour"] > at.hour)
            before = before[~late]
        receipts = None if waits is None else _between(waits, span.first, span.last)
        return Reading(client, choice, span, now, before, latest, batch, at, receipts)

    def _frames(self, client: str, batch: int, first: date, last: date) -> Kept:
        kept = self._kept.get((client, batch))
        if kept is None or first < kept[0] or last > kept[1]:
            if kept is not None:
                first, last = min(first, kept[0]), max(last, kept[1])
            self._kept = {key: value for key, value in self._kept.items() if key[1] == batch}
            kept = (first, last, self.book.usage(client, first, last), self._receipts(client, first, last))
            self._kept[client, batch] = kept
        return kept

    def _receipts(self, client: str, first: date, last: date) -> pd.DataFrame | None:
        try:
            return self.book.receipts(client, first, last)
        except RollupsTooOld:
            return None


def _between(frame: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    return frame[frame["day"].between(pd.Timestamp(first), pd.Timestamp(last))]
