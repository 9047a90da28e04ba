"""One run of a month at a time, and no leftovers of one that was killed."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tollbook.errors import TollbookError
from tollbook.period import Month
from tollbook.settings import Settings


class AlreadyRunning(TollbookError):
    """Another process runs the same month."""

    def __init__(self, month: Month) -> None:
        super().__init__(f"{month} is being run by another process: wait for it, or stop it")


@contextmanager
def month_to_itself(settings: Settings, month: Month) -> Iterator[None]:
    """Hold the month's lock, which the system takes back when this process ends, however it ends.

    Raises:
        AlreadyRunning: another process has it.
    """
    folder = settings.home / "runs"
    (folder / str(month)).mkdir(parents=True, exist_ok=True)
    with (folder / f"{month}.lock").open("w") as file:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunning(month) from error
        for left in (folder / str(month)).glob(".stage-*"):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield
