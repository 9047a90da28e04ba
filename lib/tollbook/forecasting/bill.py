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

from tollbook.billing.bill import Bill
from tollbook.errors import TollbookError
from tollbook.forecasting.calendar_terms import Floats
from tollbook.forecasting.daily import Forecast, outlook
from tollbook.forecasting.milestones import Milestone, milestones
from tollbook.forecasting.mix import Mix, recent_mix
from tollbook.forecasting.pricing import Price
from tollbook.forecasting.series import daily_series
from tollbook.money import round_money
from tollbook.period import Month
from tollbook.rating.contracts import Client
from tollbook.usage.cube import Cell, cells_of

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
        expected: the mean of what every simulated future costs.
        bills: what every simulated future costs, ascending.
        milestones: the budget, the next tiers and the commitment: how likely each is passed, and when.
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
    expected: Decimal
    messages_so_far: int
    expected_messages: float
    budget: Decimal | None
    over_budget: float | None
    bills: tuple[Decimal, ...] = field(repr=False)
    milestones: tuple[Milestone, ...] = ()


def forecast_bill(  # noqa: PLR0913 - keyword-only, what a bill forecast depends on
    usage: pd.DataFrame,
    month: Month,
    price: Price,
    *,
    client: Client,
    known_to: date,
    coming: Forecast | None = None,
    seed: int = 0,
    index: pd.Series | None = None,
) -> BillForecast:
    """Forecast the bill of `month` from a client's usage up to `known_to`.

    Args:
        usage: the usage frame, as far back as it goes; later days are left out, so that an old day can be tried.
        month: the month to bill; it may lie wholly ahead, or be over (then nothing is uncertain).
        price: the real rater, bound to the client and the month; the bill's total is compared with `client.budget`.
        client: for the country, the budget and the contract's currency.
        known_to: the last local day whose usage is complete.
        coming: a forecast made as of `known_to`, if there is one already; made when it does not reach the month's end.
        seed: of the simulated paths.
        index: what the book's clients have in common, for a forecast made here; see `shared_index`.

    Raises:
        NoContract: no contract in force in `month`.
        BadHorizon: `month` ends more than a year after `known_to`.
    """
    past = usage[pd.to_datetime(usage["day"]) <= pd.Timestamp(known_to)]
    if known_to < month.last and (coming is None or coming.last < month.last):
        history = daily_series(past, known_to)
        coming = outlook(history, (month.last - known_to).days, country=client.country, seed=seed, index=index)
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
    daily, expected = _daily(month, known_to, coming)
    priced = Priced(cells_of(known), recent_mix(usage[days <= pd.Timestamp(known_to)], known_to), month.last, price)
    rests = np.rint(daily.sum(axis=1)).astype(int).tolist()
    bills = sorted(_interpolated(rests, lambda rest: priced(rest).total))
    low, middle, high = (round_money(_at(bills, share), currency) for share in (0.1, 0.5, 0.9))
    sent = int(known["messages"].sum())
    return BillForecast(
        client=client.client,
        month=month,
        currency=currency,
        known_to=known_to,
        method=coming.method if coming else "known",
        so_far=round_money(priced(0).total, currency),
        p10=low,
        p50=middle,
        p90=high,
        expected=round_money(sum(bills, Decimal(0)) / len(bills), currency),
        messages_so_far=sent,
        expected_messages=sent + expected,
        budget=client.budget,
        over_budget=None if client.budget is None else sum(bill > client.budget for bill in bills) / len(bills),
        milestones=milestones(priced, daily, max(month.first, known_to + timedelta(days=1)), client, month),
        bills=tuple(bills),
    )


class Priced:
    """The month's bill by how many messages its rest adds; each is priced once."""

    def __init__(self, known: list[Cell], mix: Mix, day: date, price: Price) -> None:
        self._known, self._mix, self._day, self._price = known, mix, day, price
        self._bills: dict[int, Bill] = {}

    def __call__(self, rest: int) -> Bill:
        """The bill with `rest` messages more, dated on the month's last day."""
        if rest not in self._bills:
            self._bills[rest] = self._price([*self._known, *self._mix.scaled(rest, self._day)])
        return self._bills[rest]


def _daily(month: Month, known_to: date, coming: Forecast | None) -> tuple[Floats, float]:
    """Simulated messages per future and unknown day of the month, and the expected total of those days."""
    if known_to >= month.last:
        return np.zeros((1, 1)), 0.0
    start = max(month.first, known_to + timedelta(days=1))
    if coming is None or coming.first > start or coming.last < month.last:
        raise ForecastTooShort(month, known_to)
    days = coming.mean.index
    inside = (days >= pd.Timestamp(start)) & (days <= pd.Timestamp(month.last))
    return np.asarray(coming.paths[:, inside], dtype=float), float(coming.mean[inside].sum())


def _interpolated(rests: list[int], price: Callable[[int], Decimal]) -> list[Decimal]:
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
