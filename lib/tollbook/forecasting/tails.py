"""How far off a day may be before it is a surprise, read from how wild the client's earlier days were.

Errors of some clients are normal, of others a day far out belongs to every month. Student's t covers both by its
degrees of freedom. Which freedom made the errors, a year or less cannot say for sure: the tail is the mean over all of
them, each weighed by how well it explains the errors. That reaches further out than the few hundred errors themselves
do, and further where there are few. An outage or three campaigns a year must not hide the next: the limit stays within
four times what nineteen days of twenty kept to, nearly as far as a tail of four degrees reaches.
"""

import numpy as np
from scipy.special import betaln, stdtr

from tollbook.forecasting.calendar_terms import Floats

_FREEDOMS = np.array([3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 30.0, 100.0])
_ROUNDS = 30
_LEAST = 1e-12  # of a square: a client that was never off
_NINETEEN_OF_TWENTY, _FURTHEST = 0.95, 4.0
# Where the limit is looked for, in standard deviations of ordinary days.
_LIMITS = np.linspace(3.0, 60.0, 571)


def tail_limit(errors: Floats, *, days: int, chance: float, seen: int | None = None) -> float:
    """What the largest of `days` errors exceeds, to either side, with no more than `chance`.

    Args:
        errors: of earlier days, NaN = unknown; at least one is known.
        days: that will be looked at.
        chance: that one of them or more is beyond the limit, if nothing has changed; 0 to 1.
        seen: of how many days the errors are, where some were foretold more than once.

    Returns:
        3 to 60, in the unit of the errors.
    """
    known = np.abs(errors[~np.isnan(errors)])
    scales = np.array([_scale(known, freedom) for freedom in _FREEDOMS])
    spread = np.log1p((known[:, None] / scales) ** 2 / _FREEDOMS).mean(axis=0)
    fits = -(_FREEDOMS + 1) / 2 * spread - betaln(0.5, _FREEDOMS / 2) - np.log(_FREEDOMS) / 2 - np.log(scales)
    weights = np.exp((fits - fits.max()) * (len(known) if seen is None else seen))
    beyond = 2 * stdtr(_FREEDOMS, -_LIMITS[:, None] / scales) @ (weights / weights.sum())
    limit = float(np.interp(chance / days, beyond[::-1], _LIMITS[::-1]))
    return max(min(limit, _FURTHEST * float(np.quantile(known, _NINETEEN_OF_TWENTY))), float(_LIMITS[0]))


def _scale(errors: Floats, freedom: float) -> float:
    """Of Student's t, by maximum likelihood (Dempster, Laird and Rubin 1977: a mean that is weighed anew)."""
    square = max(float(np.mean(errors**2)), _LEAST)
    for _ in range(_ROUNDS):
        square = max(float(np.mean((freedom + 1) * errors**2 / (freedom + errors**2 / square))), _LEAST)
    return float(np.sqrt(square))
