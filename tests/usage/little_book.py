"""A ledger of its own that takes in a few rows: rows in, control totals and entries out, on one screen of a test.

Rows are in the layout of `parameters/sources/tollbook.yaml`; other shipped mappings are taken by name.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from tollbook.storage.connection import connect
from tollbook.storage.sqlite import SqliteDocuments
from tollbook.usage.intake import Intake
from tollbook.usage.landing import find_files, identify
from tollbook.usage.ledger import Ledger
from tollbook.usage.mapping import Source, read_mappings
from tollbook.usage.quarantine import Quarantine
from tollbook.usage.rollups import refresh_rollups
from tollbook.usage.totals import COUNTS, IntakeReport

SOURCES = Path(__file__).parents[2] / "parameters" / "sources"
ACCOUNTS = {("tollbook", "A1"): "acme", ("tollbook", "B1"): "bolt"}
KEY = b"the key of these tests"
Row = Mapping[str, str]
Files = Mapping[str, "bytes | str | Iterable[Row]"]


def message(message_id: str = "m1", status: str = "delivered", at: str = "2026-10-01T09:00:00Z", **more: str) -> Row:
    """A row of the plain layout; `at` is when it was submitted."""
    row = {"account": "A1", "message_id": message_id, "recipient": "+447700900123", "submitted_at": at}
    return {**row, "status": status, "segments": "1", "cost": "0.01", "cost_currency": "USD", **more}


def csv_text(rows: Iterable[Row]) -> str:
    """Rows as CSV whose columns are all that any row has."""
    listed = list(rows)
    names = dict.fromkeys(name for row in listed for name in row)
    text = io.StringIO()
    writer = csv.DictWriter(text, names or ["message_id"], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue()


def utc(text: str) -> datetime:
    """`2026-10-01 09:00` as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class LittleBook:
    """Ledger, quarantine and documents in one folder, without clients' parameter files.

    Args:
        folder: where it lives, landing folder included.
        accounts: (source, account) -> client; A1 is acme's and B1 is bolt's.
        sources: the mappings; the shipped ones when None.
    """

    def __init__(
        self,
        folder: Path,
        accounts: Mapping[tuple[str, str], str] = MappingProxyType(ACCOUNTS),
        sources: Iterable[Source] | None = None,
    ) -> None:
        self.landing = folder / "landing"
        self.accounts = accounts
        self.sources = list(read_mappings(SOURCES) if sources is None else sources)
        self.ledger = Ledger(folder / "book" / "ledger")
        self.documents = SqliteDocuments(folder / "book" / "documents.sqlite")
        self.quarantine = Quarantine(folder / "book" / "quarantine")
        self.spill = folder / "book" / "tmp"
        self.connection = connect(memory_limit="500MB", threads=1, spill=self.spill)

    def land(self, files: Files) -> list[Path]:
        """Write landing files: bytes or text as they are, rows as CSV."""
        paths = []
        for name, content in files.items():
            path = self.landing / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_text(content if isinstance(content, str) else csv_text(content), "utf-8", newline="")
            paths.append(path)
        return paths

    def take(self, files: Files | None = None, *, retry: bool = False, **options: Any) -> IntakeReport:
        """Land files and take in everything that lies there, or what of it is in quarantine."""
        self.land(files or {})
        found = find_files(self.landing, [])
        intake = Intake(
            self.ledger,
            self.quarantine,
            self.documents,
            accounts=self.accounts,
            key=KEY,
            memory_limit="500MB",
            threads=1,
            spill=self.spill,
            **options,
        )
        listed = identify(found, self.landing, self.sources, self.documents)
        return intake.retry(listed) if retry else intake.ingest(listed)

    def roll(self, **zones: str) -> int:
        """Bring the rollups up to date."""
        return refresh_rollups(self.connection, self.ledger, self.documents, zones=zones)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the view `ledger`."""
        self.ledger.open(self.connection)
        return self.connection.sql(sql).fetchall()

    def standing(self, columns: str) -> list[tuple[Any, ...]]:
        """These columns of the records that stand, in order."""
        return self.query(f"select {columns} from ledger group by all having sum(sign) > 0 order by all")  # noqa: S608

    def sums(self) -> tuple[Any, ...]:
        """Records, segments and cost that stand."""
        (found,) = self.query("select sum(sign)::bigint, sum(sign * segments)::bigint, sum(sign * cost) from ledger")
        return found

    def reasons(self) -> list[tuple[Any, ...]]:
        """What waits in quarantine: file, line, reason."""
        return [tuple(row) for row in self.quarantine.rows()[["file", "line", "reason"]].itertuples(index=False)]


def counts(report: IntakeReport) -> dict[str, int]:
    """Control totals over all files, those that are not zero."""
    return {name: report.total(name) for name in COUNTS if report.total(name)}


def one_row(connection: duckdb.DuckDBPyConnection, sql: str, *values: Any) -> tuple[Any, ...]:
    """The only row of a query."""
    (row,) = connection.execute(sql, list(values)).fetchall()
    return row
