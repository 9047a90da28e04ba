"""Changes that are true: each part of the usage against its own history, with a floor in money and few false alarms.

A part (a country, a channel, ...) is tested on days: its days of the period against what its weekdays had before.
Over everything tested in one run the false-discovery rate is held by Benjamini and Hochberg (1995); a change below
the floor, in share or in money, is never told, however certain it is. Pure: frames in, values out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, log1p, sqrt

import numpy as np
import pandas as pd

HISTORY = 84  # days before the period: twelve weeks
LEAST_HISTORY = 28
LEAST_DAYS = 5
Q = 0.05  # false-discovery rate
LEAST_SHARE = 0.05  # a change below 5 % is not worth a sentence
LEAST_MONEY_SHARE = 0.002  # of what the usage of the period costs
MOST_VALUES = 12  # of a dimension; the rest have too few messages to say anything


@dataclass(frozen=True, slots=True)
class Change:
    """A part of the usage that differs from its history.

    Attributes:
        dimension, value: which part; "" for all usage.
        now: messages in the period.
        expected: messages its history would have given.
        p: of the test, two-sided.
        tests: how many parts were tested beside it.
        money: what the difference costs, by the average price; of the bill's currency.
    """

    dimension: str
    value: str
    now: float
    expected: float
    p: float
    tests: int
    money: float

    @property
    def effect(self) -> float:
        """The difference as a fraction of what was expected."""
        return self.now / self.expected - 1 if self.expected else 0.0


def find_changes(
    usage: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, *, dimensions: Sequence[str], price: float = 0.0
) -> list[Change]:
    """True changes of a period, the costliest first.

    Args:
        usage: `day`, the dimensions and `messages`; the period and the days before it.
        first: first day of the period.
        last: its last day; only whole, known days.
        dimensions: columns to look at.
        price: average price of a message; 0 when unknown, then only the floor in share holds.
    """
    tested = [one for one in _tested(usage, first, last, dimensions, price) if one is not None]
    count = len(tested)
    passed = sorted(tested, key=lambda one: one.p)
    last_true = max((n for n, one in enumerate(passed, start=1) if one.p <= Q * n / count), default=0)
    whole = float(usage.loc[usage["day"].between(first, last), "messages"].sum()) * price
    told = [
        Change(one.dimension, one.value, one.now, one.expected, one.p, count, one.money)
        for one in passed[:last_true]
        if abs(one.effect) >= LEAST_SHARE and abs(one.money) >= LEAST_MONEY_SHARE * whole
    ]
    return sorted(told, key=lambda one: (-abs(one.now - one.expected), one.dimension, one.value))


def _tested(
    usage: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, dimensions: Sequence[str], price: float
) -> list[Change | None]:
    start = max(first - pd.Timedelta(days=HISTORY), usage["day"].min() if len(usage) else first)
    days = pd.date_range(start, last, freq="D")
    period = np.asarray(days >= first)
    if (~period).sum() < LEAST_HISTORY or period.sum() < LEAST_DAYS:
        return []
    known = usage[usage["day"].between(start, last)]
    found = [_test("", "", _daily(known, days), days, period, price)]
    for dimension in dimensions:
        sizes = known.groupby(dimension, observed=True)["messages"].sum().nlargest(MOST_VALUES)
        if len(sizes) < 2:
            continue  # the only value is all usage, tested already
        for value in sizes.index:
            part = known[known[dimension] == value]
            found.append(_test(dimension, str(value), _daily(part, days), days, period, price))
    return found


def _daily(usage: pd.DataFrame, days: pd.DatetimeIndex) -> np.ndarray:
    return np.asarray(usage.groupby("day")["messages"].sum().reindex(days).fillna(0.0), dtype=float)


def _test(
    dimension: str, value: str, daily: np.ndarray, days: pd.DatetimeIndex, period: np.ndarray, price: float
) -> Change | None:
    """Mean of the period's days against their weekdays' history; neighbouring days count for less than themselves."""
    history, now = daily[~period], daily[period]
    if history.sum() < 50:
        return None
    weekday = np.asarray(days.dayofweek)
    usual = np.array([_mean(history[weekday[~period] == n]) for n in range(7)])
    level = max(float(usual.mean()), 1e-9)
    off = history - usual[weekday[~period]]
    spread = float(np.std(off, ddof=7)) if len(off) > 7 else float(np.std(off))
    alike = float(np.corrcoef(off[:-1], off[1:])[0, 1]) if off.std() else 0.0
    # The estimate is low by about (1 + 4r) / n where a mean was taken off first (Kendall 1954); days that follow one
    # another count as fewer independent ones.
    # A standard error on top keeps false alarms rare where levels wander.
    alike += (1 + 4 * alike) / len(off) + sqrt(max(1 - alike**2, 0) / len(off))
    alike = float(np.clip(alike, 0, 0.93))
    fewer = (1 - alike) / (1 + alike)
    spread = max(spread, sqrt(level)) / sqrt(fewer)
    expected = float(usual[weekday[period]].sum())
    difference = (float(now.sum()) - expected) / len(now)
    score = difference / (spread * sqrt(1 / len(now) + 1 / len(history)))
    chance = _two_sided(score, max(fewer * len(history) - 1, 2.0))
    return Change(dimension, value, float(now.sum()), expected, chance, 0, (float(now.sum()) - expected) * price)


def _two_sided(score: float, freedom: float) -> float:
    """P of a Student t at least so far from 0, by Wallace's normal approximation (1959)."""
    normal = (8 * freedom + 1) / (8 * freedom + 3) * sqrt(freedom * log1p(score**2 / freedom))
    return erfc(normal / sqrt(2))


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else 0.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """What changed between two periods and why, by the dimension that tells most.

    Attributes:
        parts: (value, difference); they add up to `difference` exactly. None stands for all other values.
    """

    dimension: str
    now: int
    before: int
    parts: tuple[tuple[str | None, int], ...]

    @property
    def difference(self) -> int:
        """Messages now minus before."""
        return self.now - self.before


