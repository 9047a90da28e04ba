"""How much memory there is, and how much a kernel and the programs it started hold. Linux tells; elsewhere 0."""

import os
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_CGROUP = Path("/sys/fs/cgroup")
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_FIELD_GROUP = 2  # of /proc/<pid>/stat, counted after the bracketed name: state, parent, process group


def group_memory_mb(group: int) -> int:
    """Memory of all processes of a process group, in MB.

    Pages shared with others, such as the warm process a kernel was forked from, count by share (PSS).
    """
    return sum(memory_mb(pid) for pid in _members(group))


def memory_mb(pid: int) -> int:
    """Memory of one process, its shared pages by share (PSS), in MB."""
    with suppress(OSError, ValueError):
        for line in (_PROC / str(pid) / "smaps_rollup").read_text("utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) // 1024
    return 0


def resident_mb(pid: int) -> int:
    """Memory of one process, shared pages in full, in MB: quick to read, for a first look."""
    with suppress(OSError, ValueError, IndexError):
        return int((_PROC / str(pid) / "statm").read_text("utf-8").split()[1]) * _PAGE >> 20
    return 0


def available_mb() -> int:
    """Memory that may still be taken, in MB: of the machine, or of the container where that is less."""
    found = [number for number in (_machine_mb(), _container_mb()) if number is not None]
    return min(found, default=0)


def _machine_mb() -> int | None:
    with suppress(OSError, ValueError):
        for line in (_PROC / "meminfo").read_text("utf-8").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return None


def _container_mb() -> int | None:
    with suppress(OSError, ValueError):  # ValueError: "max", no limit
        limit = int((_CGROUP / "memory.max").read_text("utf-8"))
        used = int((_CGROUP / "memory.current").read_text("utf-8"))
        return max(0, limit - used) // (1 << 20)
    return None


def _members(group: int) -> list[int]:
    members = []
    for folder in _PROC.glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            told = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()
            if int(told[_FIELD_GROUP]) == group:
                members.append(int(folder.name))
    return members
