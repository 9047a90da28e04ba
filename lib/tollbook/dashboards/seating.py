"""How many pages fit on a machine, and why: the one place where sizes of the dashboards are written down."""

import os

PAGE_MB = 110  # what an open page's kernel holds for itself: `tollbook bench dashboards` measured 105
SERVER_MB = 600  # taken, not measured: the server and the warm process, once
SHARE = 0.6  # of the machine's memory; the rest is for the system's file cache, ingestion and runs
LEAST = 4


def seats(memory_mb: int | None = None) -> int:
    """Pages at once that a machine of so much memory (this one) has room for.

    >>> seats(8_000), seats(16_000)
    (38, 81)
    """
    held = memory_mb if memory_mb is not None else os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(LEAST, int((held * SHARE - SERVER_MB) // PAGE_MB))
