"""The forecast of a month's bill: what is known so far, every simulated rest of the month, and the contract.

Tiers, minimum fees and packages make a bill bend, so the price of the expected usage is not the expected price.
Each simulated total is priced, through a thin grid: 41 totals from the lowest to the highest are priced exactly,
those between by a straight line, which is exact wherever the contract is straight from one to the next. Usage
still to come is given the mix (channels, destinations, statuses, segments per message) of the last 28 known days
and is dated on the last day of the month.

Usage is in floats until it is whole messages; money is Decimal throughout.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd

from tollbook.errors import TollbookError
from tollbook.forecasting.daily import Forecast, outlook
from tollbook.forecasting.mix import by_day, recent_mix, scaled
from tollbook.forecasting.series import daily_series
from tollbook.money import round_money
from tollbook.period import Month
from tollbook.rating.contracts import Client

Price = Callable[[pd.DataFrame], Decimal]
"""A month's usage frame in, what it costs out: the real rater, bound to the client and the month."""

GRID = np.linspace(0, 1, 41)


class ForecastTooShort(TollbookError):
    """A forecast that does not cover the unknown rest of the month."""

    def __init__(self, month: Month, known_to: date) -> None:
        super().__init__(f"no forecast of all days of {month} after {known_to}: forecast up to {month.last}")


@dataclass(frozen=True, slots=True)
class BillForecast:
    """What a month may cost.

    Attributes:
        known_to: last day whose usage is counted as it was; later days are simulated.
        so_far: what the known usage of the month would cost alone, with the month's fees.
        p10, p50, p90: one future in ten costs at most p10, half at most p50, nine in ten at most p90.
        expected_messages: known messages of the month plus the expected rest.
        over_budget: share of futures that cost more than `budget`; None without a budget.
        bills: what every simulated future costs, ascending.
    """

    client: str
    month: Month
    currency: str
    known_to: date
    method: str
    so_far: Decimal
    p10: Decimal
    p50: Decimal
    p90: Decimal
    messages_so_far: int
    expected_messages: float
    budget: Decimal | None
    over_budget: float | None
    bills: tuple[Decimal, ...] = field(repr=False)


def forecast_bill(
    usage: pd.DataFrame, month: Month, price: Price, *, client: Client, known_to: date, seed: int = 0
) -> BillForecast:
    """Forecast the bill of `month` from a client's usage up to `known_to`.

    Args:
        usage: the usage frame, as far back as it goes; later days are left out, so that an old day can be tried.
        month: the month to bill; it may lie wholly ahead, or be over (then nothing is uncertain).
        price: prices one month's usage frame; what it returns is what `client.budget` is compared with.
        client: for the country, the budget and the contract's currency.
        known_to: the last local day whose usage is complete.
        seed: of the simulated paths.

    Raises:
        NoContract: no contract in force in `month`.
        BadHorizon: `month` ends more than a year after `known_to`.
    """
    past = usage[pd.to_datetime(usage["day"]) <= pd.Timestamp(known_to)]
    coming = None
    if known_to < month.last:
        history = daily_series(past, known_to)
        coming = outlook(history, (month.last - known_to).days, country=client.country, seed=seed)
    return price_forecast(past, month, price, client=client, known_to=known_to, coming=coming)


def price_forecast(
    usage: pd.DataFrame, month: Month, price: Price, *, client: Client, known_to: date, coming: Forecast | None
) -> BillForecast:
    """The bill of `month` from its usage up to `known_to` and a forecast of the rest (None when it is over).

    Raises:
        ForecastTooShort: a day of the month after `known_to` is not in `coming`.
        NoContract: no contract in force in `month`.
    """
    currency = client.contract(month).currency
    days = pd.to_datetime(usage["day"])
    known = usage[(days >= pd.Timestamp(month.first)) & (days <= pd.Timestamp(min(known_to, month.last)))]
    rests, expected = _rests(month, known_to, coming)
    mix = recent_mix(usage[days <= pd.Timestamp(known_to)], known_to)
    daily = by_day(known)
    bills = sorted(_priced(rests, lambda rest: price(_completed(daily, mix, rest, month.last))))
    low, middle, high = (round_money(_at(bills, share), currency) for share in (0.1, 0.5, 0.9))
    sent = int(known["messages"].sum())
    return BillForecast(
        client=client.client,
        month=month,
        currency=currency,
        known_to=known_to,
        method=coming.method if coming else "known",
        so_far=round_money(price(known), currency),
        p10=low,
        p50=middle,
        p90=high,
        messages_so_far=sent,
        expected_messages=sent + expected,
        budget=client.budget,
        over_budget=None if client.budget is None else sum(bill > client.budget for bill in bills) / len(bills),
        bills=tuple(bills),
    )


def _rests(month: Month, known_to: date, coming: Forecast | None) -> tuple[list[int], float]:
    """Whole messages that each simulated future still adds to the month, and the expected number."""
    if known_to >= month.last:
        return [0], 0.0
    start = max(month.first, known_to + timedelta(days=1))
    if coming is None or coming.first > start or coming.last < month.last:
        raise ForecastTooShort(month, known_to)
    totals = np.rint(coming.totals(start, month.last)).astype(int)
    return totals.tolist(), float(coming.mean[pd.Timestamp(start) : pd.Timestamp(month.last)].sum())


def _completed(known: pd.DataFrame, mix: pd.DataFrame, rest: int, day: date) -> pd.DataFrame:
    """The month's usage with `rest` messages more."""
    added = scaled(mix, rest, day, list(known.columns))
    return pd.concat([known, added], ignore_index=True) if len(added) else known


def _priced(rests: list[int], price: Callable[[int], Decimal]) -> list[Decimal]:
    """The price of every rest: exact on a grid of their quantiles, by straight line between."""
    knots = sorted({int(knot) for knot in np.quantile(rests, GRID, method="nearest")})
    amounts = [price(knot) for knot in knots]
    return [_between(rest, knots, amounts) for rest in rests]


def _between(rest: int, knots: list[int], amounts: list[Decimal]) -> Decimal:
    right = bisect_left(knots, rest)
    if knots[right] == rest:
        return amounts[right]
    low, high = knots[right - 1], knots[right]
    share = Decimal(rest - low) / Decimal(high - low)
    return amounts[right - 1] + (amounts[right] - amounts[right - 1]) * share


def _at(ascending: list[Decimal], share: float) -> Decimal:
    """The least value that at least `share` of all do not exceed."""
    return ascending[max(int(np.ceil(share * len(ascending))) - 1, 0)]
