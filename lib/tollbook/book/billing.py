"""What a book does with money: bills, what they would be, and invoices."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pandas as pd

from tollbook.billing.bill import Bill
from tollbook.billing.credit_notes import credit
from tollbook.billing.documents import numbered_path
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
from tollbook.book.usage import UsageBook
from tollbook.period import Month
from tollbook.rating.contracts import NoContract, with_contract


class BillingBook(UsageBook):
    """Bills and invoices; see `Book`."""

    @cached_property
    def reader(self) -> Reader:
        """What reads bills from the ledger; see `billing.reading.Reader`."""
        return Reader(lambda: self.connection, self.ledger, {} if self.settings.one_book else None)

    def bill(self, client: str, month: Month | str, *, batch: int | None = None) -> Bill:
        """What a client owes for a month: so far, when it is not over; as the ledger stood after `batch`.

        Raises:
            UnknownClient, BadMonth, FutureMonth, NoContract, NoRateCard, BadRateCard: as they say.
        """
        return self.bills(month, [client], batch=batch)[client]

    def bill_before(self, client: str, month: Month | str) -> Bill | None:
        """The bill of the month before, which another one is compared with; None where no contract was in force."""
        try:
            return self.bill(client, self.month(month).shift(-1))
        except NoContract:
            return None

    def bills(self, month: Month | str, clients: Sequence[str] = (), *, batch: int | None = None) -> dict[str, Bill]:
        """`bill` of several clients, of all when none is named, in one reading of the ledger."""
        chosen = [self.client(one) for one in clients or self.client_ids()]
        which = self.month(month)
        cards = self.cards(sorted({name for one in chosen for terms in one.contracts for name in terms.cards}))
        return self.reader.bills(chosen, which, batch=self._at(batch), cards=cards, exchange=self.exchange)

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

    def margins(
        self, client: str, month: Month | str, *, batch: int | None = None, bill: Bill | None = None
    ) -> Margins:
        """What each line of a month's bill earned over its supplier's cost; see `billing.margins.margins`.

        Args:
            client: whose.
            month: which.
            batch: as the ledger stood after it.
            bill: the month's, if there is one already; its batch counts.
        """
        whose, which = self.client(client), self.month(month)
        at = bill.batch if bill else self._at(batch)
        cards = self.cards(sorted(set(whose.contract(which).cards)))
        usage = self.reader.usage(whose, which, batch=at, cards=cards)
        return margins(bill or self.bill(client, which, batch=at), whose, usage, exchange=self.exchange)

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

    def document_file(self, issued: Issued, kind: str) -> Path:
        """One file of a final document (`pdf`, `csv`, `json`, `xml`), fetched first where only Blob has it.

        Raises:
            UnknownClient: it is not a client of this book, or of this person.
            BlobUnreachable, BlobRefused: the home does not give it.
        """
        self.client(issued.client)
        path = numbered_path(self.invoices / issued.folder, issued.number, kind)
        self._files.copy([path])
        return path

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
