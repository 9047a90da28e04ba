"""The forecast of a client's daily usage: which model applies, what it expects and how sure it is."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.metadata import version

import numpy as np
import pandas as pd

from tollbook.errors import TollbookError
from tollbook.forecasting.calendar_terms import Floats
from tollbook.forecasting.holidays import are_holidays, calendar_version, known_country
from tollbook.forecasting.intervals import PATHS, WEEK, backtest, resample, simulate, sizes
from tollbook.forecasting.models import LONGEST, fit, next_days, terms_of
from tollbook.forecasting.series import checked, set_aside, zero_share
from tollbook.forecasting.shared import beside

METHOD, NAIVE = "calendar and recent weeks", "recent weeks"
LEAST_DAYS = 28
SILENT_DAYS = 28
# A client is sporadic when more than this share of its recent days has no usage.
SPORADIC_SHARE, SPORADIC_DAYS = 0.6, 84
RATE_DAYS = 56
LONGEST_HORIZON = 366
QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)


class BadHorizon(TollbookError):
    """A number of days that cannot be forecast."""

    def __init__(self, horizon: int) -> None:
        super().__init__(f"cannot forecast {horizon} days: choose 1 to {LONGEST_HORIZON}")


class NotEnoughHistory(TollbookError):
    """Fewer than 28 known days. `rate` is the plain mean per known day, for those who need a number."""

    def __init__(self, days: int, rate: float) -> None:
        self.days = days
        self.rate = rate
        super().__init__(
            f"{days} known days of history, a forecast needs {LEAST_DAYS}: wait, or use the plain rate so far, "
            f"{rate:,.1f} a day"
        )


@dataclass(frozen=True, slots=True)
class Forecast:
    """Expected daily usage after the last day of a history.

    Attributes:
        mean: expected count per day, float Series on the coming days.
        quantiles: DataFrame on the same days with the float columns 0.025, 0.1, 0.5, 0.9, 0.975.
        paths: array (paths, days) of simulated futures; add up along a path for totals over days.
        method: "calendar and recent weeks", "recent weeks", "recent rate", "plain rate" or "stopped".
        set_aside: freak days of the history that the models did not see.
        versions: what made it: ("tollbook", "0.1.0"), ("holidays", "0.109").
    """

    mean: pd.Series
    quantiles: pd.DataFrame
    paths: Floats = field(repr=False)
    method: str
    country: str | None = None
    set_aside: tuple[date, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()

    @property
    def first(self) -> date:
        """First day that is forecast."""
        return pd.Timestamp(self.mean.index[0]).date()

    @property
    def last(self) -> date:
        """Last day that is forecast."""
        return pd.Timestamp(self.mean.index[-1]).date()

    def totals(self, first: date | None = None, last: date | None = None) -> Floats:
        """Simulated totals from `first` to `last`, both included (default: all days); one per path."""
        days = self.mean.index
        inside = (days >= pd.Timestamp(first or self.first)) & (days <= pd.Timestamp(last or self.last))
        return np.asarray(self.paths[:, inside].sum(axis=1), dtype=float)

    def by_month(self) -> pd.DataFrame:
        """One row per calendar month: days forecast in it, expected total and the quantiles of the total."""
        months = pd.DatetimeIndex(self.mean.index).to_period("M")
        rows = [
            {"month": str(month), "days": int(inside.sum()), "mean": float(self.mean[inside].sum())}
            | dict(zip(QUANTILES, np.quantile(self.paths[:, inside].sum(axis=1), QUANTILES), strict=True))
            for month in months.unique()
            for inside in [np.asarray(months == month)]
        ]
        return pd.DataFrame(rows).set_index("month")

    def table(self) -> pd.DataFrame:
        """One row per day: the mean and the quantiles, as written to forecast.csv."""
        return (
            self.quantiles.rename(columns=lambda level: f"p{level * 100:g}").assign(mean=self.mean).rename_axis("day")
        )


def forecast(
    history: pd.Series,
    horizon: int,
    *,
    country: str | None = None,
    seed: int = 0,
    index: pd.Series | None = None,
) -> Forecast:
    """Forecast the `horizon` days after the last day of `history`. Equal input gives equal bits.

    A client silent on its last 28 known days has stopped: zero. One with no usage on more than 60 % of its last
    84 known days has no rhythm: the mean of its last 56 known days, with weeks resampled from them. Every other
    gets the model of `tollbook.forecasting.models`, with intervals from backtests.

    Args:
        history: daily counts on a DatetimeIndex of local days; NaN = missing. The last day is the last known one.
        horizon: days, 1 to 366.
        country: ISO 3166 alpha-2, for public holidays; None or an unknown code: no holidays.
        seed: of the simulated paths.
        index: `shared_index` of the book's clients of that country; days after the history's last are not looked at.

    Raises:
        NotEnoughHistory: fewer than 28 known days from the first day with usage on.
        BadHistory: not one count of at least 0 per day.
        BadHorizon: outside 1 to 366.
    """
    _check_horizon(horizon)
    daily = checked(history)
    known = daily.dropna()
    if len(known) < LEAST_DAYS:
        raise NotEnoughHistory(len(known), float(known.mean()) if len(known) else 0.0)
    if not (known.iloc[-SILENT_DAYS:] > 0).any():
        return _flat(daily, horizon, recent=known.iloc[-SILENT_DAYS:], method="stopped", seed=seed)
    if zero_share(daily, SPORADIC_DAYS) > SPORADIC_SHARE:
        return _flat(daily, horizon, recent=known.iloc[-RATE_DAYS:], method="recent rate", seed=seed)
    return _modelled(daily, horizon, known_country(country), seed, index)


def outlook(
    history: pd.Series,
    horizon: int,
    *,
    country: str | None = None,
    seed: int = 0,
    index: pd.Series | None = None,
) -> Forecast:
    """`forecast`, or for a client with too little history the plain rate so far, with method "plain rate".

    For reports that have to say something about every client; what they say must name the method.

    Raises:
        BadHistory, BadHorizon: as `forecast`.
    """
    try:
        return forecast(history, horizon, country=country, seed=seed, index=index)
    except NotEnoughHistory:
        daily = checked(history)
        return _flat(daily, horizon, recent=daily.dropna(), method="plain rate", seed=seed)


def _modelled(
    daily: pd.Series, horizon: int, country: str | None, seed: int, index: pd.Series | None = None
) -> Forecast:
    seen, freaks = set_aside(daily.iloc[-LONGEST:])
    terms = terms_of(seen, horizon, country)
    past = seen.to_numpy(dtype=float)
    shared = beside(seen, index, horizon, country)
    curve = shared.curve(len(past), horizon) if shared else None
    expected = fit(past, terms, horizon, curve=curve).expected
    days = next_days(daily, horizon).rename("day")
    holiday = are_holidays(pd.DatetimeIndex([*seen.index, *days]), country)
    errors = backtest(seen, terms, holiday, shared)
    paths = simulate(expected, sizes(expected, past), errors, holiday[len(past) :], seed)
    return Forecast(
        mean=pd.Series(expected, index=days, name="mean"),
        quantiles=quantiles_of(paths, days),
        paths=paths,
        method=METHOD,
        country=country,
        set_aside=freaks,
        versions=_versions(),
    )


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    return (("tollbook", version("tollbook")), ("holidays", calendar_version()))


def _flat(daily: pd.Series, horizon: int, *, recent: pd.Series, method: str, seed: int) -> Forecast:
    """Every coming day like any of the `recent` ones."""
    pool = recent.to_numpy() if len(recent) else np.zeros(1)
    days = next_days(daily, horizon).rename("day")
    return Forecast(
        mean=pd.Series(float(pool.mean()), index=days, name="mean"),
        quantiles=quantiles_of(np.tile(pool[:, None], horizon), days),
        paths=resample(pool, horizon, seed),
        method=method,
    )


def weekly(history: pd.Series, horizon: int, *, seed: int = 0) -> Forecast:
    """The naive forecast: each weekday's mean over the last four known weeks, futures strung from the last eight.

    What a model has to beat, and what is issued for a client whose model did not (`issued.standing`).

    Raises:
        BadHistory, BadHorizon: as `forecast`.
    """
    _check_horizon(horizon)
    daily = checked(history)
    recent = daily.iloc[-RATE_DAYS:].to_numpy(dtype=float)
    place = (np.arange(len(recent)) - len(recent)) % WEEK
    otherwise = float(np.nanmean(recent)) if (~np.isnan(recent)).any() else 0.0
    lately = [recent[(place == day) & ~np.isnan(recent)][-4:] for day in range(WEEK)]
    means = np.array([found.mean() if len(found) else otherwise for found in lately])
    whole = recent[len(recent) % WEEK :].reshape(-1, WEEK) if len(recent) >= WEEK else means[None, :]
    weeks = np.where(np.isnan(whole), means, whole)
    drawn = np.random.default_rng(seed).integers(0, len(weeks), (PATHS, -(-horizon // WEEK)))
    paths = np.asarray(weeks[drawn].reshape(PATHS, -1)[:, :horizon], dtype=float)
    days = next_days(daily, horizon).rename("day")
    return Forecast(
        mean=pd.Series(np.resize(means, horizon), index=days, name="mean"),
        quantiles=quantiles_of(paths, days),
        paths=paths,
        method=NAIVE,
    )


def quantiles_of(paths: Floats, days: pd.Index) -> pd.DataFrame:
    """`QUANTILES` of each day over simulated futures (paths, days)."""
    ordered = np.sort(paths, axis=0)  # NumPy takes them from sorted numbers in a third of the time
    return pd.DataFrame(np.quantile(ordered, QUANTILES, axis=0).T, index=days, columns=list(QUANTILES))


def _check_horizon(horizon: int) -> None:
    if not 1 <= horizon <= LONGEST_HORIZON:
        raise BadHorizon(horizon)
