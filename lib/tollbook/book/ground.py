"""What a book knows: where things are, its clients and their terms, and the ledger."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path

import duckdb

from tollbook.access import OperatorsOnly, read_access
from tollbook.errors import TollbookError
from tollbook.period import FutureMonth, Month
from tollbook.rating.cards import RateCard, read_card
from tollbook.rating.contracts import Client, read_client
from tollbook.rating.exchange import ExchangeTable
from tollbook.settings import Settings
from tollbook.storage.connection import connect
from tollbook.storage.documents import Documents, documents_of
from tollbook.storage.entitled import EntitledDocuments
from tollbook.storage.files import Files, open_files
from tollbook.usage.ledger import Ledger
from tollbook.usage.mapping import Source, read_mappings
from tollbook.usage.quarantine import Quarantine


class UnknownClient(TollbookError):
    """A client id without a file."""

    def __init__(self, client: str, known: Sequence[str]) -> None:
        self.client = client
        have = f"clients: {', '.join(known)}" if known else "there are no clients yet; `tollbook demo` makes six"
        super().__init__(f"unknown client {client!r}; {have}")


class Ground:
    """Where everything is; see `Book`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        entitled = self.client_ids if settings.person else None
        self._files = open_files(settings)
        self.ledger = Ledger(settings.book / "ledger", clients=entitled, files=self._files)
        store = documents_of(settings)
        self.documents: Documents = EntitledDocuments(store, entitled) if entitled else store

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """An in-memory DuckDB in UTC. After `book.open_ledger()` it has the view `ledger` for your own SQL."""
        return connect(
            memory_limit=self.settings.memory_limit,
            threads=self.settings.workers,
            spill=self.settings.book / "tmp",
        )

    @property
    def batch(self) -> int:
        """The ledger's version: the number of its last batch, 0 when empty."""
        return self.ledger.batch

    @property
    def rollup_batch(self) -> int:
        """The ledger's version that the rollups show, read without opening the ledger; 0 when there are none."""
        return int((self.documents.get("state", "rollups") or {"batch": 0})["batch"])

    def open_ledger(self, first: date | None = None, last: date | None = None) -> duckdb.DuckDBPyRelation:
        """The ledger's entries of the UTC days `first` to `last`; also the view `ledger` of `book.connection`."""
        return self.ledger.open(self.connection, first, last)

    @property
    def quarantine(self) -> Quarantine:
        """Refused rows, whosever they are.

        Raises:
            OperatorsOnly: the book was opened for a person.
        """
        self._refuse_person("the quarantine")
        return Quarantine(self.settings.book / "quarantine", files=self._files)

    @property
    def files(self) -> Files:
        """The home's files, whosever they are.

        Raises:
            OperatorsOnly: the book was opened for a person.
        """
        self._refuse_person("the home")
        return self._files

    def _refuse_person(self, what: str) -> None:
        if self.settings.person:
            raise OperatorsOnly(what, self.settings.person)

    def client_ids(self) -> list[str]:
        """Ids of all clients, in order: the names of the files in `parameters/clients`; those a person may see.

        Raises:
            NoAccessFile, BadAccessFile: the book was opened for a person, and nothing says what they may see.
        """
        known = sorted(path.stem for path in (self.settings.parameters / "clients").glob("*.yaml"))
        person = self.settings.person
        return sorted(read_access(self.settings.parameters).seen_by(person, known)) if person else known

    def client(self, client: str) -> Client:
        """One client's parameters.

        Raises:
            UnknownClient: no file of that name.
            BadClientFile: the file does not hold together; the field is named.
        """
        if client not in self.client_ids():
            raise UnknownClient(client, self.client_ids())
        path = self.settings.parameters / "clients" / f"{client}.yaml"
        about = path.stat()
        return _read_client(path, about.st_mtime_ns, about.st_size)

    def clients(self) -> dict[str, Client]:
        """All clients by id.

        Raises:
            BadClientFile: the first file that does not hold together.
        """
        return {client: self.client(client) for client in self.client_ids()}

    def sources(self) -> list[Source]:
        """All source mappings.

        Raises:
            BadMapping: the first mapping that does not hold together.
        """
        return read_mappings(self.settings.parameters / "sources")

    def accounts(self) -> dict[tuple[str, str], str]:
        """(source, account) -> client: whose usage the rows of a source are."""
        return {
            (name, account): client.client
            for client in self.clients().values()
            for name, accounts in client.accounts.items()
            for account in accounts
        }

    def zones(self) -> dict[str, str]:
        """Client -> the IANA time zone its days are cut in."""
        return {client.client: client.time_zone for client in self.clients().values()}

    def cards(self, names: Sequence[str]) -> dict[str, RateCard]:
        """Rate cards by name.

        Raises:
            NoRateCard: no such file.
            BadRateCard: a row that cannot be read; its line is named.
        """
        return {name: read_card(self.settings.parameters / "rates" / f"{name}.csv") for name in names}

    @cached_property
    def exchange(self) -> ExchangeTable:
        """Exchange rates: parameters/exchange.csv, or the extract that comes with Tollbook."""
        return ExchangeTable.read(self.settings.parameters / "exchange.csv")

    def month(self, month: Month | str) -> Month:
        """A month that has begun.

        Raises:
            BadMonth: not YYYY-MM.
            FutureMonth: it has not begun.
        """
        which = Month.parse(month) if isinstance(month, str) else month
        now = datetime.now(UTC)
        # The date line is half a day ahead of UTC: there a month begins earlier.
        if which > Month.of((now + timedelta(hours=14)).date()):
            raise FutureMonth(which, now)
        return which

    def _at(self, batch: int | None) -> int:
        return self.batch if batch is None else min(batch, self.batch)

    def folder(self, client: str, month: Month | str, output: str = "") -> Path:
        """Where a notebook's files go: `outputs/<month>/<client>`, or `output`; made if missing."""
        folder = Path(output) if output else self.settings.home / str(month) / self.client(client).client
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@lru_cache(maxsize=4096)
def _read_client(path: Path, _changed: int, _size: int) -> Client:
    """A client's file; one that has not changed is not read again, however often a follower asks."""
    return read_client(path)
