"""Changes that are true: each part of the usage against its own history, with a floor in money and few false alarms.

A part (a country, a channel, ...) is tested on days: its days of the period against what its weekdays had before,
with as many independent days as the correlation of neighbouring days leaves.
Over everything tested in one run the false-discovery rate is held by Benjamini and Hochberg (1995); a change below
the floor, in share or in money, is never told, however certain it is. Pure: frames in, values out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, log1p, sqrt

import numpy as np
import pandas as pd

HISTORY = 182  # days before the period: half a year, as far as it is known
LEAST_HISTORY = 28
LEAST_DAYS = 5
LEAST_MESSAGES = 50  # of a part before the period
MOST_ALIKE = 0.97
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
    parts = _parts(usage, first, last, dimensions)
    common = sum(one.alike for one in parts) / len(parts) if parts else 0.0
    tested = sorted((_change(one, max(common, 0.0), len(parts), price) for one in parts), key=lambda one: one.p)
    last_true = max((n for n, one in enumerate(tested, start=1) if one.p <= Q * n / len(parts)), default=0)
    whole = float(usage.loc[usage["day"].between(first, last), "messages"].sum()) * price
    told = [
        one for one in tested[:last_true]
        if abs(one.effect) >= LEAST_SHARE and abs(one.money) >= LEAST_MONEY_SHARE * whole
    ]  # fmt: skip
    return sorted(told, key=lambda one: (-abs(one.now - one.expected), one.dimension, one.value))


@dataclass(frozen=True, slots=True)
class _Part:
    """Days of one part, each as a fraction of what its weekday usually has, less one.

    Attributes:
        off: mean of the period's days.
        spread: variance of the days before it; `counting` is what chance in counting alone gives.
        alike: correlation of neighbouring days, without what counting adds.
        days: before the period, and of it.
    """

    dimension: str
    value: str
    now: float
    expected: float
    off: float
    spread: float
    counting: float
    alike: float
    days: tuple[int, int]


def _parts(usage: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, dimensions: Sequence[str]) -> list[_Part]:
    start = max(first - pd.Timedelta(days=HISTORY), usage["day"].min() if len(usage) else first)
    days = pd.date_range(start, last, freq="D")
    period = np.asarray(days >= first)
    if (~period).sum() < LEAST_HISTORY or period.sum() < LEAST_DAYS:
        return []
    known = usage[usage["day"].between(start, last)]
    series = [("", "", _daily(known, days))]
    for dimension in dimensions:
        sizes = known.groupby(dimension, observed=True)["messages"].sum().nlargest(MOST_VALUES)
        if len(sizes) > 1:  # the only value is all usage, tested already
            series += [(dimension, str(value), _daily(known[known[dimension] == value], days)) for value in sizes.index]
    weekday = np.asarray(days.day_of_week)
    return [_part(*one, weekday, period) for one in series if one[2][~period].sum() >= LEAST_MESSAGES]


def _daily(usage: pd.DataFrame, days: pd.DatetimeIndex) -> np.ndarray:
    return np.asarray(usage.groupby("day")["messages"].sum().reindex(days).fillna(0.0), dtype=float)


def _part(dimension: str, value: str, daily: np.ndarray, weekday: np.ndarray, period: np.ndarray) -> _Part:
    """Fractions, so that a quiet weekend tells as much of a level that wanders as a busy Monday."""
    usual = np.array([_mean(daily[~period & (weekday == n)]) for n in range(7)])
    base = np.maximum(usual, usual.mean() / 20)[weekday]  # a weekday that hardly ever has any stays finite
    off = (daily - usual[weekday]) / base
    history = off[~period]
    count, free = len(history), len(history) - 7  # seven means were taken off
    spread = max(float((history**2).sum()) / free, 1e-12)
    counting = float((1 / base).mean())
    # What counting adds is new every day and hides how alike the days under it are: it is taken off first.
    wandering = max(spread - counting, spread / 4)
    alike = float((history[:-1] * history[1:]).sum()) / (count - 1) * count / free / wandering
    return _Part(dimension, value, float(daily[period].sum()), float(usual[weekday[period]].sum()),
                 float(off[period].mean()), spread, counting, min(alike, 0.99), (count, int(period.sum())))  # fmt: skip


def _change(part: _Part, common: float, tests: int, price: float) -> Change:
    """Student's test of the period's mean, with as many independent days as days that resemble their neighbours make.

    One part's correlation is known too badly from a few months of days, and where it comes out low by chance there
    would be false alarms: no part is taken to wander less than all parts do on average.
    """
    count, asked = part.days
    alike = min(max(_cautious(part.alike, count), _cautious(common, count)), MOST_ALIKE)
    fewer = (1 - alike) / (1 + alike)
    independent = max(fewer * count, 2.5)
    counting = min(part.counting, part.spread)
    wandering = (part.spread - counting) / (1 - 1 / independent) / fewer
    whole = max(counting + wandering, part.counting)
    share = wandering / whole
    freedom = max(1 / (share / independent + (1 - share) / count) - 1, 2.0)
    chance = _two_sided(part.off / sqrt(whole * (1 / asked + 1 / count)), freedom)
    money = (part.now - part.expected) * price
    return Change(part.dimension, part.value, part.now, part.expected, chance, tests, money)


def _cautious(alike: float, count: int) -> float:
    """The estimate is low by about (1 + 4r) / n where a mean was taken off (Kendall 1954); its error on top."""
    return alike + (1 + 4 * alike) / count + sqrt(max(1 - alike**2, 0.0) / count)


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
