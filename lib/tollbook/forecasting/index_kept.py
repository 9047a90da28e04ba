"""The index of a country's clients (`shared`), made once for each state of the rollups and kept for all of them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol

import numpy as np
import pandas as pd

from tollbook.forecasting.shared import LEAST_CLIENTS, shared_index
from tollbook.period import Month
from tollbook.rating.contracts import Client
from tollbook.settings import Settings
from tollbook.storage.documents import Documents
from tollbook.usage.rollups import read_days

KEPT = "indices"
# More clients than this are read at even distances: their mean tells no more.
MOST_CLIENTS = 40


class IndexedBook(Protocol):
    """The part of a book that an index is made from."""

    settings: Settings
    documents: Documents

    @property
    def rollup_batch(self) -> int:
        """Up to which batch the rollups are right."""

    def clients(self) -> Mapping[str, Client]:
        """All clients by id."""


def index_of(book: IndexedBook, country: str, until: date) -> pd.Series | None:
    """The index of a country's clients up to the last month's end that `until` has seen.

    It is the same for each of them and holds no more than means over at least six. A person's book, which may not see
    all clients, reads what an operator's has kept and makes none.

    Args:
        book: the book.
        country: ISO 3166 alpha-2.
        until: the last known day.
    """
    end = Month.of(until + timedelta(days=1)).shift(-1).last
    id_ = f"{country}|{end}"
    kept = book.documents.get(KEPT, id_)
    if not book.settings.person and (kept is None or kept["batch"] != book.rollup_batch):
        clients = [client.client for client in book.clients().values() if client.country == country]
        kept = {"batch": book.rollup_batch, **_made(book, clients, end)}
        book.documents.put(KEPT, id_, kept)
    if kept is None or not kept["values"]:
        return None
    days = pd.date_range(kept["first"], periods=len(kept["values"]), freq="D")
    return pd.Series(kept["values"], days, dtype=float, name="index")


def _made(book: IndexedBook, clients: Sequence[str], end: date) -> dict[str, str | list[float | None]]:
    """The index as it is kept: its first day and its values, None where unknown; no values when there is none."""
    index = None
    if len(clients) >= LEAST_CLIENTS:
        read = clients[:: -(-len(clients) // MOST_CLIENTS)]
        index = shared_index([_history(book, client, end) for client in read])
    if index is None:
        return {"first": "", "values": []}
    values = [None if np.isnan(value) else value for value in index.tolist()]
    return {"first": f"{index.index[0]:%Y-%m-%d}", "values": values}


def _history(book: IndexedBook, client: str, end: date) -> pd.Series:
    """Messages a day from the first with usage to `end`; empty without any."""
    days = pd.Series(read_days(book.documents, client, end), dtype=float)
    days.index = pd.to_datetime(days.index)
    busy = days.index[days > 0]
    span = pd.date_range(busy.min(), end, freq="D") if len(busy) else pd.DatetimeIndex([])
    return days.reindex(span, fill_value=0.0)
