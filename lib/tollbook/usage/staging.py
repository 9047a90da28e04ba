"""Staging: landing files -> the temporary tables `incoming` (whole records) and `refused` (rows with a reason)."""

from collections.abc import Iterable, Mapping, Sequence

import duckdb

from tollbook.usage.enrich import define_tables, enrich
from tollbook.usage.landing import LandingFile
from tollbook.usage.readers import Broken, read_raw
from tollbook.usage.record import FINAL_STATUSES, RECORD_FIELDS, STATUS_RANK
from tollbook.usage.records import ColumnsMissing, define_macros, select_records
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
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, accounts: Mapping[tuple[str, str], str], key: bytes
    ) -> None:
        self._connection = connection
        self._pads = hmac_pads(key)
        self.read: dict[str, int] = {}
        self.reach = 1
        define_macros(connection)
        define_tables(connection)
        connection.execute("set variable statuses = ?", [list(STATUS_RANK)])
        connection.execute("create temp table accounts (source varchar, account varchar, client varchar)")
        if accounts:
            rows = [(source, account, client) for (source, account), client in accounts.items()]
            connection.executemany("insert into accounts values (?, ?, ?)", rows)
        self.clear()

    @property
    def records(self) -> int:
        """How many whole records wait."""
        return _count(self._connection, "incoming")

    def clear(self) -> None:
        """Forget everything staged."""
        columns = ", ".join(f"{name} {kind}" for name, kind in RECORD_FIELDS.items())
        self._connection.execute(
            f"create or replace temp table incoming ({columns}, sha varchar, "
            "turn row(file bigint, line bigint, item bigint), key_hash ubigint)"
        )
        self._connection.execute(
            "create or replace temp table refused "
            "(sha varchar, file varchar, line bigint, reason varchar, detail varchar, raw varchar)"
        )
        self.read = {}
        self.reach = 1

    def keep(self, wanted: Iterable[LandingFile]) -> None:
        """Forget what is staged of any other file."""
        shas = [file.sha for file in wanted]
        self._connection.execute("delete from incoming where sha not in (select unnest(?::varchar[]))", [shas])
        self._connection.execute("delete from refused where sha not in (select unnest(?::varchar[]))", [shas])

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
        try:
            mapped = select_records(raw, source)
            mapped.query("mapped_rows", "create or replace temp table mapped as select * from mapped_rows")
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise UnreadableFile(group[0].path, str(error)) from error
        enrich(self._connection)
        broken = raw.broken()
        self._arrive(group, turn, raw.first_rows(), broken if header else None)
        self._connection.execute(statement("refuse"), {"source": source.source})
        shared = {"source": source.source, "final_statuses": list(FINAL_STATUSES)}
        self._connection.execute(statement("stage"), {**shared, **self._pads})
        self._refuse_broken(group, broken)
        self._count_read(group, broken)

    def _arrive(
        self, group: Sequence[LandingFile], turn: int, first_rows: Mapping[str, int], broken: Sequence[Broken] | None
    ) -> None:
        """Fill `arrivals`, one row a file; see sql/stage.sql."""
        rows = []
        for place, file in enumerate(group):
            lines = None if broken is None else [row.line for row in broken if row.path == str(file.path)]
            passed = None if lines is None else [line - 2 - index for index, line in enumerate(lines)]
            first = first_rows.get(str(file.path), 1)
            rows.append((str(file.path), str(file.name), file.sha, turn + place, _folder(file), first, passed))
        self._connection.execute(
            "create or replace temp table arrivals (path varchar, name varchar, sha varchar, turn bigint, "
            "account varchar, first_n bigint, passed bigint[])"
        )
        self._connection.executemany("insert into arrivals values (?, ?, ?, ?, ?, ?, ?)", rows)

    def _refuse_broken(self, group: Sequence[LandingFile], broken: Sequence[Broken]) -> None:
        by_path = {str(file.path): file for file in group}
        rows = [(row, by_path[row.path]) for row in broken]
        if rows:
            self._connection.executemany(
                "insert into refused select ?, ?, ?, 'bad_row', ?, shape(?)",
                [(file.sha, str(file.name), row.line, row.fault, row.text) for row, file in rows],
            )

    def _count_read(self, group: Sequence[LandingFile], broken: Sequence[Broken]) -> None:
        """Rows of each file as the reader delivered them, whatever became of them afterwards."""
        counted = dict(self._connection.sql("select path, count(*) from mapped group by path").fetchall())
        for file in group:
            torn = sum(row.path == str(file.path) for row in broken)
            self.read[file.sha] = counted.get(str(file.path), 0) + torn


def _folder(file: LandingFile) -> str | None:
    """The account that a folder of the file's path names, where the mapping says so."""
    place = file.claimed.client.folder
    folders = file.name.parts[:-1]
    return folders[place - 1] if place and place <= len(folders) else None


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    (count,), *_ = connection.table(table).aggregate("count(*)").fetchall()
    return int(count)
