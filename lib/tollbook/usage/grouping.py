"""Grouping: landing files, in their order, unpacked and cut into groups that are read at once.

Many small files then cost no more than one large one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from tollbook.usage.landing import LandingFile
from tollbook.usage.readers import read_header
from tollbook.usage.unpacking import LARGEST, UnreadableFile, unpack

FILES_AT_ONCE = 200
BYTES_AT_ONCE = 128 << 20
# How much larger than on disk a compressed file is taken to be.
_COMPRESSION = 6

Header = tuple[str, ...] | UnreadableFile


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring files of one source and header; `header` is an error for a file that has none.

    Attributes:
        files: where a file had to be unpacked, its path is that of the unpacked one.
        header: names of the columns; empty where there are none.
    """

    files: list[LandingFile]
    header: Header


def groups(fresh: Sequence[LandingFile], unpacked: Path, *, largest: int = LARGEST) -> Iterator[Group]:
    """Cut files into groups; what was unpacked for a group is removed when the next one is asked for.

    Args:
        fresh: files with a source, in the order of arrival.
        unpacked: a folder of their own for unpacked files.
        largest: bytes that a file may have once unpacked.
    """
    opened = (_opened(file, unpacked, largest) for file in fresh)
    for (*_, header), members in groupby(opened, key=_reading):
        waiting: list[LandingFile] = []
        size = 0
        for file, _ in members:
            weight = file.path.stat().st_size * (_COMPRESSION if file.path.suffix in {".gz", ".parquet"} else 1)
            if waiting and (len(waiting) >= FILES_AT_ONCE or size + weight > BYTES_AT_ONCE):
                yield Group(waiting, header)
                _clear(waiting, unpacked)
                waiting, size = [], 0
            waiting.append(file)
            size += weight
        yield Group(waiting, header)
        _clear(waiting, unpacked)


def _reading(opened: tuple[LandingFile, Header]) -> tuple[str, bool, Header]:
    """What files that are read together have in common."""
    file, header = opened
    return file.claimed.source, file.path.suffix == ".parquet", header


def _opened(file: LandingFile, unpacked: Path, largest: int) -> tuple[LandingFile, Header]:
    layout = file.claimed.format
    try:
        path = unpack(file.path, layout, unpacked, largest=largest)
        return replace(file, path=path), read_header(path, layout)
    except UnreadableFile as error:
        return file, error


def _clear(files: Sequence[LandingFile], unpacked: Path) -> None:
    for file in files:
        if file.path.parent == unpacked:
            file.path.unlink(missing_ok=True)
