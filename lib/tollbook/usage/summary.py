"""Summaries of a usage frame (`book.usage`): what tables, pictures, cards and sentences are made from.

Every function takes the frame, reads only the columns it needs, leaves it unchanged and gives a small value back.
Days and hours are the client's local ones, as in the frame. An empty frame is a period without messages.

A message is *final* when its status can no longer change. The delivery rate is
(delivered + read) / final, over outgoing messages (MT) only; it is None when none is final.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from tollbook.period import Month

DELIVERED = ("delivered", "read")
FINAL = (*DELIVERED, "undelivered", "failed", "rejected", "expired", "cancelled")
OTHER = "other"  # all the rest, in one row: never a country code or a channel


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure and the same figure of the period before; None where there is none."""

    now: float | None
    before: float | None = None

    @property
    def difference(self) -> float | None:
        """`now` - `before`, in the figure's own unit."""
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def relative(self) -> float | None:
        """The difference as a fraction of `before`; None when `before` is 0."""
        return self.difference / self.before if self.difference is not None and self.before else None


@dataclass(frozen=True, slots=True)
class Headline:
    """The four figures a reader wants first.

    Attributes:
        messages: messages in both directions.
        segments: billing segments in both directions.
        delivery_rate: fraction 0-1 of final outgoing messages that were delivered or read.
        destination: country with the most outgoing messages, "" when unknown; None when there are none.
        destination_share: its fraction of outgoing messages, now and in the period before.
    """

    messages: Compared
    segments: Compared
    delivery_rate: Compared
    destination: str | None
    destination_share: Compared


@dataclass(frozen=True, slots=True)
class Spans:
    """Days to look at and days to compare them with, all included."""

    first: date
    last: date
    before_first: date
    before_last: date


def spans(month: Month, last_day: date | None, *, today: date) -> Spans:
    """The known days of a month and their like in the month before.

    A month that is over is compared with the whole month before, one that is not with as many days of it.

    Args:
        month: the month.
        last_day: the last local day with usage, of any month; None when there is none.
        today: the local date: a quiet last day of a month that is over counts as known.
    """
    earlier = month.shift(-1)
    over = today > month.last or last_day is None
    known = month.last if over else min(month.last, max(month.first, last_day or month.first))
    like = earlier.last if known == month.last else min(earlier.last, earlier.first + (known - month.first))
    return Spans(month.first, known, earlier.first, like)


