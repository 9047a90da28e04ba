"""Failures of a page: the reader gets a number, the log gets the rest."""

import json
import secrets
import traceback
from datetime import UTC, datetime
from pathlib import Path

# Beyond this the file is set aside once, so that a page that fails in a loop does not fill the disk.
MAX_BYTES = 5_000_000


def record(error: Exception, log: Path, **about: str) -> str:
    """Append `error` with its traceback to `log` (JSON, one line) and return the number that finds it.

    Inside a kernel both output streams belong to the page, so a file is the only quiet place. When even that
    cannot be written, the number is returned all the same: the page must not fail while apologising.
    """
    number = secrets.token_hex(4)
    line = {
        "incident": number,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        **about,
        "error": "".join(traceback.format_exception(error)),
    }
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > MAX_BYTES:
            log.replace(log.with_suffix(".old.log"))
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError:
        pass
    return number
