"""Staging: landing files -> the view `incoming` (whole records) and the table `refused` (rows with a reason).

Of each group of files a table holds only what differs from row to row; what the mapping says of all rows is put beside
it by a view. A clear number stands nowhere once a batch was gathered.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import reduce

import duckdb

from tollbook.usage.enrich import define_tables, enrich
from tollbook.usage.holding import NEXT_TO_A_RECORD, hold, let_go
from tollbook.usage.landing import LandingFile
from tollbook.usage.readers import Broken, read_raw
from tollbook.usage.record import RECORD_FIELDS, STATUS_RANK
from tollbook.usage.records import ColumnsMissing, define_macros, given_fields, select_records, whole
from tollbook.usage.sql import statement
from tollbook.usage.unpacking import UnreadableFile

Refusals = list[tuple[LandingFile, str]]
"""Files that cannot be taken in as a whole, and why."""


def hmac_pads(key: bytes) -> dict[str, bytes]:
    """The inner and outer pad of RFC 2104 for SHA-256; the key has at most 64 bytes."""
    padded = key.ljust(64, b"\0")
    return {"inner_pad": bytes(b ^ 0x36 for b in padded), "outer_pad": bytes(b ^ 0x5C for b in padded)}


class Staging:
    """Rows on their way into the ledger.

    Args:
        connection: DuckDB in UTC; the tables are made in it.
        accounts: (source, account) -> client.
        key: the key of the recipient tokens, at most 64 bytes.

    Attributes:
        horizon: records from before this day (UTC) are refused; see `upkeep.forget_recipients`.
        reach: days around a record in which earlier reports of it are looked up.
        read: rows read by file.
    """

    horizon = date.min

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, accounts: Mapping[tuple[str, str], str], key: bytes
    ) -> None:
        self._connection = connection
        self._pads = hmac_pads(key)
        self.read: dict[str, int] = {}
        self.reach = 1
        self._turns: dict[str, int] = {}
        self._groups = 0
        self._records = 0
        define_macros(connection)
        define_tables(connection)
        connection.execute("set variable statuses = ?", [list(STATUS_RANK)])
        connection.execute("create or replace type status_word as enum (select unnest(?::varchar[]))", [[*STATUS_RANK]])
        connection.execute("create temp table accounts (source varchar, account varchar, client varchar)")
        self.know(accounts)
        self.clear()

    def know(self, accounts: Mapping[tuple[str, str], str]) -> None:
        """Add (source, account) -> client."""
        if accounts:
            rows = [
                [*(source for source, _ in accounts)],
                [*(account for _, account in accounts)],
                [*accounts.values()],
            ]
            self._connection.execute(
                "insert into accounts select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[])", rows
            )

    @property
    def records(self) -> int:
        """How many whole records were staged."""
        return self._records

    @property
    def groups(self) -> list[str]:
        """Names of the views, one a group of files, whose union is `incoming`."""
        return [f"records_{group}" for group in range(self._groups)]

    def gather(self) -> None:
        """Define the view `incoming` over all that is staged now; what that was made of, clear numbers too, is gone."""
        self._connection.execute("drop view if exists mapped")
        for made_of in ("mapped_rows", "raw_lines", "recipients", "texts"):
            self._connection.execute(f"drop table if exists {made_of}")
        if self._groups:
            views = [self._connection.view(name) for name in self.groups]
            reduce(lambda one, other: one.union(other), views).create_view("incoming", replace=True)

    def clear(self) -> None:
        """Forget everything staged."""
        self._define_empty()
        for group in range(self._groups):
            let_go(self._connection, group)
        self._connection.execute(
            "create or replace temp table refused "
            "(sha varchar, file varchar, line bigint, item bigint, reason varchar, detail varchar, raw varchar)"
        )
        self.read = {}
        self.reach = 1
        self._turns = {}
        self._groups = 0
        self._records = 0

    def keep(self, wanted: Iterable[LandingFile]) -> None:
        """Forget what is staged of any other file."""
        shas = [file.sha for file in wanted]
        if set(self._turns) <= set(shas):
            return
        for group in range(self._groups):
            self._connection.execute(
                f"delete from staged_{group} where turn not in (select unnest(?::bigint[]))",  # noqa: S608 - own names
                [[self._turns[sha] for sha in shas]],
            )
        self._connection.execute("delete from refused where sha not in (select unnest(?::varchar[]))", [shas])
        self._turns = {sha: self._turns[sha] for sha in shas}

    def only(self, places: Sequence[tuple[int, int]], sha: str) -> None:
        """Forget all rows of a file but those at `places`: (line, item in it; 0 is all of the line)."""
        self._connection.execute(
            "create or replace temp table wanted as select unnest(?::bigint[]) as line, unnest(?::bigint[]) as item",
            [[line for line, _ in places], [item for _, item in places]],
        )
        for group in range(self._groups):
            self._connection.execute(statement("only_wanted").format(staged=f"staged_{group}"))
        self._connection.execute(statement("only_wanted_refused"))
        self._records = sum(_count(self._connection, f"staged_{group}") for group in range(self._groups))
        self.read[sha] = self._records + _count(self._connection, "refused")

    def add(self, group: Sequence[LandingFile], header: Sequence[str], turn: int) -> Refusals:
        """Stage files of one source and header; each of them whole, or not at all and named in the answer.

        Args:
            group: the files, in the order of arrival.
            header: their column names; empty for JSON lines.
            turn: the place of the first of them in the order of arrival.
        """
        try:
            self._stage(group, header, turn)
        except ColumnsMissing as error:
            return [(file, error.fault) for file in group]
        except UnreadableFile as error:
            if len(group) == 1:
                return [(group[0], error.fault)]
            half = len(group) // 2
            return [*self.add(group[:half], header, turn), *self.add(group[half:], header, turn + half)]
        return []

    def _stage(self, group: Sequence[LandingFile], header: Sequence[str], turn: int) -> None:
        source = group[0].claimed
        if source.events:
            self.reach = max(self.reach, source.events.look_back)
        raw = read_raw(self._connection, [file.path for file in group], source.format, header)
        rows = select_records(raw, source)
        try:
            rows.query("rows_as_read", "create or replace temp table mapped_rows as from rows_as_read")
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise UnreadableFile(group[0].path, str(error)) from error
        whole(self._connection.table("mapped_rows"), source).create_view("mapped", replace=True)
        enrich(self._connection, self._pads)
        broken = raw.broken()
        self._arrive(group, turn, raw.first_rows(), broken if header else None)
        self._connection.execute(statement("refuse"), {"source": source.source, "horizon": self.horizon})
        self._turns |= {file.sha: turn + place for place, file in enumerate(group)}
        hold(self._connection, group, given_fields(raw, source), number=self._groups, turn=turn, horizon=self.horizon)
        self._records += _count(self._connection, f"staged_{self._groups}")
        self._groups += 1
        self._refuse_broken(group, broken)
        self._count_read(group, broken)

    def _define_empty(self) -> None:
        fields = {**RECORD_FIELDS, **NEXT_TO_A_RECORD}
        columns = ", ".join(f"null::{kind} as {name}" for name, kind in fields.items())
        self._connection.sql(f"select {columns} limit 0").create_view("incoming", replace=True)

    def _arrive(
        self, group: Sequence[LandingFile], turn: int, first_rows: Mapping[int, int], broken: Sequence[Broken] | None
    ) -> None:
        """Fill `arrivals`, one row a file; see sql/stage.sql."""
        rows = []
        for place, file in enumerate(group):
            lines = None if broken is None else [row.line for row in broken if row.path == str(file.path)]
            passed = None if lines is None else [line - 2 - index for index, line in enumerate(lines)]
            rows.append(
                (place, str(file.name), file.sha, turn + place, _folder(file), first_rows.get(place, 1), passed)
            )
        self._connection.execute(
            "create or replace temp table arrivals (file integer, name varchar, sha varchar, turn bigint, "
            "account varchar, first_n bigint, passed bigint[])"
        )
        self._connection.executemany("insert into arrivals values (?, ?, ?, ?, ?, ?, ?)", rows)

    def _refuse_broken(self, group: Sequence[LandingFile], broken: Sequence[Broken]) -> None:
        by_path = {str(file.path): file for file in group}
        rows = [(row, by_path[row.path]) for row in broken]
        if rows:
            self._connection.executemany(
                "insert into refused select ?, ?, ?, 0, 'bad_row', ?, shape(?)",
                [(file.sha, str(file.name), row.line, row.fault, row.text) for row, file in rows],
            )

    def _count_read(self, group: Sequence[LandingFile], broken: Sequence[Broken]) -> None:
        """Rows of each file as the reader delivered them, whatever became of them afterwards."""
        counted = dict(self._connection.sql("select file, count(*) from mapped_rows group by file").fetchall())
        torn = Counter(row.path for row in broken)
        for place, file in enumerate(group):
            self.read[file.sha] = counted.get(place, 0) + torn[str(file.path)]


def _folder(file: LandingFile) -> str | None:
    """The account that a folder of the file's path names, where the mapping says so."""
    place = file.claimed.client.folder
    folders = file.name.parts[:-1]
    return folders[place - 1] if place and place <= len(folders) else None


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    (count,), *_ = connection.table(table).aggregate("count(*)").fetchall()
    return int(count)
