"""A mixture of experts whose weights follow who was right lately: learns at once when people begin to ask otherwise.

Fixed share, as in M. Herbster and M. K. Warmuth, "Tracking the best expert", Machine Learning 32 (1998): after each
event an expert's weight is multiplied by the probability it gave to what came, then a small share of all weight is
spread anew, so that an expert that was wrong for long can come back within a few events.
"""

from dataclasses import dataclass, field

import numpy as np

from tollbook.questions.evidence import NAMES, plain

QUICK = ("now", "fresh", "recent", "near")  # counts that fade fast, and the sessions most alike
FIRST = 0.8  # what the settled expert weighs before anything was seen
SHARE = 0.03  # spread anew at each event
_LEAST = 1e-4


def mixed(ranked: np.ndarray, counted: np.ndarray, trust: float) -> np.ndarray:
    """Two sets of probabilities as one: their geometric mean, the first weighing `trust`, 0 to 1."""
    logs = trust * np.log(np.maximum(ranked, 1e-9)) + (1 - trust) * np.log(np.maximum(counted, 1e-9))
    raised = np.exp(logs - logs.max())
    return np.asarray(raised / raised.sum())


@dataclass(slots=True)
class Experts:
    """The settled expert (what a ranker and all counts say) beside the quick ones.

    Attributes:
        weights: of the settled one and of `QUICK`, adding up to 1.
    """

    weights: np.ndarray = field(default_factory=lambda: np.array([FIRST, *[(1 - FIRST) / len(QUICK)] * len(QUICK)]))

    def opinions(self, settled: np.ndarray, chances: np.ndarray) -> np.ndarray:
        """Probabilities by expert: experts x candidates."""
        quick = np.exp(chances[[NAMES.index(name) for name in QUICK]])
        return np.vstack([settled, quick / quick.sum(axis=1, keepdims=True)])

    def mix(self, opinions: np.ndarray) -> np.ndarray:
        """One probability for each candidate."""
        return np.asarray(self.weights @ opinions)

    def learn(self, opinions: np.ndarray, place: int) -> None:
        """What came was the candidate at `place`; -1, no candidate at all, tells nothing."""
        if place < 0:
            return
        weights = self.weights * np.maximum(opinions[:, place], _LEAST)
        self.weights = (1 - SHARE) * weights / weights.sum() + SHARE / len(weights)


def settled(ranked: np.ndarray | None, chances: np.ndarray, trust: float) -> np.ndarray:
    """What the ranker and the counts say together; the counts alone when there is no ranker."""
    counted = plain(chances)
    return counted if ranked is None else mixed(ranked, counted, trust)
