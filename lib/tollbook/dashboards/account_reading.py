"""What the account page has read of a book: a month's bill, the one before, invoices, and what may come.

Bills come from the rollups, as fast as a page has to be; where a contract tells usage apart by what rollups do not
keep, or invoices are final already (late usage then comes as adjustments), from the ledger. The number is the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

import pandas as pd

from tollbook.alerts.alert import Alert
from tollbook.billing.bill import Bill
from tollbook.billing.issued import Issued, all_issued
from tollbook.billing.simulating import bills
from tollbook.billing.split import Split, split_change
from tollbook.billing.standing import remembered_months
from tollbook.dashboards.attention import alerts_about
from tollbook.dashboards.link import Choice
from tollbook.dashboards.readings import DashboardBook
from tollbook.errors import TollbookError
from tollbook.period import Month
from tollbook.rating.cards import RateCard
from tollbook.rating.contracts import Client
from tollbook.rating.distinctions import told_apart
from tollbook.rating.exchange import ExchangeTable
from tollbook.usage.cube import Cell, cells_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tollbook.forecasting import BillForecast, Forecast


class AccountBook(DashboardBook, Protocol):
    """The part of a book that an account page needs."""

    @property
    def exchange(self) -> ExchangeTable:
        """Exchange rates."""

    def cards(self, names: "Sequence[str]") -> dict[str, RateCard]:
        """Rate cards by name."""

    def preview(self, client: str, month: Month | str) -> Bill:
        """The month's bill with adjustments, from the ledger."""

    def document_file(self, issued: Issued, kind: str) -> Path:
        """A file of a final document."""

    def known_to(self, client: str) -> date:
        """The last day whose usage is complete."""

    def shared_index(self, client: str, until: date) -> "pd.Series | None":
        """What clients of its country have in common."""

    def forecast_bill(
        self, client: str, month: Month | str, *, known_to: date | None = None, coming: "Forecast | None" = None
    ) -> "BillForecast":
        """What the month's bill may come to."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected: messages by day, and the bill of the month where it is not over."""

    history: pd.Series
    coming: "Forecast"
    bill: "BillForecast | None"
    locale: str = "en"

    @property
    def nothing(self) -> bool:
        """Whether no message ever came and none is expected."""
        return not self.history.sum() and not self.coming.mean.sum()


@dataclass(frozen=True, slots=True)
class AccountReading:
    """One client's month in money.

    Attributes:
        bill: the month's bill, so far when it is not over.
        before: of the month before: of as many days of it when the month is not over; None without a contract then.
        last: the whole bill of the month before.
        split: why `bill` differs from `before`.
        issued: the client's final invoices and credit notes, newest first.
        alerts: about the month, or raised in the last days; newest first.
        known_to: last local day whose usage is complete.
        unused: whether no usage of the client was ever posted.
    """

    client: Client
    choice: Choice
    month: Month
    bill: Bill
    before: Bill | None
    last: Bill | None
    split: Split | None
    issued: tuple[Issued, ...]
    alerts: tuple[Alert, ...]
    known_to: date
    batch: int
    at: datetime
    unused: bool = False

    @property
    def over(self) -> bool:
        """Whether all days of the month are known."""
        return self.known_to >= self.month.last

    @property
    def known_days(self) -> int:
        """Days of the month that are known."""
        return max(0, (min(self.known_to, self.month.last) - self.month.first).days + 1)


def read_account(book: AccountBook, choice: Choice, at: datetime) -> AccountReading:
    """Everything of a choice that was checked before, but the outlook, which takes seconds.

    Raises:
        TollbookError: the book cannot be read, or there is no contract in the month.
    """
    client, month = book.client(choice.client), Month.parse(choice.period)
    known_to = book.known_to(choice.client)
    issued = tuple(reversed(all_issued(book.documents, client=choice.client)))
    over = known_to >= month.last
    bill = month_bill(book, client, month, issued=issued)
    last = _earlier(book, client, month.shift(-1), issued=issued)
    before = last
    if not over and last is not None:
        reach = month.shift(-1).first + (max(known_to, month.first) - month.first)
        before = month_bill(book, client, month.shift(-1), until=reach)
    return AccountReading(
        client=client,
        choice=choice,
        month=month,
        bill=bill,
        before=before,
        last=last,
        split=split_change(before, bill) if before is not None else None,
        issued=issued,
        alerts=tuple(alerts_about(book.documents, client, month, now=at)),
        known_to=known_to,
        batch=book.rollup_batch,
        at=at.astimezone(ZoneInfo(client.time_zone)),
        unused=book.last_day(choice.client) is None,
    )


