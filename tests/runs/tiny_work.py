"""Work for a crew: importable, because workers are spawned."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def shouting() -> Iterator[Callable[[str], str]]:
    yield shout


@contextmanager
def counting() -> Iterator[Callable[[str], int]]:
    """Answers how many words this worker has had."""
    had: list[str] = []

    def count(word: str) -> int:
        had.append(word)
        return len(had)

    yield count


def shout(word: str) -> str:
    if word == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "hang":
        time.sleep(60)
    return word.upper()
