"""`tollbook bench surprises`: how often nothing is called something, and how often something is found.

Invented clients of 500 days with a weekly shape and noise of 5, 10 or 30 % a day, normal or with heavy tails
(Student's t of four degrees of freedom), each day alone or like the one before (correlation .5). `announced`: looks at
pure noise that name anything. `shift`: a level a fifth higher or lower for 10 to 24 days, found as such. `day`: one day
doubled or halved, found. `possible`: of such shifts, what a test finds that knows the old level, the noise and the day
of the change, and is wrong on one of twenty looks at noise: where noise is normal nothing can do better.

TOLLBOOK_BENCH_RUNS (200) looks of each kind; TOLLBOOK_BENCH_DAYS (500) of history.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context

import numpy as np
import pandas as pd
from scipy.special import ndtr

from tollbook.bench.result import Goal, Result
from tollbook.forecasting import watch

RUNS, DAYS, WORKERS = 200, 500, 2
WEEK = np.array([1.0, 1.05, 1.1, 1.05, 1.0, 0.5, 0.4])
ORDINARY = 2000
SHIFT, LEAST, MOST = 0.2, 10, 24  # a fifth, for so many days
WILD_DAY = 9  # days before the end
ANNOUNCED, FOUND = 0.05, 0.9
TWO_SIDED = 1.96


@dataclass(frozen=True, slots=True)
class Client:
    """An invented client.

    Attributes:
        noise: standard deviation of a day's logarithm.
        alike: correlation of neighbouring days.
        freedom: degrees of freedom of Student's t; 0: normal noise.
        days: of history.
    """

    noise: float = 0.1
    alike: float = 0.0
    freedom: int = 0
    days: int = DAYS

    def __str__(self) -> str:
        tail = f"t{self.freedom}" if self.freedom else "normal"
        return f"{tail}.noise_{self.noise * 100:02.0f}.alike_{self.alike * 10:.0f}"

    def counts(self, seed: int, *, shift: float = 0.0) -> pd.Series:
        """Daily counts; for `shift` the level is so much higher in the last 10 to 24 days."""
        draw = np.random.default_rng(seed)
        index = pd.date_range(end="2026-10-31", periods=self.days)
        heavy = np.sqrt((self.freedom - 2) / self.freedom) if self.freedom else 1.0
        error = heavy * (draw.standard_t(self.freedom, self.days) if self.freedom else draw.normal(0, 1, self.days))
        for day in range(1, self.days):
            error[day] = self.alike * error[day - 1] + np.sqrt(1 - self.alike**2) * error[day]
        counts = ORDINARY * WEEK[index.day_of_week] * np.exp(self.noise * error)
        if shift:
            counts[-int(draw.integers(LEAST, MOST + 1)) :] *= 1 + shift
        return pd.Series(np.round(counts), index)

    def possible(self, shift: float) -> float:
        """The share of such shifts that is found by who knows everything but whether there was one."""
        found = []
        for days in range(LEAST, MOST + 1):
            apart = np.abs(np.subtract.outer(np.arange(days), np.arange(days)))
            information = float(np.linalg.inv(self.noise**2 * self.alike**apart).sum())
            plain = abs(np.log1p(shift)) * np.sqrt(information)
            found.append(float(ndtr(plain - TWO_SIDED) + ndtr(-plain - TWO_SIDED)))
        return float(np.mean(found))


CLIENTS = [Client(noise, alike, freedom) for freedom, noise, alike in product((0, 4), (0.05, 0.1, 0.3), (0.0, 0.5))]


def measure() -> Result:
    """The worst client's share of false announcements, the shares found of each, and whether goals are reached."""
    runs = int(os.environ.get("TOLLBOOK_BENCH_RUNS", RUNS))
    days = int(os.environ.get("TOLLBOOK_BENCH_DAYS", DAYS))
    clients = [Client(one.noise, one.alike, one.freedom, days) for one in CLIENTS]
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with ProcessPoolExecutor(min(WORKERS, os.cpu_count() or 1), mp_context=get_context("spawn")) as pool:
        looked = list(pool.map(look, clients, [runs] * len(clients)))
    yardsticks = {f"{client}.{key}": value for client, each in zip(clients, looked, strict=True)
                  for key, value in each.items()}  # fmt: skip
    figures = {
        "announced_most": max(each["announced"] for each in looked),
        **{f"{key}_least": min(each[key] for each in looked) for key in ("shift", "day")},
    }
    goals = [Goal(f"{client}.announced", each["announced"], most=ANNOUNCED)
             for client, each in zip(clients, looked, strict=True)]  # fmt: skip
    goals += [Goal(f"{client}.shift", each["shift"], least=FOUND) for client, each in zip(clients, looked, strict=True)]
    return Result("surprises", figures, {"runs": runs, "days": days, **yardsticks}, goals)


def look(client: Client, runs: int) -> dict[str, float]:
    """Shares of `runs` looks: false announcements, shifts and single days found, and the most that is possible."""
    shares = {
        "announced": [bool(watch(client.counts(seed)).surprises) for seed in range(runs)],
        "shift": [_shift_found(client, seed) for seed in range(runs, 2 * runs)],
        "day": [_day_found(client, seed) for seed in range(2 * runs, 3 * runs)],
    }
    found = {key: float(np.mean(seen)) for key, seen in shares.items()}
    if not client.freedom:
        found["possible"] = float(np.mean([client.possible(shift) for shift in (SHIFT, -SHIFT)]))
    return found


def _shift_found(client: Client, seed: int) -> bool:
    shift = SHIFT if seed % 2 else -SHIFT
    found = watch(client.counts(seed, shift=shift)).surprises
    return any(one.kind == "level" and one.share * shift > 0 for one in found)


def _day_found(client: Client, seed: int) -> bool:
    counts = client.counts(seed)
    counts.iloc[-WILD_DAY] = round(counts.iloc[-WILD_DAY] * (2 if seed % 2 else 0.5))
    wild = counts.index[-WILD_DAY].date()
    return any(one.kind == "day" and one.first == wild for one in watch(counts).surprises)
