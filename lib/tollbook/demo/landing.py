"""Landing files: their bytes, how rows become CSV, and where they are staged before they appear."""

import gzip
import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
from pyarrow import BufferOutputStream

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
    """Text columns as CSV with a header line; cells are quoted where they must be, empty where they are null."""
    sink = BufferOutputStream()
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    pyarrow.csv.write_csv(table, sink, options)
    return (",".join(table.column_names) + "\n").encode() + sink.getvalue().to_pybytes()


def gzipped(content: bytes) -> bytes:
    """gzip without a time stamp, so that the same content is the same bytes."""
    return gzip.compress(content, compresslevel=6, mtime=0)


def next_free(path: str, taken: Iterable[str]) -> str:
    """`.../001.csv.gz` -> the next number that is not taken: `.../002.csv.gz`."""
    names = set(taken)
    folder, _, name = path.rpartition("/")
    number, _, rest = name.partition(".")
    candidates = (f"{folder}/{n:03d}.{rest}" for n in range(int(number) + 1, 1000))
    return next(candidate for candidate in candidates if candidate not in names)


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


def publish(staged: Path, landing: Path, deliveries: Iterable[Delivery], known: Manifest | None) -> None:
    """Move staged files to `landing`, each in one step, and drop those of an earlier demo that are no longer made."""
    paths = sorted(delivery.path for delivery in deliveries)
    earlier = [delivery.path for delivery in known.deliveries] if known else []
    for path in set(earlier) - set(paths):
        (landing / path).unlink(missing_ok=True)
    for path in paths:
        (landing / path).parent.mkdir(parents=True, exist_ok=True)
        (staged / path).replace(landing / path)
    shutil.rmtree(staged)


def drain(iterator: Iterator[object]) -> None:
    """Run an iterator to its end for what it does."""
    deque(iterator, maxlen=0)
