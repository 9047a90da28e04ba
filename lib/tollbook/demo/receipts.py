"""What became of a message and how long that took to be known.

Latency, our proposal from several vendors' published figures: most receipts within seconds (lognormal, median 5 s),
6 % within minutes or hours, 1.5 % within a day, 1 % after more than 24 h, none after 72 h.
"""

import numpy as np
from numpy.typing import NDArray

OUTCOMES = ("delivered", "undelivered", "expired", "rejected", "failed", "unknown", "received")
"""Names of the outcome codes; `unknown` never gets a receipt, `received` is a message from a phone."""

DELIVERED, UNDELIVERED, EXPIRED, REJECTED, FAILED, UNKNOWN, RECEIVED = range(len(OUTCOMES))
DAY_MS = 86_400_000
_LOSSES = np.array([0.0, 0.38, 0.10, 0.10, 0.12, 0.30])  # of the messages that are not delivered
_AWAITED = (DELIVERED, UNDELIVERED, EXPIRED)
_KINDS = (0.915, 0.06, 0.015, 0.010)


def draw_outcomes(rng: np.random.Generator, count: int, *, delivered: float, direction: str) -> NDArray[np.int8]:
    """`count` outcome codes of a stream with that share of delivered messages."""
    if direction == "mo":
        return np.full(count, RECEIVED, dtype=np.int8)
    shares = _LOSSES * (1 - delivered)
    shares[DELIVERED] = delivered
    return rng.choice(len(shares), count, p=shares).astype(np.int8)


def draw_latencies(rng: np.random.Generator, outcomes: NDArray[np.int8]) -> NDArray[np.int64]:
    """Milliseconds until the final status; 1 s where none is awaited."""
    count = len(outcomes)
    kind = rng.choice(len(_KINDS), count, p=_KINDS)
    seconds = np.select(
        [kind == 0, kind == 1, kind == 2],
        [
            rng.lognormal(np.log(5), 1.0, count),
            np.exp(rng.uniform(np.log(60), np.log(6 * 3600), count)),
            rng.uniform(6 * 3600, 24 * 3600 - 5, count),
        ],
        default=rng.uniform(24 * 3600 + 5, 72 * 3600, count),
    )
    return np.where(np.isin(outcomes, _AWAITED), (seconds * 1000).astype(np.int64), 1000)


def is_late(outcomes: NDArray[np.int8], latencies: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which final statuses are known only more than 24 h after submission."""
    return np.asarray(np.isin(outcomes, _AWAITED) & (latencies > DAY_MS))
