"""What several processes ask for and can never change, read once: kept in a folder that is theirs alone."""

import hashlib
import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def kept(folder: Path | None, key: object, make: Callable[[], T]) -> T:
    """What `make` gives, or gave to whoever asked for the same in this folder before: equal, whoever made it.

    Args:
        folder: of one run and this user only, for what lies in it is trusted as this process's own memory; None keeps
            nothing. A disk that is full keeps nothing either.
        key: says all that the answer depends on, by its `repr`.
        make: computes it; it can be pickled.
    """
    if folder is None:
        return make()
    path = folder / hashlib.sha256(repr(key).encode()).hexdigest()
    with suppress(OSError):
        found: T = pickle.loads(path.read_bytes())  # noqa: S301 - written below, by a process of the same run
        return found
    made = make()
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.write_bytes(pickle.dumps(made))
        part.replace(path)
    return made
