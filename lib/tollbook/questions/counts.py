"""Counts that fade: what followed what, weighed by how many events ago it was."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from heapq import nlargest

Context = Hashable
_LARGEST = 1e100  # weights grow instead of every old count shrinking; long before floats end they are scaled back


@dataclass(slots=True)
class Counts:
    """Outcomes by context, each event worth half as much after `half_life` more events (None: for ever).

    Attributes:
        half_life: events, of this table.
    """

    half_life: float | None = None
    unit: float = 1.0  # what an event of now weighs
    rows: dict[Context, dict[Hashable, float]] = field(default_factory=dict)
    totals: dict[Context, float] = field(default_factory=dict)

    def add(self, contexts: Iterable[Context], outcome: Hashable) -> None:
        """One event: `outcome` was seen in each of `contexts`."""
        for context in contexts:
            row = self.rows.setdefault(context, {})
            row[outcome] = row.get(outcome, 0.0) + self.unit
            self.totals[context] = self.totals.get(context, 0.0) + self.unit
        if self.half_life is not None:
            self.unit *= 2 ** (1 / self.half_life)
            if self.unit > _LARGEST:
                self._scale()

    def fade(self, factor: float) -> None:
        """From now on everything counted so far is worth a `factor` of what it was, 0 to 1."""
        self.unit /= factor
        if self.unit > _LARGEST:
            self._scale()

    def _scale(self) -> None:
        for row in self.rows.values():
            for outcome in row:
                row[outcome] /= self.unit
        for context in self.totals:
            self.totals[context] /= self.unit
        self.unit = 1.0

    def weight(self, context: Context) -> float:
        """How many events of now the context is worth."""
        return self.totals.get(context, 0.0) / self.unit

    def row(self, context: Context) -> dict[Hashable, float]:
        """Outcomes of a context, unscaled: compare them with one another only."""
        return self.rows.get(context, {})

    def share(self, context: Context, outcome: Hashable, *, prior: float = 0.0, strength: float = 0.0) -> float:
        """P(outcome | context), drawn towards `prior` as if `strength` events had said so; `prior` without any."""
        row = self.rows.get(context)
        if not row:
            return prior
        pull = strength * self.unit
        return (row.get(outcome, 0.0) + pull * prior) / (self.totals[context] + pull)

    def shares(
        self, context: Context, outcomes: Iterable[Hashable], priors: Iterable[float], strength: float
    ) -> list[float]:
        """`share` for many outcomes of one context."""
        row = self.rows.get(context)
        if not row:
            return list(priors)
        pull = strength * self.unit
        whole = self.totals[context] + pull
        return [(row.get(one, 0.0) + pull * prior) / whole for one, prior in zip(outcomes, priors, strict=True)]

    def best(self, context: Context, limit: int) -> list[Hashable]:
        """The most likely outcomes of a context, most first; of those alike the first seen."""
        row = self.rows.get(context, {})
        return nlargest(limit, row, key=row.__getitem__)
