"""The ground suggestions stand on: a client's cached usage, what its fields are like, and what truly changed.

Made once per client and day; a suggestion then needs no database.
"""

from dataclasses import dataclass
from datetime import date
from math import log
from typing import Any

import numpy as np
import pandas as pd

from tollbook.questions.changes import Change, Explanation, explain, find_changes
from tollbook.questions.question import Question
from tollbook.questions.steps import Field, Schema
from tollbook.questions.timespan import Days, before, days_of, read_period
from tollbook.questions.vocabulary import COMPARISONS, DIMENSIONS, GRAINS, MEASURES

LOOKED_AT = ("country", "channel", "network", "campaign", "category", "status")
TOP = 20
FEW_GROUPS = 2_000_000  # counted without sorting
PERIODS = ("last month", "this month", "last 7 days", "last 30 days", "last 12 months", "yesterday")


@dataclass(frozen=True)
class Ground:
    """What is known of a client when suggestions are made.

    Attributes:
        cells: usage by day and dimension: `weekday` added, every dimension text.
        changes: true changes of the period, costliest first.
        explanation: what changed against the period before, and why; None when nothing did.
        price: of an average message, in `currency`; 0 when unknown.
    """

    client: str
    cells: pd.DataFrame
    schema: Schema
    period: str
    days: Days
    known_to: date
    changes: tuple[Change, ...]
    explanation: Explanation | None
    price: float
    currency: str
    locale: str

    def dry_run(self, question: Question) -> int:
        """How many groups an answer would have, from the cached cells; 0 when it would be empty."""
        key = (question.period, question.filters, question.dimensions, question.grain)
        counts: dict[object, int] = self.__dict__.setdefault("_counts", {})
        if key not in counts:
            counts[key] = self._count(question)
        return counts[key]

    def _count(self, question: Question) -> int:
        kept = np.ones(len(self._rows(question.period)), dtype=bool)
        for name, how, value in question.filters:
            kept &= self._holding(name, how, value)[self._codes(name, question.period)]
        if not kept.any():
            return 0
        keys = [self._codes(name, question.period) for name in question.dimensions]
        keys += [self._times(question.grain, question.period)] if question.grain else []
        joined = np.zeros(int(kept.sum()), dtype=np.int64)
        size = 1
        for one in keys:
            most = int(one.max()) + 1
            joined, size = joined * most + one[kept], size * most
        return int(np.count_nonzero(np.bincount(joined))) if size <= FEW_GROUPS else len(np.unique(joined))

    def _rows(self, period: str) -> np.ndarray:
        """Places of the cells of a period."""
        days = days_of(read_period(period), self.known_to)
        return _cached(self, ("period", period), lambda: np.flatnonzero(
            (self.cells["day"] >= pd.Timestamp(days.first)) & (self.cells["day"] <= pd.Timestamp(days.last))
        ))  # fmt: skip

    def _codes(self, name: str, period: str) -> np.ndarray:
        return _cached(self, ("codes", name, period), lambda: np.asarray(self.cells[name].cat.codes).astype(np.int64)[
            self._rows(period)
        ])  # fmt: skip

    def _times(self, grain: str, period: str) -> np.ndarray:
        frequency = {"day": "D", "week": "W", "month": "M"}[grain]
        every = _cached(self, ("times", grain), lambda: np.asarray(
            pd.factorize(pd.DatetimeIndex(self.cells["day"]).to_period(frequency))[0]
        ).astype(np.int64))  # fmt: skip
        return _cached(self, ("times", grain, period), lambda: every[self._rows(period)])

    def _holding(self, name: str, how: str, value: Any) -> np.ndarray:
        """For each value of a dimension, whether a filter keeps it."""
        names = [str(one) for one in self.cells[name].cat.categories]
        if how == "contains":
            return np.array([str(value).lower() in one.lower() for one in names])
        wanted = set(value) if how == "in" else {value}
        return np.array([(one in wanted) != (how == "!=") for one in names])


def _cached(ground: Ground, key: object, make: Any) -> np.ndarray:
    held = ground.__dict__.setdefault("_held", {})
    if key not in held:
        held[key] = make()
    return held[key]  # type: ignore[no-any-return]


def prepare(  # noqa: PLR0913 - what is known of a client
    client: str, frame: pd.DataFrame, known_to: date, *, period: str = "last month", price: float = 0.0,
    currency: str = "", locale: str = "en",
) -> Ground:  # fmt: skip
    """Make the ground from a usage frame (`book.usage`) of one client.

    Args:
        client: whose.
        frame: its usage, with history before the period.
        known_to: last local day whose usage is complete.
        period: what changes are looked for in.
        price: of an average message; changes are weighed by it.
        currency: of the price.
        locale: of numbers in sentences.
    """
    names = [*(name for name in DIMENSIONS if name != "weekday")]
    cells = frame.assign(hour=frame["hour"].astype(str)).groupby(["day", *names], observed=True)["messages"].sum()
    table = cells[cells > 0].reset_index()
    table["weekday"] = table["day"].dt.day_name()
    for name in DIMENSIONS:
        table[name] = table[name].astype("str").astype("category")
    days = days_of(read_period(period), known_to)
    first, last = pd.Timestamp(days.first), pd.Timestamp(days.last)
    looked = [name for name in LOOKED_AT if len(table[name].cat.categories) > 1]
    changes = find_changes(table, first, last, dimensions=looked, price=price)
    like = before(days, "previous")
    earlier = table[table["day"].between(pd.Timestamp(like.first), pd.Timestamp(like.last))]
    why = explain(table[table["day"].between(first, last)], earlier, dimensions=looked) if len(earlier) else None
    return Ground(
        client, table, usage_schema(client, table), period, days, known_to, tuple(changes), why, price, currency, locale
    )


def usage_schema(client: str, cells: pd.DataFrame) -> Schema:
    """The usage of one client in the learner's terms; top values are this client's own and no other's."""
    fields = [_dimension(name, cells) for name in DIMENSIONS]
    fields += [Field(name, "time") for name in GRAINS]
    fields += [Field(name, "measure") for name in MEASURES if name != "messages"]
    fields += [
        Field("period", "dimension", len(PERIODS), 1.0, 0.0, PERIODS),
        Field("compare", "dimension", len(COMPARISONS), 1.0, 0.0, COMPARISONS),
    ]
    return Schema(client, {one.name: one for one in fields})


def _dimension(name: str, cells: pd.DataFrame) -> Field:
    sizes = cells.groupby(name, observed=True)["messages"].sum().sort_values(ascending=False, kind="stable")
    shares = np.asarray(sizes / max(float(sizes.sum()), 1.0), dtype=float)
    entropy = float(-(shares * np.log(np.maximum(shares, 1e-12))).sum()) / log(len(shares)) if len(shares) > 1 else 0.0
    empty = float(sizes.get("", 0)) / max(float(sizes.sum()), 1.0)
    return Field(name, "dimension", len(sizes), entropy, empty, tuple(str(one) for one in sizes.index[:TOP] if one))
