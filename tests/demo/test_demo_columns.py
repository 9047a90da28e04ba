"""Text columns and CSV bytes against what the standard library writes."""

import csv
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tollbook.demo import columns
from tollbook.demo.faults import insert_lines, with_copies
from tollbook.demo.landing import beside, csv_bytes, gzipped

MOMENTS = st.lists(st.integers(0, 4_000_000_000_000), max_size=20)
WORDS = st.lists(st.integers(0, 2**64 - 1), max_size=5)


@given(MOMENTS)
def test_times_are_those_of_the_standard_library(moments: list[int]) -> None:
    array = np.array(moments, dtype=np.int64)
    clock = [
        datetime.fromtimestamp(moment // 1000, UTC).replace(microsecond=moment % 1000 * 1000) for moment in moments
    ]
    assert columns.rfc2822(array).to_pylist() == [format_datetime(moment) for moment in clock]
    iso = [moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") for moment in clock]
    assert columns.iso_ms(array).to_pylist() == iso


@given(WORDS)
def test_identifiers(words: list[int]) -> None:
    high = np.array(words, dtype=np.uint64)
    text = columns.hexadecimal(high, high)
    assert columns.fixed("SM", text, rows=len(words)).to_pylist() == [f"SM{word:016x}{word:016x}" for word in words]
    dashed = columns.fixed(columns.dashed(text), rows=len(words)).to_pylist()
    assert dashed == [str(uuid.UUID(f"{word:016x}{word:016x}")) for word in words]


@given(st.lists(st.integers(-(10**9), 10**9), max_size=20))
def test_amounts(units: list[int]) -> None:
    found = columns.amounts(np.array(units, dtype=np.int64)).to_pylist()
    assert [Decimal(text) for text in found] == [Decimal(unit).scaleb(-5) for unit in units]


@given(st.lists(st.tuples(st.sampled_from(["a", "b,c", 'd"e', ""]), st.sampled_from(["x", "y"])), max_size=8))
def test_csv_reads_back(rows: list[tuple[str, str]]) -> None:
    table = pa.table(
        {"one": pa.array([a for a, _ in rows], pa.string()), "two": pa.array([b for _, b in rows], pa.string())}
    )
    text = csv_bytes(table).decode()
    assert list(csv.reader(text.splitlines())) == [["one", "two"], *([a, b] for a, b in rows)]


def test_empty_cells_are_empty_and_plain_ones_unquoted() -> None:
    table = pa.table({"a": pa.array([None, "1"], pa.string()), "b": ["x, y", "z"]})
    assert csv_bytes(table) == b'a,b\n,"x, y"\n1,"z"\n'
    assert csv_bytes(table.slice(1)) == b"a,b\n1,z\n"


def test_gzip_carries_no_time() -> None:
    assert gzipped(b"rows")[4:8] == b"\0\0\0\0"


def test_a_name_beside_sorts_between_a_file_and_the_next() -> None:
    again = beside("a/001.csv.gz", "again")
    assert again == "a/001_again.csv.gz"
    assert "a/001.csv.gz" < again < "a/002.csv.gz"


def test_copies_follow_their_originals() -> None:
    order = with_copies(np.random.default_rng(1), 500, np.array([3, 490])).tolist()
    assert sorted(order) == sorted([*range(500), 3, 490])
    assert 1 <= order[order.index(3) + 1 :].index(3) + 1 <= 52


@given(st.integers(1, 20), st.integers(0, 9), st.integers(0, 99))
def test_lines_are_inserted_after_the_header(count: int, extra: int, seed: int) -> None:
    lines = [f"line {number}".encode() for number in range(count)]
    mixed = insert_lines(np.random.default_rng(seed), lines, [b"bad"] * extra)
    assert mixed[0] == lines[0]
    assert [line for line in mixed if line != b"bad"] == lines
    assert len(mixed) == count + extra
