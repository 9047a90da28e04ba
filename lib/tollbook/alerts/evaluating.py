"""Evaluating: every client's thresholds against its usage and its bill; what is new is stored and sent."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

import pandas as pd

from tollbook.alerts.alert import Alert, raise_alerts, read_alerts
from tollbook.alerts.rules import (
    SAME_LEVEL,
    budget_alerts,
    first_day,
    forecast_alerts,
    news,
    surprise_alerts,
    usage_alerts,
)
from tollbook.alerts.sending import send_alerts
from tollbook.billing.bill import Bill
from tollbook.errors import TollbookError
from tollbook.forecasting.surprises import Watched
from tollbook.period import Month
from tollbook.rating.contracts import Client, NoContract
from tollbook.settings import Settings
from tollbook.storage.documents import Documents

_ROUND_SECONDS, _TURN_SECONDS = 60.0, 0.3
_SETTLED = 6  # o'clock, by when the day before counts as known


class Expected(Protocol):
    """The part of a bill's forecast that is looked at."""

    @property
    def p50(self) -> Decimal:
        """What half of the futures cost at most."""

    @property
    def over_budget(self) -> float | None:
        """The share of futures that cost more than the budget."""


class WatchedBook(Protocol):
    """The part of a book that is evaluated."""

    settings: Settings
    documents: Documents

    def client(self, client: str) -> Client:
        """One client's parameters."""

    def clients(self) -> dict[str, Client]:
        """All clients by id."""

    def usage(self, client: str, first: date, last: date) -> pd.DataFrame:
        """A client's usage by local day and hour."""

    def known_to(self, client: str) -> date:
        """The last local day whose usage counts as complete."""

    def watch(self, client: str, *, known_to: date | None = None) -> Watched:
        """What the last weeks of a client brought that nobody could expect."""

    def bill(self, client: str, month: Month | str, *, batch: int | None = None) -> Bill:
        """What a client owes for a month so far."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one evaluation gave.

    Attributes:
        raised: alerts that are new.
        troubles: what could not be evaluated or sent, and why; the rest was.
    """

    raised: tuple[Alert, ...]
    troubles: tuple[str, ...]


class Rounds:
    """Evaluation in small turns, for who has other things to do: a round of all clients a minute at most."""

    def __init__(self) -> None:
        self._left: list[str] = []
        self._next = 0.0
        self._watched: dict[str, date] = {}

    def turn(self, book: WatchedBook) -> tuple[str, ...]:
        """Evaluate some clients more, for a fraction of a second; the troubles met."""
        if not self._left:
            if time.monotonic() < self._next:
                return ()
            self._left, self._next = sorted(book.clients()), time.monotonic() + _ROUND_SECONDS
        until = time.monotonic() + _TURN_SECONDS
        troubles: list[str] = []
        while self._left and time.monotonic() < until:
            client = self._left.pop(0)
            days = self._new_day(book, client)
            troubles += evaluate(book, clients=[client], send=not self._left, days=days).troubles
        return tuple(troubles)

    def _new_day(self, book: WatchedBook, client: str) -> bool:
        """Whether a day of the client is over that was not looked at; receipts and late files have until six."""
        try:
            now = datetime.now(ZoneInfo(book.client(client).time_zone))
        except TollbookError:
            return False
        if now.hour < _SETTLED or self._watched.get(client) == now.date():
            return False
        self._watched[client] = now.date()
        return True


def evaluate(  # noqa: PLR0913 - keyword-only, what an evaluation may be narrowed to
    book: WatchedBook,
    *,
    clients: Sequence[str] | None = None,
    send: bool = True,
    month: Month | None = None,
    now: datetime | None = None,
    expected: Callable[[Client, Month], Expected] | None = None,
    days: bool = False,
) -> Evaluation:
    """Evaluate every client, store what is new, send what nobody has been sent yet.

    Args:
        book: the book.
        clients: only these; all when None.
        send: also send.
        month: the month whose budget is looked at, and whose end is the latest moment; the client's present one.
        now: the moment; given in tests.
        expected: forecasts a client's bill; without it nothing is said of the month's end.
        days: also look at whole days against what was to be expected.
    """
    moment = now or datetime.now(UTC)
    raised: list[Alert] = []
    troubles: list[str] = []
    for client in book.clients().values():
        if clients is not None and client.client not in clients:
            continue
        try:
            raised += raise_alerts(book.documents, _alerts(book, client, month, moment, expected, days=days))
        except NoContract:
            continue
        except TollbookError as error:
            troubles.append(f"{client.client}: {error}")
    if send:
        troubles += send_alerts(book, now=moment)
    return Evaluation(tuple(raised), tuple(troubles))


def _alerts(
    book: WatchedBook,
    client: Client,
    month: Month | None,
    moment: datetime,
    expected: Callable[[Client, Month], Expected] | None,
    *,
    days: bool,
) -> list[Alert]:
    which = month or Month.of(moment.astimezone(ZoneInfo(client.time_zone)).date())
    end = which.bounds(client.time_zone)[1]
    at = min(moment, end - timedelta(hours=1))
    first = min(first_day(at), which.first)
    usage = book.usage(client.client, first, at.astimezone(ZoneInfo(client.time_zone)).date())
    found = [] if usage.empty else usage_alerts(client, usage, at)
    if days and not usage.empty and client.alerts.unusual is not None:
        watched = book.watch(client.client, known_to=min(book.known_to(client.client), which.last))
        told = read_alerts(book.documents, [client.client], since=moment - 2 * SAME_LEVEL)
        found += news(surprise_alerts(client, watched, moment), told)
    if client.budget is not None:
        bill = book.bill(client.client, which)
        found += budget_alerts(client, str(which), bill.total, bill.currency, moment)
        if expected and moment < end and client.alerts.forecast is not None:
            ahead = expected(client, which)
            found += forecast_alerts(
                client, str(which), ahead.over_budget, ahead.p50, currency=bill.currency, now=moment
            )
    return found
