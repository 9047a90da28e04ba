"""Unpacking: from a landing file as it was delivered to one that the readers take, with a cap on how large it may grow.

gzip stays as it is (the readers take it); zip and zstd are unpacked, and JSON documents, XML and patterned text become
JSON lines (`flattening`), in a folder of their own that the caller clears.
"""

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import pyarrow as pa

from tollbook.errors import TollbookError
from tollbook.usage.flattening import BadDocument, flatten
from tollbook.usage.mapping import Format

LARGEST = 8 << 30
"""Bytes that a file may have once unpacked."""
LARGEST_DOCUMENT = 256 << 20
"""Bytes of a JSON or XML document: it has to fit in memory as a whole."""
_CHUNK = 1 << 20
_MOST_DEFLATE_CAN_DO = 1032
_PACKED = {".gz", ".zip", ".zst"}


class UnreadableFile(TollbookError):
    """A landing file that cannot be read at all; nothing of it is posted."""

    def __init__(self, path: Path, fault: str) -> None:
        self.path = path
        self.fault = " ".join(fault.split())[:300]
        super().__init__(f"{path}: cannot be read ({self.fault}); deliver the file again")


def unpack(path: Path, layout: Format, folder: Path, *, largest: int = LARGEST) -> Path:
    """A file of CSV or JSON lines with the content of `path`: itself where it is one already, else one in `folder`.

    Args:
        path: the landing file.
        layout: how its bytes are laid out.
        folder: where to write; made if missing.
        largest: bytes that it may have when unpacked.

    Raises:
        UnreadableFile: not what its ending says, larger than allowed, or no document of its format.
    """
    try:
        if layout.type in {"csv", "jsonl"} and path.suffix not in {".zip", ".zst"}:
            _check_size(path, largest)
            return path
        folder.mkdir(parents=True, exist_ok=True)
        ending = "csv" if layout.type == "csv" else "jsonl"
        target = folder / f"{path.stat().st_ino}-{path.stem}.{ending}"
        with open_unpacked(path) as content, target.open("wb") as out:
            if layout.type in {"csv", "jsonl"}:
                shutil.copyfileobj(_capped(content, largest), out, _CHUNK)
            else:
                flatten(_capped(content, largest), layout, out, largest=min(largest, LARGEST_DOCUMENT))
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError, pa.ArrowException,
            BadDocument) as error:  # fmt: skip
        with suppress(UnboundLocalError):
            target.unlink(missing_ok=True)
        raise UnreadableFile(path, str(error) or type(error).__name__) from error
    return target


@contextmanager
def open_unpacked(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked as its ending says; a zip must hold one file."""
    if path.suffix == ".gz":
        with gzip.open(path) as content:
            yield content  # type: ignore[misc]
    elif path.suffix == ".zst":
        with pa.CompressedInputStream(str(path), "zstd") as content:
            yield content
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) != 1:
                raise OSError(f"the archive holds {len(members)} files, not one")
            with archive.open(members[0]) as content:
                yield content
    else:
        with path.open("rb") as content:
            yield content


def _check_size(path: Path, largest: int) -> None:
    """A gzip file is only measured when it could be too large at all."""
    if path.suffix == ".gz" and path.stat().st_size * _MOST_DEFLATE_CAN_DO > largest:
        with suppress(EOFError, zlib.error), gzip.open(path) as content:  # what is torn is for the reader to say
            capped = _capped(content, largest)  # type: ignore[arg-type]
            while capped.read(_CHUNK):
                pass


class _capped:  # noqa: N801 - reads like a function where it is used
    """A stream that refuses to give more than so many bytes."""

    def __init__(self, content: IO[bytes], largest: int) -> None:
        self._content, self._left, self._largest = content, largest, largest

    def read(self, size: int = -1) -> bytes:
        piece = self._content.read(min(size if size >= 0 else self._left + 1, self._left + 1))
        self._left -= len(piece)
        if self._left < 0:
            raise OSError(f"it unpacks to more than {self._largest:,} bytes")
        return piece
