"""What a benchmark gives: figures as ratios, and the yardsticks of the same run that they are ratios to."""

import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def machine() -> str:
    """The machine's size: cores, memory and Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def peak_memory_gb() -> float:
    """The most memory this process held at once, GB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e9
    return float("nan")


def forget_peak_memory() -> None:
    """Begin to count the most memory anew (Linux: proc_pid_clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that was asked for: at least `least`, at most `most`.

    Attributes:
        what: the figure's name.
        value: what was measured; NaN reaches no goal.
        least, most: the bounds; None: none.
    """

    what: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def reached(self) -> bool:
        """Whether the value lies within the bounds."""
        low, high = (-math.inf if self.least is None else self.least), (math.inf if self.most is None else self.most)
        return bool(low <= self.value <= high)

    @property
    def asked(self) -> str:
        """The bounds in words: `at most 5`, `0.75 to 0.85`."""
        if self.least is None:
            return f"at most {self.most:g}"
        return f"at least {self.least:g}" if self.most is None else f"{self.least:g} to {self.most:g}"


@dataclass(frozen=True, slots=True)
class Result:
    """One benchmark.

    Attributes:
        figures: what is promised, mostly ratios; the keys are part of the interface.
        yardsticks: what was measured to compare with, in seconds, rows or GB as the key says.
        goals: what was asked for, where something was.
    """

    name: str
    figures: Mapping[str, float]
    yardsticks: Mapping[str, float] = field(default_factory=dict)
    goals: Sequence[Goal] = ()
    machine: str = field(default_factory=machine)
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def as_document(self) -> dict[str, Any]:
        """As printed by `tollbook bench --json`."""
        return {
            "name": self.name,
            "figures": dict(self.figures),
            "yardsticks": dict(self.yardsticks),
            "goals": [asdict(one) | {"reached": one.reached} for one in self.goals],
            "machine": self.machine,
            "at": self.at,
        }
