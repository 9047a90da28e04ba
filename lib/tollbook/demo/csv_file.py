"""One CSV landing file with its faults: copies, rows carried over from the file before, malformed rows and lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tollbook.demo import faults
from tollbook.demo.landing import LandingFile, csv_bytes
from tollbook.demo.manifest import Delivery

_CUT = 5  # columns left in a line that is cut short; before any quoted cell, in every shape


@dataclass(frozen=True, slots=True)
class CsvShape:
    """How rows of a source are spoilt.

    Attributes:
        identifier: the id column and a pattern with `{}` for 32 hexadecimal characters; one of the first five.
        spoils: reason -> (column, the bad text; None for an empty cell).
    """

    identifier: tuple[str, str]
    spoils: Mapping[str, tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class CsvPlan:
    """What goes into one file: its own rows, which are repeated, and copies from the file before.

    Attributes:
        order: the columns as the file has them, where that is not the usual order.
    """

    path: str
    rows: pa.Table
    marks: faults.Marks
    carried: pa.Table
    malformed: bool = False
    order: Sequence[str] = ()


def csv_file(plan: CsvPlan, shape: CsvShape, rng: np.random.Generator) -> LandingFile:
    """The file, not compressed, and what reading it must give."""
    own = plan.rows.num_rows
    table = pa.concat_tables([plan.carried, plan.rows.take(pa.array(faults.with_copies(rng, own, plan.marks.twice)))])
    quarantined: dict[str, int] = {}
    if plan.malformed:
        bad, quarantined = faults.spoilt(rng, plan.rows, shape.spoils, shape.identifier)
        table = faults.scattered(rng, table, bad)
    content = csv_bytes(table.select(list(plan.order)) if plan.order else table)
    if plan.malformed:
        content, quarantined["bad_row"] = _with_bad_lines(content, plan, shape, rng)
    duplicate = len(plan.marks.twice) + plan.carried.num_rows
    delivery = Delivery(
        path=plan.path,
        kind="reordered" if plan.order else "usage",
        read=own + duplicate + sum(quarantined.values()),
        posted=own,
        duplicate=duplicate,
        carried=plan.carried.num_rows,
        quarantined=quarantined,
    )
    return LandingFile(delivery, content)


def _with_bad_lines(content: bytes, plan: CsvPlan, shape: CsvShape, rng: np.random.Generator) -> tuple[bytes, int]:
    """Lines with too few and, in turn, too many columns, spread over the file."""
    lines = content.removesuffix(b"\n").split(b"\n")
    column = plan.rows.column_names.index(shape.identifier[0])
    count = faults.how_many(plan.rows.num_rows)
    bad = []
    for number in range(count):
        cells = lines[int(rng.integers(1, len(lines)))].split(b",")
        cells[column] = shape.identifier[1].format(rng.bytes(16).hex()).encode()
        bad.append(b",".join([*cells, b"surplus"] if number % 2 else cells[:_CUT]))
    return b"\n".join(faults.insert_lines(rng, lines, bad)) + b"\n", count
