"""The posting rules in plain Python, a record after the other, and the SQL ones on the same records.

The two share only the order of facts that are equally new: which of them stands is arbitrary, that it is always the
same one is not.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

import duckdb
from little_book import KEY, one_row, utc

from tollbook.usage.ledger import define_empty_ledger
from tollbook.usage.posting import judge
from tollbook.usage.record import ENTRY_FIELDS, FINAL_STATUSES, RECORD_FIELDS, STATUS_RANK
from tollbook.usage.staging import Staging

START = utc("2026-10-01 09:00")
_FACTS = (
    "submitted_at", "status_raw", "error_raw", "sender", "category", "campaign", "country", "mcc", "mnc", "segments",
    "quantity", "unit", "cost", "cost_currency", "carrier_fee",
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """What a source says of one record."""

    message: str = "m1"
    part: int = 0
    client: str = "acme"
    channel: str = "sms"
    status: str = "sent"
    minute: int = 0
    segments: int = 1
    cents: int = 1

    @property
    def key(self) -> tuple[str, int]:
        return self.message, self.part

    @property
    def is_final(self) -> bool:
        return self.status in FINAL_STATUSES

    def fields(self) -> dict[str, Any]:
        """As a ledger record."""
        texts = dict.fromkeys((name for name, kind in RECORD_FIELDS.items() if kind == "varchar"), "")
        at = START + timedelta(minutes=self.minute)
        return {
            **texts,
            "client": self.client,
            "source": "plain",
            "message_id": self.message,
            "recipient_token": "t",
            "part": self.part,
            "submitted_at": START,
            "final_at": at if self.is_final else None,
            "status_at": at,
            "channel": self.channel,
            "direction": "mt",
            "status": self.status,
            "status_raw": self.status,
            "is_final": self.is_final,
            "segments": self.segments,
            "quantity": Decimal(self.segments),
            "cost": Decimal(self.cents) / 100,
            "carrier_fee": Decimal(0),
            "source_line": 1,
        }


@cache
def _macros() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set TimeZone = 'UTC'")
    Staging(connection, {}, KEY)
    connection.execute("create temp table incoming as from memory.incoming")
    return connection


@cache
def facts(report: Report) -> str:
    """The order of facts among reports of one status and time."""
    fields = report.fields()
    marks = ", ".join(f"?::{RECORD_FIELDS[name]}" for name in _FACTS)
    return str(one_row(_macros(), f"select facts_of({marks})", *(fields[name] for name in _FACTS))[0])


def weight(report: Report) -> tuple[bool, int, int, str]:
    """Final beats open, then the status that says more, then the later one."""
    return report.is_final, STATUS_RANK[report.status], report.minute, facts(report)


@dataclass
class Plain:
    """The reference: what stands per key, and what became of each report."""

    stands: dict[tuple[str, int], Report]
    outcomes: Counter[str]
    entries: list[tuple[Report, int]]

    @classmethod
    def of(cls, reports: Iterable[Report]) -> "Plain":
        made = cls({}, Counter(), [])
        posted: dict[tuple[str, int], list[Report]] = {}
        for report in reports:
            before = posted.setdefault(report.key, [])
            made.outcomes[made._judge(report, before)] += 1
        return made

    def _judge(self, report: Report, before: list[Report]) -> str:
        if before and (before[0].client, before[0].channel) != (report.client, report.channel):
            return "conflict"
        if before and weight(report) <= weight(before[-1]):
            return "duplicate" if weight(report) in [weight(one) for one in before] else "superseded"
        if before:
            self.entries.append((before[-1], -1))
        before.append(report)
        self.entries.append((report, 1))
        self.stands[report.key] = report
        return "posted"


class SqlLedger:
    """The SQL rules over a ledger in memory."""

    def __init__(self) -> None:
        self.connection = _macros()
        define_empty_ledger(self.connection)
        self.connection.execute("create or replace temp table kept as from ledger limit 0")
        self.connection.execute("create or replace temp view ledger as from kept")
        self.batch = 0
        self.outcomes: Counter[str] = Counter()

    def post(self, reports: Sequence[Report]) -> None:
        """One batch."""
        self.batch += 1
        self.connection.execute("delete from incoming")
        self.connection.execute("delete from refused")
        names = ", ".join(RECORD_FIELDS)
        marks = ", ".join(f"?::{kind}" for kind in RECORD_FIELDS.values())
        insert = (
            f"insert into incoming ({names}, day, sha, turn, key_hash) "  # noqa: S608 - own names
            f"values ({marks}, ?::timestamptz::date, 'sha', row(0, ?, 1), key_of('plain', ?, 't', ?))"
        )
        rows = [
            [*fields.values(), fields["submitted_at"], turn, report.message, report.part]
            for turn, report in enumerate(reports)
            for fields in [{name: report.fields()[name] for name in RECORD_FIELDS}]
        ]
        self.connection.executemany(insert, rows)
        judge(self.connection)
        self.connection.execute("insert into kept by name select *, ? as batch from judged_entries", [self.batch])
        self.connection.execute(
            "insert into kept by name select * exclude (sha, turn, key_hash), 1 as sign, ? as batch "
            "from incoming where key_hash not in (from contested)",
            [self.batch],
        )
        for _, outcome, records, _ in self.connection.sql("from outcomes").fetchall():
            self.outcomes[outcome] += records
        self.outcomes["conflict"] += one_row(self.connection, "select count(*) from refused")[0]

    def entries(self) -> Counter[tuple[Any, ...]]:
        """Every entry, as (message, part, client, status, minute, segments, cost, sign)."""
        found = self.connection.sql(
            "select message_id, part, client, channel, status, status_at, segments, cost, sign from ledger"
        ).fetchall()
        return Counter(
            (*row[:5], (row[5] - START) // timedelta(minutes=1), row[6], int(row[7] * 100), row[8]) for row in found
        )

    def broken(self) -> list[tuple[Any, ...]]:
        """Entries, but for batch, sign and time, that do not cancel to nothing or stand once."""
        names = ", ".join(name for name in ENTRY_FIELDS if name not in {"batch", "sign", "posted_at"})
        return self.connection.sql(
            f"select {names}, sum(sign) from ledger group by all having sum(sign) not in (0, 1)"  # noqa: S608
        ).fetchall()

    def standing(self) -> list[tuple[Any, ...]]:
        """What stands per key."""
        return self.connection.sql(
            "select message_id, part, status, status_at, sum(sign), sum(sign * segments), sum(sign * cost) from ledger "
            "group by all having sum(sign) <> 0 order by all"
        ).fetchall()


def as_entries(plain: Plain) -> Counter[tuple[Any, ...]]:
    """The reference's entries in the form of `SqlLedger.entries`."""
    return Counter((*asdict(report).values(), sign) for report, sign in plain.entries)


def cut(reports: Sequence[Report], places: Iterable[int]) -> list[Sequence[Report]]:
    """The reports in neighbouring pieces."""
    bounds = [0, *sorted({place % (len(reports) + 1) for place in places}), len(reports)]
    return [reports[a:b] for a, b in pairwise(bounds) if a < b]


def of_one_owner(reports: Iterable[Report]) -> list[Report]:
    """The reports without rival owners: whose a key is depends on who comes first, all else does not."""
    return [replace(report, client="acme", channel="sms") for report in reports]
