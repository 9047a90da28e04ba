"""Which rows of a file go wrong, and how rows, copies and lines are put together.

Rates, as shares of a file's records: 0.4 % repeated in the same file, 0.1 % in the next one, 0.05 % repeated later
with an older status, 0.02 % malformed for each reason. Late receipts follow from the latencies (`receipts.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

TWICE = 0.004
CARRIED = 0.001
STALE = 0.0005
MALFORMED = 0.0002
UNKNOWN_NETWORK = 0.003
_REACH = 50  # a copy stands within so many rows of its original

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Marks:
    """Places of the units (rows, or messages with all their recipients) of a file that are repeated; disjoint.

    Attributes:
        twice: a second copy in the same file.
        carried: a second copy in the file that follows.
        stale: an older status of it in the late file.
    """

    twice: Indices
    carried: Indices
    stale: Indices


def mark(
    rng: np.random.Generator, repeatable: NDArray[np.bool_], open_later: NDArray[np.bool_], *, last: bool
) -> Marks:
    """Draw the marks of one file.

    Args:
        rng: source of randomness.
        repeatable: units of which an exact copy may be made.
        open_later: units that may be followed by an older status.
        last: no file follows, so nothing is carried over.
    """
    luck = rng.random(len(repeatable))
    stale = (luck < STALE) & open_later
    carried = (luck >= STALE) & (luck < STALE + CARRIED) & repeatable & (not last)
    twice = (luck >= STALE + CARRIED) & (luck < STALE + CARRIED + TWICE) & repeatable
    return Marks(np.flatnonzero(twice), np.flatnonzero(carried), np.flatnonzero(stale))


def with_copies(rng: np.random.Generator, count: int, twice: Indices) -> Indices:
    """The order of 0..count-1 with each of `twice` a second time, shortly after the first."""
    places = np.concatenate([np.arange(count, dtype=float), twice + 0.5 + rng.integers(0, _REACH, len(twice))])
    return np.concatenate([np.arange(count), twice])[np.argsort(places, kind="stable")]


def how_many(records: int) -> int:
    """Malformed rows of each reason in a file with so many records; at least one."""
    return max(1, round(records * MALFORMED))


def spoilt(
    rng: np.random.Generator, rows: pa.Table, spoils: Mapping[str, tuple[str, str | None]], identifier: tuple[str, str]
) -> tuple[pa.Table, dict[str, int]]:
    """New rows like those of `rows`, each with one column spoilt.

    Args:
        rng: source of randomness.
        rows: text columns of good rows, at least one.
        spoils: reason -> (column, the bad text; None for an empty cell).
        identifier: the id column and a pattern of its texts with `{}` for 32 hexadecimal characters, so that no
            malformed row shares its id with a good one.
    """
    each = how_many(rows.num_rows)
    tables = []
    for column, bad in spoils.values():
        copies = rows.take(pa.array(rng.integers(0, rows.num_rows, each)))
        fresh = [identifier[1].format(rng.bytes(16).hex()) for _ in range(each)]
        copies = _with_column(copies, identifier[0], fresh)
        tables.append(_with_column(copies, column, [bad] * each))
    return pa.concat_tables(tables), dict.fromkeys(spoils, each)


def scattered(rng: np.random.Generator, rows: pa.Table, extra: pa.Table) -> pa.Table:
    """`rows` in their order with `extra` at random places among them."""
    places = np.concatenate([np.arange(rows.num_rows, dtype=float), rng.uniform(0, rows.num_rows, extra.num_rows)])
    return pa.concat_tables([rows, extra]).take(pa.array(np.argsort(places, kind="stable")))


def insert_lines(rng: np.random.Generator, lines: Sequence[bytes], extra: Sequence[bytes]) -> list[bytes]:
    """`lines` with each of `extra` after a random line, never before the first."""
    after = np.sort(rng.integers(1, max(len(lines), 2), len(extra)))
    mixed: list[bytes] = []
    start = 0
    for place, line in zip(after, extra, strict=True):
        mixed += [*lines[start:place], line]
        start = int(place)
    return mixed + list(lines[start:])


def _with_column(table: pa.Table, name: str, values: Sequence[str | None]) -> pa.Table:
    index = table.column_names.index(name)
    return table.set_column(index, name, pa.array(list(values), pa.string()))
