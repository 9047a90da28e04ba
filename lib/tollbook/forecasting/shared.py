"""What the clients of a book have in common: one index of their days, and the season and holidays it teaches.

A season seen once in one noisy client is half chance; of many clients it is plain, and a new client has it before it
has lived through it. The index is a mean over at least six clients, each on the scale of its own ordinary day, so that
nobody's counts can be read from it. How this month goes for the others is not carried over: on the months that choices
were made on it told nothing about what came.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tollbook.forecasting.calendar_terms import SEASON_FROM, Floats, Terms, calendar_terms
from tollbook.forecasting.models import LONGEST, ridge, weights_of, with_trend
from tollbook.forecasting.series import zero_share

LEAST_CLIENTS = 6
# Clients without a rhythm are left out; nobody's wild days count for more than so many times an ordinary root.
STEADY, RHYTHM_DAYS, MOST = 0.6, 84, 3.0
# Of many clients' mean the noise is smaller: it takes less evidence to move a term from 0.
EVIDENCE = 0.3


def shared_index(histories: Sequence[pd.Series]) -> pd.Series | None:
    """The mean over clients of the roots of their days, each client's in units of its own median day.

    Args:
        histories: daily counts of clients of one country, NaN = missing.

    Returns:
        float Series by day; NaN on days that fewer than six clients know. None when there is no other day.
    """
    steady = [history for history in histories if zero_share(history, RHYTHM_DAYS) <= STEADY]
    if len(steady) < LEAST_CLIENTS:
        return None
    recent = pd.concat(steady, axis=1, sort=True).iloc[-LONGEST:].astype(float)
    roots = ((recent / recent.where(recent > 0).median()) ** 0.5).clip(upper=MOST)
    index = roots.mean(axis=1).where(roots.count(axis=1) >= LEAST_CLIENTS)
    return index.loc[index.first_valid_index() :].rename("index") if index.notna().any() else None


@dataclass(frozen=True, slots=True)
class Shared:
    """An index beside a client's history.

    Attributes:
        index: on the days of `terms`, up to the client's last one; NaN = unknown.
        terms: the calendar from the first day of either to the last that is forecast.
        lead: days of them before the client's first.
    """

    index: Floats
    terms: Terms
    lead: int

    def curve(self, days: int, horizon: int) -> Floats | None:
        """Season, holidays and place in the month as the index had taught them after the client's first `days` days.

        Returns:
            Roots, of those days and of the `horizon` after them; None when the index had not yet seen a year.
        """
        past = self.index[: self.lead + days]
        known = ~np.isnan(past)
        if known.sum() < SEASON_FROM:
            return None
        columns, penalties = with_trend(self.terms, len(past), horizon)
        penalties[: len(self.terms.penalties)] *= EVIDENCE
        coefficients, _ = ridge(columns[: len(past)][known], past[known], penalties, weights_of(len(past))[known])
        common = np.flatnonzero(self.terms.common)
        return np.asarray(columns[self.lead :, common] @ coefficients[common], dtype=float)


def beside(history: pd.Series, index: pd.Series | None, horizon: int, country: str | None) -> Shared | None:
    """`index` beside a client's `history`; None where there is none, or none of before the client's last day."""
    last = history.index[-1]
    known = index[:last].iloc[-LONGEST:] if index is not None else None
    if known is None or not known.notna().any():
        return None
    days = pd.date_range(min(known.index[0], history.index[0]), last + pd.Timedelta(days=horizon), freq="D")
    lead = (history.index[0] - days[0]).days
    values = known.reindex(days[: len(days) - horizon]).to_numpy(dtype=float)
    return Shared(values, calendar_terms(days, country), lead)