def between(frame: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """The rows of `first` to `last`, both included."""
    return frame[frame["day"].between(pd.Timestamp(first), pd.Timestamp(last))]


def headline(frame: pd.DataFrame, previous: pd.DataFrame) -> Headline:
    """The headline of `frame` against `previous`, a period of equal length before it."""
    ranking = destinations(frame)
    top = str(ranking.index[0]) if len(ranking) else None
    return Headline(
        messages=_compared(lambda part: total(part, "messages"), frame, previous),
        segments=_compared(lambda part: total(part, "segments"), frame, previous),
        delivery_rate=_compared(delivery_rate, frame, previous),
        destination=top,
        destination_share=_compared(lambda part: _share(part, top), frame, previous),
    )


def total(frame: pd.DataFrame, measure: str = "messages") -> int:
    """Sum of a measure: messages or segments."""
    return int(frame[measure].sum())


def by_day(
    frame: pd.DataFrame, first: date, last: date, *, by: str = "channel", measure: str = "messages"
) -> pd.DataFrame:
    """Counts a day: one row for every day from `first` to `last`, also those without any; one column a `by` value.

    Columns are sorted by name; values are int64. Days outside the range are left out.
    """
    days = pd.date_range(first, last, freq="D", unit="us", name="day")
    table = frame.pivot_table(index="day", columns=by, values=measure, aggfunc="sum", observed=True)
    return table.reindex(days).fillna(0).astype("int64").sort_index(axis="columns")


def largest(days: pd.DataFrame, limit: int) -> pd.DataFrame:
    """The `limit` largest columns of a table, the others together in one named `OTHER`."""
    kept = days.sum().nlargest(limit).index
    rest = days.columns.difference(kept)
    return days if not len(rest) else days[kept].assign(**{OTHER: days[rest].sum(axis="columns")})


def by_hour(frame: pd.DataFrame, measure: str = "messages") -> pd.DataFrame:
    """Counts by local weekday (rows 0 Monday .. 6 Sunday) and hour (columns 0 .. 23), int64."""
    local = frame.assign(weekday=pd.to_datetime(frame["day"]).dt.dayofweek)
    table = local.pivot_table(index="weekday", columns="hour", values=measure, aggfunc="sum", fill_value=0)
    return table.reindex(index=range(7), columns=range(24), fill_value=0).astype("int64")


def running(frame: pd.DataFrame, first: date, last: date, *, measure: str = "messages") -> pd.Series:
    """Count from `first` up to and including each day; one value a day."""
    return by_day(frame.assign(all="all"), first, last, by="all", measure=measure).sum(axis="columns").cumsum()


def destinations(frame: pd.DataFrame, *, limit: int | None = None) -> pd.DataFrame:
    """Outgoing messages by country, most first: columns messages, segments, share, final, delivered, delivery_rate.

    With a limit, the countries after it stand together in a last row named `OTHER`.
    """
    return _ranked(_outgoing(frame), "country", limit)


def campaigns(frame: pd.DataFrame, *, limit: int | None = None) -> pd.DataFrame:
    """Outgoing messages of campaigns (messages without one are left out), with the columns of `destinations`."""
    outgoing = _outgoing(frame)
    return _ranked(outgoing[outgoing["campaign"] != ""], "campaign", limit)


def delivery(frame: pd.DataFrame, *, by: str = "channel") -> pd.DataFrame:
    """Outgoing messages by a column (rows, most first) and status (columns, sorted by name), int64."""
    table = _outgoing(frame).pivot_table(index=by, columns="status", values="messages", aggfunc="sum", observed=True)
    table = table.fillna(0).astype("int64").sort_index(axis="columns")
    return table.loc[table.sum(axis="columns").sort_values(ascending=False, kind="stable").index]


def delivery_rate(frame: pd.DataFrame) -> float | None:
    """(delivered + read) / final, over outgoing messages; None when none is final."""
    outgoing = _outgoing(frame)
    final = _count(outgoing, FINAL)
    return _count(outgoing, DELIVERED) / final if final else None


def _ranked(outgoing: pd.DataFrame, by: str, limit: int | None) -> pd.DataFrame:
    counts = outgoing.assign(
        final=outgoing["messages"].where(outgoing["status"].isin(FINAL), 0),
        delivered=outgoing["messages"].where(outgoing["status"].isin(DELIVERED), 0),
    )
    table = counts.groupby(by, observed=True)[["messages", "segments", "final", "delivered"]].sum()
    table = table.sort_index().sort_values("messages", ascending=False, kind="stable")
    if limit is not None and len(table) > limit:
        rest = table.iloc[limit:].sum().rename(OTHER).to_frame().T
        table = pd.concat([table.iloc[:limit], rest]).rename_axis(by)
    table.insert(2, "share", table["messages"] / max(int(table["messages"].sum()), 1))
    return table.assign(delivery_rate=table["delivered"] / table["final"].where(table["final"] > 0))


def _outgoing(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["direction"] == "mt"]


def _count(frame: pd.DataFrame, statuses: tuple[str, ...]) -> int:
    return int(frame.loc[frame["status"].isin(statuses), "messages"].sum())


def _share(frame: pd.DataFrame, country: str | None) -> float | None:
    outgoing = _outgoing(frame)
    whole = total(outgoing)
    return total(outgoing[outgoing["country"] == country]) / whole if whole and country is not None else None


def _compared(figure: Callable[[pd.DataFrame], float | None], frame: pd.DataFrame, previous: pd.DataFrame) -> Compared:
    """`figure` of both periods; a period before without any message gives no comparison."""
    return Compared(figure(frame), figure(previous) if len(previous) else None)
