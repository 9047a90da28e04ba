"""A LightGBM ranker over candidates: small, on the processor, the same result for the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

TREES, LEAVES = 150, 12
_SETTINGS = {
    "objective": "binary",  # scores are probabilities: those of a kind or a column can be added up
    "learning_rate": 0.06,
    "num_leaves": LEAVES,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Lists of candidates with the one that was chosen.

    Attributes:
        features: rows x features.
        chosen: 1 for the candidate that was taken, else 0.
        sizes: candidates in each list, in order.
    """

    features: np.ndarray
    chosen: np.ndarray
    sizes: np.ndarray


def stack(lists: Sequence[tuple[np.ndarray, int]]) -> Rows:
    """Lists as (features, index of the chosen one) put together; those without a chosen one (-1) are left out."""
    used = [(features, place) for features, place in lists if place >= 0 and len(features) > 1]
    sizes = np.array([len(features) for features, _ in used], dtype=np.int64)
    chosen = np.zeros(int(sizes.sum()), dtype=np.int8)
    if used:
        starts = np.cumsum(sizes) - sizes
        chosen[starts + np.array([place for _, place in used])] = 1
    features = np.concatenate([one for one, _ in used]) if used else np.zeros((0, 0), dtype=np.float32)
    return Rows(features, chosen, sizes)


@dataclass(frozen=True, slots=True)
class Ranker:
    """A trained ranker."""

    booster: Any

    def chances(self, features: np.ndarray) -> np.ndarray:
        """One probability for each candidate of one list, adding up to 1."""
        scores = np.asarray(self.booster.predict(features, num_threads=1))
        return np.asarray(scores / scores.sum())


def train(rows: Rows, *, seed: int = 0) -> Ranker:
    """Fit a ranker; about a second for two thousand lists of fifty."""
    import lightgbm

    data = lightgbm.Dataset(rows.features, label=rows.chosen, free_raw_data=True)
    settings = {**_SETTINGS, "seed": seed}
    return Ranker(lightgbm.train(settings, data, num_boost_round=TREES))
