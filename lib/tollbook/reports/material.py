"""What a client's monthly report is made from: a month of usage, its past, its bill and the bill before."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from tollbook.billing.bill import Bill
from tollbook.billing.split import Split, split_change
from tollbook.forecasting import daily_series, watch
from tollbook.forecasting.models import LONGEST
from tollbook.period import Month
from tollbook.questions.interests import NONE, Interests, read_interests
from tollbook.rating.contracts import Client, Contract
from tollbook.usage import summary
from tollbook.usage.latency import frame_latency
from tollbook.usage.senders import cohorts, read_senders

if TYPE_CHECKING:
    from tollbook.book import Book

COHORT_MONTHS = 12


@dataclass(frozen=True)
class Material:
    """A client's month, all of it values; the tables of the pictures are summed up from them when asked.

    Attributes:
        days: the known days of the month and those they are compared with.
        history: usage of the three years before the month, the month before in it, and of the month.
        earlier: the bill of the month before; None when there is none to compare with.
        latency: `usage.latency.frame_latency` of the month.
        cohorts: `usage.senders.cohorts` up to the month.
        interests: what the client asked and pinned up to the day of the report.
    """

    client: Client
    month: Month
    days: summary.Spans
    history: pd.DataFrame
    bill: Bill
    earlier: Bill | None
    latency: pd.DataFrame
    cohorts: pd.DataFrame
    interests: Interests = NONE

    @property
    def locale(self) -> str:
        """Of the numbers."""
        return self.client.locale

    @property
    def contract(self) -> Contract:
        """In force in the month."""
        return self.client.contract(self.month)

    @property
    def over(self) -> bool:
        """Whether the month is known to its end."""
        return self.days.last == self.month.last

    @cached_property
    def usage(self) -> pd.DataFrame:
        """The month's usage frame."""
        return summary.between(self.history, self.days.first, self.days.last)

    @cached_property
    def before(self) -> pd.DataFrame:
        """Usage of the days compared with."""
        return summary.between(self.history, self.days.before_first, self.days.before_last)

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Messages by day and channel."""
        return summary.by_day(self.usage, self.days.first, self.days.last)

    @cached_property
    def daily_before(self) -> pd.DataFrame:
        """The same of the days compared with."""
        return summary.by_day(self.before, self.days.before_first, self.days.before_last)

    @cached_property
    def destinations(self) -> pd.DataFrame:
        """The ten countries with most messages."""
        return summary.destinations(self.usage, limit=10)

    @cached_property
    def campaigns(self) -> pd.DataFrame:
        """The ten largest campaigns."""
        return summary.campaigns(self.usage, limit=10)

    @cached_property
    def delivery(self) -> pd.DataFrame:
        """Outgoing messages by channel and status."""
        return summary.delivery(self.usage)

    @cached_property
    def hourly(self) -> pd.DataFrame:
        """Messages by weekday and hour."""
        return summary.by_hour(self.usage)

    @cached_property
    def unusual(self) -> pd.DataFrame:
        """Each day of the month against what was to be expected of it; see `forecasting.watch`."""
        daily = daily_series(self.history, self.days.last)
        found = watch(daily, first=self.days.first, country=self.client.country).days
        days = pd.date_range(self.days.first, self.days.last, name="day")
        return found.reindex(days).fillna({"messages": 0, "unusual": False}).astype({"messages": int, "unusual": bool})

    @cached_property
    def split(self) -> Split | None:
        """What moved the bill; None without a bill to compare with, or while the month runs."""
        return split_change(self.earlier, self.bill) if self.earlier is not None and self.over else None

    @cached_property
    def headline(self) -> summary.Headline:
        """The four figures a reader wants first."""
        return summary.headline(self.usage, self.before)

    @cached_property
    def places(self) -> pd.DataFrame:
        """Messages by day and country."""
        return summary.by_day(self.usage, self.days.first, self.days.last, by="country")

    @cached_property
    def places_before(self) -> pd.DataFrame:
        """The same of the days compared with."""
        return summary.by_day(self.before, self.days.before_first, self.days.before_last, by="country")

    @cached_property
    def running(self) -> pd.Series:
        """The month's running count of messages."""
        return summary.running(self.usage, self.days.first, self.days.last)

    @cached_property
    def running_before(self) -> pd.Series:
        """The same of all of the month before."""
        return summary.running(self.history, self.days.before_first, self.month.shift(-1).last)


def read_material(book: "Book", client: str, month: Month | str, *, today: date) -> Material:
    """Collect a client's month.

    Args:
        book: to read from.
        client: whose.
        month: one that has begun.
        today: the client's local date.

    Raises:
        UnknownClient, BadMonth, FutureMonth, NoContract, NoRateCard, BadRateCard, RollupsTooOld: as they say.
    """
    whose, which = book.client(client), book.month(month)
    days = summary.spans(which, book.last_day(client), today=today)
    start = min(days.first - timedelta(days=LONGEST), days.before_first)
    senders = read_senders(book.documents, client, which.shift(1 - COHORT_MONTHS).first, which.last)
    return Material(
        client=whose,
        month=which,
        days=days,
        history=book.usage(client, start, days.last),
        latency=frame_latency(book.receipts(client, which.first, which.last)),
        cohorts=cohorts(senders, which, months=COHORT_MONTHS),
        bill=book.bill(client, which),
        earlier=book.bill_before(client, which),
        interests=read_interests(book.documents, client, until=today),
    )
