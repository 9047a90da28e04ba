"""Arriving: landing files of a home on Blob, brought to this machine while they are taken in.

A file is fetched when its content is not known or not posted yet, several at a time; what was fetched before a crash is
not fetched again. Processes of one machine share the copies, and so take turns: whoever is done removes them. Where the
home is a folder there is nothing to do.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tollbook.storage.documents import Documents
from tollbook.storage.files import Files
from tollbook.usage.landing import Mark, is_whole


@contextmanager
def turn(files: Files, landing: Path) -> Iterator[None]:
    """Have the copies of landing files to oneself; waits while another process of this machine has them."""
    if not files.remote or sys.platform == "win32":
        yield
        return
    import fcntl

    landing.parent.mkdir(parents=True, exist_ok=True)
    with (landing.parent / ".landing.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the system lets it go however this process ends
        yield


def arrive(files: Files, landing: Path, documents: Documents, *, again: bool = False) -> dict[Path, Mark]:
    """Fetch the landing files that are kept elsewhere and not taken in yet.

    Args:
        files: the home.
        landing: the landing folder.
        documents: where hashes and control totals are remembered.
        again: also those with rows in quarantine.

    Returns:
        Every kept landing file by its path on this machine, fetched or not.
    """
    if not files.remote:
        return {}
    kept = {landing.parent / one.name: one for one in files.find(landing)}
    marks = {path: Mark(one.name, one.size, one.mark) for path, one in kept.items() if is_whole(path)}
    hashes = {one["_id"]: one for one in documents.find("landing")}
    done = {one["_id"] for one in documents.find("intake", {"state": "posted"}) if not (again and one["quarantined"])}
    files.update([kept[path] for path, mark in marks.items() if mark.sha_in(hashes) not in done])
    return marks


def leave(files: Files, arrived: Iterable[Path]) -> None:
    """Remove this machine's copies of landing files that are kept elsewhere."""
    if files.remote:
        for path in arrived:
            path.unlink(missing_ok=True)
