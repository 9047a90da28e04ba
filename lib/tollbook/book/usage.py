"""What a book does with usage: files taken in, and what the ledger and the rollups say."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pandas as pd

from tollbook.book.ground import Ground
from tollbook.errors import TollbookError
from tollbook.period import Month, utc_days
from tollbook.storage.disk import disk_faults
from tollbook.usage.deliveries import Sums, deliveries, ledger_sums
from tollbook.usage.live import Live, read_live, refresh_live
from tollbook.usage.mapping import Source
from tollbook.usage.rollups import last_day, last_posted, read_receipts, read_rollups
from tollbook.usage.totals import FileTotals, IntakeReport

if TYPE_CHECKING:
    from tollbook.usage.checking import Checked
    from tollbook.usage.intake import Progress
    from tollbook.usage.pulling import Puller


class NothingIngested(TollbookError):
    """A question about usage before any file was taken in."""

    def __init__(self) -> None:
        super().__init__("the ledger is empty: put files into the landing folder and run `tollbook ingest`")


class UsageBook(Ground):
    """Usage in, usage out; see `Book`."""

    _read: tuple[tuple[str, Any], date, date, pd.DataFrame] | None = None  # whose, first and last day, usage frame

    def ingest(
        self, paths: Sequence[Path] = (), *, source: str = "", progress: "Progress" = lambda _: None
    ) -> IntakeReport:
        """Take in new landing files and bring the rollups up to date.

        Args:
            paths: files or folders; the landing folder when empty.
            source: take them as this source's, whatever their names.
            progress: called with each file's control totals.

        Raises:
            BadClientFile, BadMapping, UnknownSource, NoSuchFile: as they say; nothing is taken in then.
        """
        from tollbook.usage.ingesting import ingest

        with disk_faults():
            if not paths:
                self.pull()
            return ingest(self, paths, source=source, progress=progress)

    def pull(self) -> list[Path]:
        """Land what is new in the MongoDB collections that sources name; the files made of it."""
        sources = [one for one in self.sources() if one.collection]
        return [one.path for one in self.puller.pull(sources)] if sources else []

    @cached_property
    def puller(self) -> "Puller":
        """What reads the collections that sources name."""
        from tollbook.usage.pulling import Puller

        return Puller(self.settings.landing, self.files, self.documents)

    def retry(self, file: str = "") -> IntakeReport:
        """Read quarantined rows again, of landing files whose path contains `file`; see `usage.intake.Intake.retry`."""
        from tollbook.usage.ingesting import retry

        return retry(self, file)

    def check_source(self, file: Path, source: Source, *, limit: int = 5) -> "Checked":
        """What a file becomes by a mapping, without posting anything; see `usage.checking.check_source`."""
        from tollbook.usage.ingesting import check

        return check(self, file, source, limit=limit)

    def refresh_live(self) -> None:
        """Move the live figures on; see `usage.live`."""
        refresh_live(self.connection, self.ledger, self.documents)

    def control_totals(self) -> list[FileTotals]:
        """Control totals of every file ever taken in, by name."""
        found = self.documents.find("intake", sort=[("file", 1)])
        return [FileTotals.from_document(one) for one in found]

    def deliveries(self, client: str, month: Month | str) -> pd.DataFrame:
        """The landing files a client's month stands on; see `usage.deliveries.deliveries`."""
        return deliveries(self._ledger_of(client, month), client, self._bounds(client, month))

    def ledger_sums(self, client: str, month: Month | str) -> Sums:
        """Messages, segments and supplier's cost of a client's month, by the ledger itself."""
        return ledger_sums(self._ledger_of(client, month), client, self._bounds(client, month))

    def refused_rows(self, files: Sequence[str]) -> pd.DataFrame:
        """Quarantined rows of these files: file, line, reason, detail, raw (numbers masked)."""
        wanted = set(files)
        return self.quarantine.rows([one.sha for one in self.control_totals() if one.file in wanted])

    def _bounds(self, client: str, month: Month | str) -> tuple[datetime, datetime]:
        return self.month(month).bounds(self.client(client).time_zone)

    def _ledger_of(self, client: str, month: Month | str) -> duckdb.DuckDBPyConnection:
        """The connection, with the view `ledger` open on the UTC days of the client's month."""
        days = utc_days(*self._bounds(client, month))
        self.open_ledger(days[0], days[-1])
        return self.connection

    def usage(self, client: str, first: date, last: date) -> pd.DataFrame:
        """A client's usage by local day and hour, `first` to `last` included; see `usage.rollups.read_rollups`.

        Days that lie within those read last are not read again while the rollups stay as they are.
        """
        asked = (self.client(client).client, self.documents.get("state", "rollups"))
        if self._read and self._read[0] == asked and self._read[1] <= first and last <= self._read[2]:
            return _of_days(self._read[3], first, last)
        frame = read_rollups(self.documents, asked[0], first, last)
        self._read = (asked, first, last, frame)
        return frame.copy()

    def receipts(self, client: str, first: date, last: date) -> pd.DataFrame:
        """How long a client's receipts took, by local day; see `usage.rollups.read_receipts`."""
        return read_receipts(self.documents, self.client(client).client, first, last)

    def live(self, clients: Sequence[str]) -> dict[str, Live]:
        """The last minutes of some clients, as of when files were last taken in; see `usage.live.Live`.

        From the documents alone, a read for each client: a dashboard may ask every few seconds.
        """
        return read_live(self.documents, clients)

    def last_day(self, client: str) -> date | None:
        """The last local day with usage; None when there is none."""
        return last_day(self.documents, self.client(client).client)

    def known_to(self, client: str) -> date:
        """The last local day whose usage counts as complete: the last with usage of any client, but never today.

        A client that fell silent while others went on is known to be silent.

        Raises:
            NothingIngested: the ledger has no usage at all.
        """
        whose = self.client(client)
        latest = last_posted(self.documents)
        if latest is None:
            raise NothingIngested
        today = datetime.now(ZoneInfo(whose.time_zone)).date()
        return min(latest, today - timedelta(days=1))


def _of_days(usage: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """The rows of a usage frame from `first` to `last`, as if only they had been read."""
    days = usage["day"].to_numpy()
    return usage[(days >= np.datetime64(first)) & (days <= np.datetime64(last))].reset_index(drop=True)
