"""A ranker over candidates: trees and a line, half and half, the same result for the same rows.

The trees (LightGBM) find which features matter together; the line (a conditional logit, McFadden 1974) weighs the
features one by one and is the steadier of the two where few lists are known. Their probabilities' geometric mean was
as good as either on logs that were large, and better on small ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

TREES, LEAVES = 150, 12
PULL = 5.0  # of the line's weights towards 0
LATEST = 400  # lists that the line is fitted to: more change its weights by nothing, and a fit stays short
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
    """A trained ranker.

    Attributes:
        booster: the trees; their scores are probabilities.
        centre, weights: of the line, by feature: what is usual, and what a unit more is worth.
    """

    booster: Any
    centre: np.ndarray
    weights: np.ndarray

    def chances(self, features: np.ndarray) -> np.ndarray:
        """One probability for each candidate of one list, adding up to 1."""
        trees = np.log(np.maximum(self.booster.predict(features, num_threads=1), 1e-9))
        line = (features - self.centre) @ self.weights
        line -= line.max() + np.log(np.exp(line - line.max()).sum())
        joint = (trees - np.log(np.exp(trees).sum()) + np.maximum(line, -20.0)) / 2
        raised = np.exp(joint - joint.max())
        return np.asarray(raised / raised.sum())


def train(rows: Rows, *, seed: int = 0, half_life: float | None = None) -> Ranker:
    """Fit a ranker; two to three seconds for two thousand lists of fifty.

    Args:
        rows: lists, in the order of time where `half_life` is given.
        seed: of the trees.
        half_life: lists after which one counts half for the trees; None where order means nothing.
    """
    import lightgbm

    data = lightgbm.Dataset(rows.features, label=rows.chosen, weight=_weights(rows, half_life), free_raw_data=True)
    settings = {**_SETTINGS, "seed": seed}
    return Ranker(lightgbm.train(settings, data, num_boost_round=TREES), *_line(rows))


def _weights(rows: Rows, half_life: float | None) -> np.ndarray | None:
    if half_life is None:
        return None
    ago = np.arange(len(rows.sizes) - 1, -1, -1)
    return np.repeat(0.5 ** (ago / half_life), rows.sizes)


def _line(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """The most likely weights of a conditional logit, drawn towards 0."""
    from scipy.optimize import minimize

    sizes = rows.sizes[-LATEST:]
    features, chosen = rows.features[-sizes.sum() :], rows.chosen[-sizes.sum() :]
    centre, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    scaled = (features - centre) / spread
    starts = np.cumsum(sizes) - sizes
    lists = np.repeat(np.arange(len(sizes)), sizes)
    taken = chosen == 1

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = scaled @ weights.astype(scaled.dtype)
        scores -= np.maximum.reduceat(scores, starts)[lists]
        raised = np.exp(scores)
        whole = np.add.reduceat(raised, starts)
        miss = raised / whole[lists] - chosen
        value = np.log(whole).sum() - scores[taken].sum() + PULL / 2 * (weights**2).sum()
        return float(value), (miss @ scaled + PULL * weights).astype(float)

    found = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 40})
    return centre, found.x / spread
