"""Text columns for many rows at once: ids, times, numbers and amounts as Arrow strings, without a Python loop.

A text of fixed width is built as a matrix of bytes (rows x characters) and handed to Arrow as it is.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
_DAY_MS = 86_400_000


def fixed(*pieces: Bytes | str, rows: int) -> pa.Array:
    """Pieces side by side, as one string a row; a `str` piece stands in every row."""
    matrix = np.concatenate([_repeat(piece, rows) if isinstance(piece, str) else piece for piece in pieces], axis=1)
    width = matrix.shape[1]
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32) if rows else np.zeros(1, dtype=np.int32)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(matrix)))


def choice(words: Sequence[str | None], codes: NDArray[np.integer]) -> pa.Array:
    """The word of each code."""
    return pa.array(list(words), pa.string()).take(pa.array(codes))


def same(word: str | None, rows: int) -> pa.Array:
    """One word in every row; None is an empty cell."""
    return pa.nulls(rows, pa.string()) if word is None else pa.repeat(pa.scalar(word), rows)


def hexadecimal(high: NDArray[np.uint64], low: NDArray[np.uint64]) -> Bytes:
    """128 bits as 32 characters."""
    text = np.column_stack([high, low]).astype(">u8").tobytes().hex().encode()
    return np.frombuffer(text, dtype=np.uint8).reshape(-1, 32)


def whole(numbers: NDArray[np.integer], before: str = "") -> pa.Array:
    """Integers in decimal, with a text in front."""
    digits = pc.cast(pa.array(numbers), pa.string())
    return pc.binary_join_element_wise(before, digits, "") if before else digits


def amounts(units: NDArray[np.int64]) -> pa.Array:
    """Units of 0.00001 as a text with five decimals: -750 -> -0.00750."""
    distinct, codes = np.unique(units, return_inverse=True)
    return choice(
        [f"{'-' if unit < 0 else ''}{abs(unit) // 100_000}.{abs(unit) % 100_000:05d}" for unit in distinct], codes
    )


def rfc2822(moments: NDArray[np.int64]) -> pa.Array:
    """UTC milliseconds as `Tue, 03 Nov 2026 10:11:12 +0000`."""
    return fixed(_dates(moments, "rfc2822"), _clocks(moments), " +0000", rows=len(moments))


def iso_ms(moments: NDArray[np.int64]) -> pa.Array:
    """UTC milliseconds as `2026-11-03T10:11:12.345Z`."""
    thousandths = _digits(3)[moments % 1000]
    return fixed(_dates(moments, "iso"), _clocks(moments), ".", thousandths, "Z", rows=len(moments))


def dashed(identifier: Bytes) -> Bytes:
    """32 hexadecimal characters as a UUID's 36."""
    text = np.full((len(identifier), 36), ord("-"), dtype=np.uint8)
    text[:, [place for place in range(36) if place not in (8, 13, 18, 23)]] = identifier
    return text


def _repeat(text: str, rows: int) -> Bytes:
    return np.tile(np.frombuffer(text.encode(), dtype=np.uint8), (rows, 1))


def _matrix(texts: list[str]) -> Bytes:
    return np.frombuffer("".join(texts).encode(), dtype=np.uint8).reshape(len(texts), -1)


def _dates(moments: NDArray[np.int64], style: str) -> Bytes:
    days, codes = np.unique(moments // _DAY_MS, return_inverse=True)
    starts = [datetime.fromtimestamp(int(day) * 86_400, UTC) for day in days]
    labels = [format_datetime(start)[:17] if style == "rfc2822" else f"{start:%Y-%m-%dT}" for start in starts]
    return _matrix(labels or ["-"])[codes]


def _clocks(moments: NDArray[np.int64]) -> Bytes:
    return _clock_table()[moments // 1000 % 86_400]


@cache
def _clock_table() -> Bytes:
    return _matrix([f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86_400)])


@cache
def _digits(width: int) -> Bytes:
    return _matrix([f"{number:0{width}d}" for number in range(10**width)])
