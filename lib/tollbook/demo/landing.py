"""Landing files: their bytes, how rows become CSV, and where they are staged before they appear."""

import gzip
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tollbook.demo.manifest import Delivery, Manifest
from tollbook.errors import TollbookError


class LandingInTheWay(TollbookError):
    """Files of somebody else in a folder that the demo writes to."""

    def __init__(self, paths: list[Path]) -> None:
        self.paths = paths
        super().__init__(
            f"{paths[0]} ({len(paths)} in all) is in a folder the demo writes to and does not come from it: "
            "move it away, or use --force to write beside and over it"
        )


@dataclass(frozen=True, slots=True)
class LandingFile:
    """A landing file's bytes and what is expected of it."""

    delivery: Delivery
    content: bytes


def csv_bytes(table: pa.Table) -> bytes:
    """Text columns as CSV with a header line; a column is quoted if a cell of it must be; nulls are empty.

    Arrow's own writer quotes every text, which these suppliers do not.
    """
    cells: list[pa.Array | str] = []
    for column in table.columns:
        cells += [_quoted(column.combine_chunks()), ","]
    cells[-1] = "\n"
    lines = pc.binary_join_element_wise(*cells, "", null_handling="replace", null_replacement="")
    return (",".join(table.column_names) + "\n").encode() + joined(lines)


def joined(lines: pa.StringArray) -> bytes:
    """The strings of an array, one after the other."""
    _, bounds, data = lines.buffers()
    ends = np.frombuffer(bounds, dtype=np.int32)[lines.offset : lines.offset + len(lines) + 1]
    return bytes(data[ends[0] : ends[-1]]) if data is not None else b""


def _quoted(column: pa.StringArray) -> pa.StringArray:
    """The cells in quotes, if one of them holds a comma, a quote or a line's end."""
    if not pc.any(pc.match_substring_regex(column, '[,"\\n]')).as_py():
        return column
    return pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")


def gzipped(content: bytes) -> bytes:
    """Compressed without a time stamp, so that the same content is the same bytes."""
    return gzip.compress(content, compresslevel=6, mtime=0)


def beside(path: str, what: str) -> str:
    """A name that sorts right after `path`: `.../001.csv.gz` and `again` -> `.../001_again.csv.gz`."""
    folder, _, name = path.rpartition("/")
    stem, _, endings = name.partition(".")
    return f"{folder}/{stem}_{what}.{endings}"


def foreign_files(landing: Path, folders: Iterable[str], known: Manifest | None) -> list[Path]:
    """Files in the demo's folders below `landing` that no earlier demo wrote."""
    ours = {delivery.path for delivery in known.deliveries} if known else set()
    found = (path for folder in folders for path in sorted((landing / folder).rglob("*")) if path.is_file())
    return [path for path in found if path.relative_to(landing).as_posix() not in ours]


def stage(files: Iterable[LandingFile], folder: Path) -> Iterator[Delivery]:
    """Write files below `folder`, and say what was written."""
    for file in files:
        path = folder / file.delivery.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        yield file.delivery


def publish(staged: Path, landing: Path, deliveries: Iterable[Delivery], known: Manifest | None) -> list[Path]:
    """Move staged files to `landing`, each in one step, and drop those of an earlier demo that are no longer made.

    Returns:
        What was dropped.
    """
    paths = sorted(delivery.path for delivery in deliveries)
    earlier = [delivery.path for delivery in known.deliveries] if known else []
    gone = [landing / path for path in sorted(set(earlier) - set(paths))]
    for old in gone:
        old.unlink(missing_ok=True)
    for path in paths:
        (landing / path).parent.mkdir(parents=True, exist_ok=True)
        (staged / path).replace(landing / path)
    shutil.rmtree(staged)
    return gone
