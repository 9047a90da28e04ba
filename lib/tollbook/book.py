"""The book: what a notebook opens. It knows where things are and hands out the parts; the work is done in them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd

from tollbook.access import OperatorsOnly, read_access
from tollbook.billing.bill import Bill
from tollbook.billing.credit_notes import credit
from tollbook.billing.filing import file_documents, file_focus
from tollbook.billing.issued import Issued, all_issued, find_issued
from tollbook.billing.issuing import Office, adjusted_bill, finalise, read_terms, review_of
from tollbook.billing.margins import Margins, margins
from tollbook.billing.reading import Reader
from tollbook.billing.reconciling import Review
from tollbook.billing.simulating import Simulated, months_up_to, simulate
from tollbook.billing.tracing import entries_of
from tollbook.billing.verifying import Verified, verify
from tollbook.billing.what_if import Move, what_if
from tollbook.errors import TollbookError
from tollbook.period import FutureMonth, Month, utc_days
from tollbook.rating.cards import RateCard, read_card
from tollbook.rating.contracts import Client, read_client, with_contract
from tollbook.rating.exchange import ExchangeTable
from tollbook.settings import Settings
from tollbook.storage.disk import disk_faults
from tollbook.storage.documents import Documents, documents_of
from tollbook.storage.entitled import EntitledDocuments
from tollbook.storage.files import Files, open_files
from tollbook.storage.lake import connect
from tollbook.usage.deliveries import Sums, deliveries, ledger_sums
from tollbook.usage.ledger import Ledger
from tollbook.usage.live import Live, read_live, refresh_live
from tollbook.usage.mapping import Source, read_mappings
from tollbook.usage.quarantine import Quarantine
from tollbook.usage.rollups import last_day, last_posted, read_receipts, read_rollups
from tollbook.usage.totals import FileTotals, IntakeReport

if TYPE_CHECKING:
    from tollbook.alerts import Alert, Evaluation, Rounds
    from tollbook.forecasting import BillForecast, Forecast, Surprise
    from tollbook.usage.checking import Checked
    from tollbook.usage.intake import Progress


class UnknownClient(TollbookError):
    """A client id without a file."""

    def __init__(self, client: str, known: Sequence[str]) -> None:
        self.client = client
        have = f"clients: {', '.join(known)}" if known else "there are no clients yet; `tollbook demo` makes six"
        super().__init__(f"unknown client {client!r}; {have}")


class NothingIngested(TollbookError):
    """A question about usage before any file was taken in."""

    def __init__(self) -> None:
        super().__init__("the ledger is empty: put files into the landing folder and run `tollbook ingest`")


class Book:
    """One Tollbook: its clients, its ledger, and what is computed from them.

    Args:
        settings: where everything lives.
    """

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

    # Clients

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

    # Intake

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

    def pull(self) -> int:
        """Land what is new in the MongoDB collections that sources name; how many documents."""
        if not (sources := [one for one in self.sources() if one.collection]):
            return 0
        from tollbook.usage.pulling import pull

        return sum(one.documents for one in pull(sources, self.settings.landing, self.files, self.documents))

    def retry(self, file: str = "") -> IntakeReport:
        """Read quarantined rows again, of landing files whose path contains `file`; see `usage.intake.Intake.retry`."""
        from tollbook.usage.ingesting import retry

        return retry(self, file)

    def check_source(self, file: Path, source: Source, *, limit: int = 5) -> "Checked":
        """What a file becomes by a mapping, without posting anything; see `usage.checking.check_source`."""
        from tollbook.usage.ingesting import check

        return check(self, file, source, limit=limit)

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

    def refresh_live(self) -> None:
        """Move the live figures on; see `usage.live`."""
        refresh_live(self.connection, self.ledger, self.documents)

    def tidy(self) -> tuple[str, ...]:
        """Upkeep while files keep landing: small files of the ledger, thresholds in turns; the troubles met."""
        from tollbook.usage.upkeep import tidy

        tidy(self.ledger)
        return self._rounds.turn(self)

    @cached_property
    def _rounds(self) -> "Rounds":
        from tollbook.alerts import Rounds

        return Rounds()

    def evaluate(
        self, month: Month | None = None, *, clients: Sequence[str] | None = None, ahead: bool = False
    ) -> "Evaluation":
        """Evaluate every client's thresholds, store and send what is new; see `tollbook.alerts.evaluate`.

        Args:
            month: the month whose budgets are looked at; the present one.
            clients: only of these; of all when None.
            ahead: also forecast its bills, some seconds a client.
        """
        from tollbook.alerts import evaluate

        expected = (lambda client, which: self.forecast_bill(client.client, which)) if ahead else None
        return evaluate(self, clients=clients, month=month, expected=expected)

    def alerts(self, clients: Sequence[str], *, days: int = 7) -> "list[Alert]":
        """Alerts of some clients raised in the last days, the newest first; from the documents alone."""
        from tollbook.alerts import read_alerts

        return read_alerts(self.documents, clients, since=datetime.now(UTC) - timedelta(days=days))

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

    # Usage and money

    def usage(self, client: str, first: date, last: date) -> pd.DataFrame:
        """A client's usage by local day and hour, `first` to `last` included; see `usage.rollups.read_rollups`."""
        return read_rollups(self.documents, self.client(client).client, first, last)

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

    def cards(self, names: Sequence[str]) -> dict[str, RateCard]:
        """Rate cards by name.

        Raises:
            NoRateCard: no such file.
            BadRateCard: a row that cannot be read; its line is named.
        """
        return {name: read_card(self.settings.parameters / "rates" / f"{name}.csv") for name in names}

    def bill(self, client: str, month: Month | str, *, batch: int | None = None) -> Bill:
        """What a client owes for a month: so far, when it is not over; as the ledger stood after `batch`.

        Raises:
            UnknownClient, BadMonth, FutureMonth, NoContract, NoRateCard, BadRateCard: as they say.
        """
        return self.bills(month, [client], batch=batch)[client]

    def bills(self, month: Month | str, clients: Sequence[str] = (), *, batch: int | None = None) -> dict[str, Bill]:
        """`bill` of several clients, of all when none is named, in one reading of the ledger."""
        chosen = [self.client(one) for one in clients or self.client_ids()]
        which = self.month(month)
        cards = self.cards(sorted({name for one in chosen for terms in one.contracts for name in terms.cards}))
        return self.reader.bills(chosen, which, batch=self._at(batch), cards=cards, exchange=self.exchange)

    def _at(self, batch: int | None) -> int:
        return self.batch if batch is None else min(batch, self.batch)

    @property
    def reader(self) -> Reader:
        """What reads bills from the ledger; see `billing.reading.Reader`."""
        return Reader(self.connection, self.ledger)

    def simulate(self, client: str, contract: Path, *, months: int = 12, last: Month | None = None) -> list[Simulated]:
        """Whole months of a client's past priced by its contracts and by another one.

        Usage comes from the rollups, which keep neither the number's leading digits nor the kind of sender nor
        errors: charges that tell usage apart by those are compared as if there were none.

        Args:
            client: whose usage.
            contract: a YAML file with one contract; its `valid_from` does not matter.
            months: how many, up to `last`.
            last: the last whole month with usage when None.

        Raises:
            BadClientFile: the file is not a contract; the field is named.
            NothingIngested: the ledger is empty.
        """
        whose = self.client(client)
        known = self.known_to(client)
        end = last or Month.of(known).shift(0 if known == Month.of(known).last else -1)
        chosen = months_up_to(end, months, whose)
        tried = with_contract(whose, contract, chosen[0].first)
        names = {name for one in (*whose.contracts, *tried.contracts) for name in one.cards}
        usage = self.usage(client, chosen[0].first, end.last)
        return simulate(whose, tried, chosen, usage, self.cards(sorted(names)), exchange=self.exchange)

    def what_if(self, client: str, move: Move, last: Month | str, *, months: int = 12) -> list[Simulated]:
        """The months up to `last` billed by its contract as it is and with one move; see `billing.what_if`."""
        whose, end = self.client(client), self.month(last)
        chosen = months_up_to(end, months, whose)
        usage = self.usage(client, chosen[0].first, end.last)
        return what_if(whose, move, chosen, usage, self.cards(whose.contract(end).cards), exchange=self.exchange)

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

    def forecast(self, client: str, *, days: int = 61, known_to: date | None = None, seed: int = 0) -> "Forecast":
        """Messages by local day, `days` ahead of the last known one; see `tollbook.forecasting.forecast`.

        Raises:
            NothingIngested: the ledger has no usage.
            NotEnoughHistory: less than 28 days of it.
        """
        from tollbook.forecasting import daily_series, forecast

        until = known_to or self.known_to(client)
        history = daily_series(self.usage(client, date.min, until), until)
        return forecast(history, days, country=self.client(client).country, seed=seed)

    def surprises(self, client: str, *, known_to: date | None = None) -> "tuple[Surprise, ...]":
        """Unexpected days, a new level, silence in the last four known weeks; see `tollbook.forecasting.surprises`.

        A message is worth what the last known month's bill comes to per message, before taxes.
        """
        from tollbook.forecasting import daily_series, message_worth, surprises

        whose, until = self.client(client), known_to or self.known_to(client)
        history = daily_series(self.usage(client, date.min, until), until)
        bill = self.bill(client, Month.of(until))
        return surprises(history, country=whose.country, price=message_worth(bill), currency=bill.currency)

    def forecast_bill(
        self,
        client: str,
        month: Month | str,
        *,
        known_to: date | None = None,
        coming: "Forecast | None" = None,
        seed: int = 0,
    ) -> "BillForecast":
        """What a month's invoice may come to, taxes included: known usage and every simulated rest, each rated.

        Args:
            client: whose.
            month: the month; it may lie ahead.
            known_to: last local day whose usage counts as known; `book.known_to` when None.
            coming: a forecast made as of `known_to`, if there is one already.
            seed: of the simulated futures.
        """
        from tollbook.forecasting import forecast_bill, pricer

        whose = self.client(client)
        which = Month.parse(month) if isinstance(month, str) else month
        until = known_to or self.known_to(client)
        usage = self.usage(client, date.min, until)
        cards = self.cards(sorted({name for contract in whose.contracts for name in contract.cards}))
        price = pricer(whose, which, usage, cards, known_to=until, exchange=self.exchange)
        return forecast_bill(usage, which, price, client=whose, known_to=until, coming=coming, seed=seed)

    # Results

    def folder(self, client: str, month: Month | str, output: str = "") -> Path:
        """Where a notebook's files go: `outputs/<month>/<client>`, or `output`; made if missing."""
        folder = Path(output) if output else self.settings.home / str(month) / self.client(client).client
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def invoices(self) -> Path:
        """Where final invoices lie: outputs/invoices/<entity>/<year>/<number>.pdf, .csv and .json."""
        return self.settings.home / "invoices"

    @property
    def office(self) -> Office:
        """What `tollbook.billing.issuing` needs of the book.

        Raises:
            OperatorsOnly: the book was opened for a person.
        """
        self._refuse_person("the office")
        return self._office

    @property
    def _office(self) -> Office:
        return Office(self.documents, self.settings.parameters, self.reader, self.invoices, self._files)

    def preview(self, client: str, month: Month | str, *, batch: int | None = None) -> Bill:
        """The invoice without its last step: the month's bill with adjustments of earlier invoiced months.

        Raises:
            UnknownClient, BadMonth, FutureMonth, NoContract, NoRateCard, BadRateCard: as they say.
        """
        self.client(client)
        which = self.month(month)
        return adjusted_bill(self._office, read_terms(self._office, client), which, self._at(batch))

    def review(self, client: str, month: Month | str, *, batch: int | None = None) -> Review:
        """What is compared before a month's invoice can be final; see `billing.reconciling.review`."""
        made = self.preview(client, month, batch=batch)
        return review_of(self._office, read_terms(self._office, client), made)

    def finalise(
        self,
        client: str,
        month: Month | str,
        *,
        batch: int | None = None,
        issued_on: date | None = None,
        accept: str = "",
    ) -> Issued:
        """Make a month's invoice final and write its documents; run again, it finds the one that is final.

        Raises:
            NotFinal: the month is not over, a later one is final already, usage has no price, or the review found a
                difference and no reason to `accept` it is given.
        """
        self.client(client)
        issued, made = finalise(
            self._office, client, self.month(month), batch=self._at(batch), issued_on=issued_on, accept=accept
        )
        file_documents(self._office, issued, made)
        return issued

    def margins(self, client: str, month: Month | str, *, batch: int | None = None) -> Margins:
        """What each line of a month's bill earned over its supplier's cost; see `billing.margins.margins`."""
        whose, which = self.client(client), self.month(month)
        at = self._at(batch)
        cards = self.cards(sorted(set(whose.contract(which).cards)))
        usage = self.reader.usage(whose, which, batch=at, cards=cards)
        return margins(self.bill(client, which, batch=at), whose, usage, exchange=self.exchange)

    def entries(self, bill: Bill, charge: str, *, day: date | None = None, country: str | None = None) -> pd.DataFrame:
        """The ledger entries a line of a bill counts; see `billing.tracing.entries_of`."""
        return entries_of(self.reader, bill, self.client(bill.client), charge, day=day, country=country)

    def credit(self, number: str, *, reason: str, amounts: Mapping[str, Decimal] | None = None) -> Issued:
        """Credit a final invoice in full, or single lines by net amounts, and write the credit note's documents.

        Raises:
            UnknownInvoice: no such number.
            CreditTooLarge: more than is left of a line.
        """
        note, made = credit(self._office, find_issued(self.documents, number), reason=reason, amounts=amounts)
        file_documents(self._office, note, made)
        return note

    def verify(self, number: str = "") -> list[Verified]:
        """Compute final documents anew from their pins and compare: one, or all."""
        self._files.bring(self.invoices)
        chosen = [find_issued(self.documents, number)] if number else all_issued(self.documents)
        return [verify(self._office, one) for one in chosen]

    def write_draft(self, bill: Bill, *, output: str = "") -> list[Path]:
        """Write a bill as a draft invoice: invoice.pdf, invoice.csv and invoice.json; their paths."""
        from tollbook.billing.documents import read_brand, write_draft

        brand = read_brand(self.settings.parameters / "brand.yaml")
        written = write_draft(bill, self.client(bill.client), brand, self.folder(bill.client, bill.month, output))
        if not output:
            self._files.keep(*written)
        return written

    def write_focus(self, client: str, month: Month | str, path: Path | None = None) -> Path:
        """Write a month's charges as a FOCUS table, `.csv` or `.parquet`; see `billing.documents.as_focus`."""
        which = self.month(month)
        to = path or self.folder(client, which) / "focus.csv"
        written = file_focus(self._office, self.client(client), which, lambda: self.preview(client, which), to)
        if path is None:
            self._files.keep(written)
        return written

    def conclude(
        self,
        notebook: str,
        client: str,
        month: Month | str,
        *,
        output: str = "",
        checks: Mapping[str, tuple[Any, Any]],
        figures: Mapping[str, Any],
    ) -> None:
        """Write `<notebook>.json` and raise if a pair of totals differs; see `runs.result.conclude`."""
        from tollbook.runs.result import conclude

        folder = self.folder(client, month, output)
        conclude(folder, notebook, client, str(month), checks=checks, figures=figures)


@lru_cache(maxsize=4096)
def _read_client(path: Path, _changed: int, _size: int) -> Client:
    """A client's file; one that has not changed is not read again, however often a follower asks."""
    return read_client(path)