def month_bill(
    book: AccountBook,
    client: Client,
    month: Month,
    *,
    issued: "Sequence[Issued]" = (),
    until: date | None = None,
    change: "Callable[[Cell], Cell] | None" = None,
) -> Bill:
    """The bill of a month.

    Args:
        book: read from.
        client: whose.
        month: which.
        issued: final documents; with any before the month, late usage counts as adjustments.
        until: only usage up to this day; all when None.
        change: usage that is only being tried: what each cell of the month becomes.
    """
    contract = client.contract(month)
    months = [*remembered_months(client, contract, month), month]
    terms = [client.contract(one) for one in months]
    cards = book.cards(sorted({name for one in terms for name in one.cards}))
    tried = until is not None or change is not None
    if not tried and (issued or told_apart(terms, cards)):
        return book.preview(client.client, month)
    usage = book.usage(client.client, months[0].first, min(month.last, until or month.last))
    cells: dict[Month, list[Cell]] = {one: [] for one in months}
    for cell in cells_of(usage):
        of = Month.of(cell.day)
        cells[of].append(change(cell) if change is not None and of == month else cell)
    made = bills(client, cells, cards, exchange=book.exchange)[-1]
    return replace(made, batch=book.rollup_batch)


def _earlier(book: AccountBook, client: Client, month: Month, *, issued: "Sequence[Issued]") -> Bill | None:
    try:
        return month_bill(book, client, month, issued=issued)
    except TollbookError:  # no contract then: there is nothing to compare with, which the page says
        return None


def more_messages(percent: int) -> "Callable[[Cell], Cell]":
    """What each cell becomes when `percent` more messages are sent, everything else alike."""
    factor = 1 + Decimal(percent) / 100

    def changed(cell: Cell) -> Cell:
        return cell._replace(
            messages=int((cell.messages * factor).to_integral_value()),
            segments=int((cell.segments * factor).to_integral_value()),
            units=cell.units * factor,
            cost=cell.cost * factor,
            carrier_fee=cell.carrier_fee * factor,
        )

    return changed


def read_outlook(book: AccountBook, reading: AccountReading, *, days: int = 45) -> Outlook:
    """What is expected after the last known day.

    Raises:
        NotEnoughHistory: less than 28 days of it.
    """
    from tollbook.forecasting import daily_series, outlook

    whose, month = reading.client, reading.month
    usage = book.usage(whose.client, date.min, reading.known_to)
    history = daily_series(usage, reading.known_to)
    ahead = max(days, (month.last - reading.known_to).days)
    index = book.shared_index(whose.client, reading.known_to)
    coming = outlook(history, ahead, country=whose.country, seed=0, index=index)
    if reading.over:
        return Outlook(history, coming, None, whose.locale)
    bill = book.forecast_bill(whose.client, month, known_to=reading.known_to, coming=coming)
    return Outlook(history, coming, bill, whose.locale)


def states(reading: AccountReading) -> list[Mapping[str, str]]:
    """A row for each document of the client: the month's draft first where it is not final, then final ones."""
    from tollbook.money import format_money

    def money(amount: Decimal, currency: str) -> str:
        return format_money(amount, currency, reading.client.locale)

    final = any(one.month == reading.month and one.kind == "invoice" for one in reading.issued)
    blocked = f"draft, {len(reading.bill.unrated)} destinations without a price" if reading.bill.unrated else "draft"
    draft: Mapping[str, str] = {
        "number": "",
        "name": f"Draft of {reading.month.label()}",
        "month": reading.month.label(),
        "state": blocked if reading.over else "draft, month running",
        "total": money(reading.bill.total, reading.bill.currency),
    }
    rows: list[Mapping[str, str]] = [
        {
            "number": one.number,
            "name": one.number,
            "month": one.month.label(),
            "state": f"final, {one.issued_on}" + (f", credits {one.refers_to}" if one.refers_to else ""),
            "total": money(one.total, one.currency),
        }
        for one in reading.issued
    ]
    return rows if final else [draft, *rows]
