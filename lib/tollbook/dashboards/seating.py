"""How many pages fit on a machine, and why: the one place where sizes of the dashboards are written down."""

import os

# As `tollbook bench dashboards` measures them. A page's kernel holds 85 MB for itself when it shows usage, 149 MB when
# it shows an account, whose forecast and questions bring their models: half of each, with room.
PAGE_MB = 130
SERVER_MB = 500  # the server and the warm process, once: 493 measured
SHARE = 0.6  # of the machine's memory; the rest is for the system's file cache, ingestion and runs, or accounts alone
LEAST = 4


def seats(memory_mb: int | None = None) -> int:
    """Pages at once that a machine of so much memory (this one) has room for.

    >>> seats(8_000), seats(16_000)
    (33, 70)
    """
    held = memory_mb if memory_mb is not None else os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(LEAST, int((held * SHARE - SERVER_MB) // PAGE_MB))