def explain(now: pd.DataFrame, before: pd.DataFrame, *, dimensions: Sequence[str], most: int = 3) -> Explanation | None:
    """What changed and why: the dimension whose few largest parts account best for the difference.

    Args:
        now: usage of the period; `messages` and the dimensions.
        before: usage of its like.
        dimensions: columns to explain by.
        most: parts to name; all others stand together.

    Returns:
        None when nothing changed or no dimension has two values.
    """
    whole_now, whole_before = int(now["messages"].sum()), int(before["messages"].sum())
    if whole_now == whole_before:
        return None
    best: tuple[float, Explanation] | None = None
    for dimension in dimensions:
        parts = _differences(now, before, dimension)
        if len(parts) < 2:
            continue
        named = parts.reindex(parts.abs().sort_values(ascending=False, kind="stable").index)[:most]
        rest = whole_now - whole_before - int(named.sum())
        # Adtributor's thought: a good explanation covers the change with parts that moved more than their size.
        surprise = _surprise(now, before, dimension)
        told: list[tuple[str | None, int]] = [(str(value), int(change)) for value, change in named.items()]
        told += [(None, rest)] if rest else []
        made = Explanation(dimension, whole_now, whole_before, tuple(told))
        if best is None or surprise > best[0]:
            best = (surprise, made)
    return best[1] if best else None


def _differences(now: pd.DataFrame, before: pd.DataFrame, dimension: str) -> pd.Series:
    left = now.groupby(dimension, observed=True)["messages"].sum()
    right = before.groupby(dimension, observed=True)["messages"].sum()
    return left.sub(right, fill_value=0).astype("int64").sort_index()


def _surprise(now: pd.DataFrame, before: pd.DataFrame, dimension: str) -> float:
    """Jensen-Shannon divergence of the shares: how unlike the two periods are along a dimension."""
    left = now.groupby(dimension, observed=True)["messages"].sum()
    right = before.groupby(dimension, observed=True)["messages"].sum()
    table = pd.DataFrame({"p": left / max(left.sum(), 1), "q": right / max(right.sum(), 1)}).fillna(0.0)
    p, q = table["p"].to_numpy(), table["q"].to_numpy()
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(p > 0, p * np.log(p / middle), 0) + np.where(q > 0, q * np.log(q / middle), 0)
    return float(parts.sum() / 2)
