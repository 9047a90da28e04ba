"""Issuing a forecast: the earlier ones are judged, the method they leave is used, usage and bill are kept as issued."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import pandas as pd

from tollbook.billing.bill import Bill
from tollbook.forecasting.bill import BillForecast
from tollbook.forecasting.daily import Forecast, outlook, weekly
from tollbook.forecasting.horizon import next_bill
from tollbook.forecasting.issued import Record, issue, issued_bills, standing, summed
from tollbook.forecasting.parts import By, forecast_parts, part_histories
from tollbook.forecasting.series import daily_series
from tollbook.period import Month
from tollbook.rating.contracts import Client, NoContract
from tollbook.storage.documents import Documents

# What is kept reaches at least so far, however few days were asked for: two months, to be judged by.
LEAST_KEPT = 61


class ForecastingBook(Protocol):
    """The part of a book that forecasts are made from."""

    documents: Documents

    def client(self, client: str) -> Client:
        """One client's parameters."""

    def known_to(self, client: str) -> date:
        """The last local day whose usage counts as complete."""

    def usage(self, client: str, first: date, last: date) -> pd.DataFrame:
        """A client's usage by local day and hour."""

    def bills(self, month: Month | str, clients: Sequence[str] = (), *, batch: int | None = None) -> dict[str, Bill]:
        """What clients owe for a month."""

    def shared_index(self, client: str, until: date) -> pd.Series | None:
        """What clients of its country have in common."""

    def forecast_bill(
        self,
        client: str,
        month: Month | str,
        *,
        known_to: date | None = None,
        coming: Forecast | None = None,
        seed: int = 0,
    ) -> BillForecast:
        """What a month's invoice may come to."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A forecast as it was issued.

    Attributes:
        usage: what it was made from, up to `known_to`.
        history: the same by day.
        record: how good the forecasts issued before turned out.
        forecast: the days ahead; the naive one when `record` says that the model is not to be used.
        bill: of the next open month; None without a contract.
    """

    known_to: date
    country: str
    usage: pd.DataFrame
    history: pd.Series
    record: Record
    forecast: Forecast
    bill: BillForecast | None

    def parts(self, by: By, *, seed: int = 0) -> dict[str, Forecast]:
        """The forecast by channel or destination, adding up to the whole; empty without usage."""
        histories = part_histories(self.usage, self.known_to, by)
        return forecast_parts(histories, self.forecast, country=self.country, seed=seed) if histories else {}


def issue_forecast(
    book: ForecastingBook,
    client: str,
    *,
    days: int = LEAST_KEPT,
    known_to: date | None = None,
    month: Month | None = None,
) -> Issued:
    """Forecast a client's usage and next bill and keep both; a day's first forecast stands, later ones are not kept.

    Args:
        book: the book.
        client: whose.
        days: to forecast; more when the bill's month ends later, and at least 61.
        known_to: the last day whose usage counts; `book.known_to` when None.
        month: whose bill; the one that is open after `known_to` when None.

    Raises:
        UnknownClient, NothingIngested, BadHorizon: as they say.
    """
    whose, until = book.client(client), known_to or book.known_to(client)
    usage = book.usage(client, date.min, until)
    history = daily_series(usage, until)
    record = standing(book.documents, client, history, before=until)
    which = month or next_bill(Month.of(until), until)
    horizon = max(days, LEAST_KEPT, (which.last - until).days)
    index = book.shared_index(client, until)
    made = outlook(history, horizon, country=whose.country, index=index) if record.trusted else weekly(history, horizon)
    try:
        bill = book.forecast_bill(client, which, known_to=until, coming=made)
    except NoContract:
        bill = None
    issue(book.documents, client, history, made, bill=bill)
    return Issued(until, whose.country, usage, history, record, made, bill)


def track_records(book: ForecastingBook, clients: Sequence[str]) -> tuple[dict[str, Record], Record]:
    """The record of each client's issued forecasts and of all together; bills are judged when their months are known.

    Raises:
        UnknownClient, NothingIngested: as they say.
    """
    known = {client: book.known_to(client) for client in clients}
    foretold = {client: issued_bills(book.documents, client) for client in clients}
    over = {
        client: {month for month in foretold[client] if Month.parse(month).last <= known[client]} for client in clients
    }
    billed = {
        month: book.bills(month, [client for client in clients if month in over[client]])
        for month in sorted(set().union(*over.values()))
    }
    records = {client: _record(book, client, known[client], billed) for client in clients}
    return records, summed([one for record in records.values() for one in record.judged])


def _record(book: ForecastingBook, client: str, known_to: date, billed: Mapping[str, Mapping[str, Bill]]) -> Record:
    history = daily_series(book.usage(client, date.min, known_to), known_to)
    charged = {month: bills[client].total for month, bills in billed.items() if client in bills}
    return standing(book.documents, client, history, charged=charged)
