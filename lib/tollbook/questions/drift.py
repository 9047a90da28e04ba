"""An alarm for when people begin to ask otherwise: the Page-Hinkley test on hits and misses.

Source: E. S. Page, "Continuous inspection schemes", Biometrika 41 (1954).
"""

from dataclasses import dataclass

SLACK = 0.03  # a fall of the hit rate by less than this is none
THRESHOLD = 6.0  # misses beyond the usual before the alarm


@dataclass(slots=True)
class PageHinkley:
    """Counts how far misses run ahead of their own mean.

    Attributes:
        alarms: how often it has gone off.
    """

    count: int = 0
    mean: float = 0.0
    ahead: float = 0.0
    least: float = 0.0
    alarms: int = 0

    def add(self, *, hit: bool) -> bool:
        """One prediction; True when the alarm goes off, after which it starts anew."""
        miss = 0.0 if hit else 1.0
        self.count += 1
        self.mean += (miss - self.mean) / self.count
        self.ahead += miss - self.mean - SLACK
        self.least = min(self.least, self.ahead)
        if self.count < 30 or self.ahead - self.least < THRESHOLD:
            return False
        self.count, self.mean, self.ahead, self.least = 0, 0.0, 0.0, 0.0
        self.alarms += 1
        return True
