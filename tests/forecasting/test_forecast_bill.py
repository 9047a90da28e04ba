"""Bills to come, with prices a clerk can check by hand."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from planted_usage import planted, usage_frame

from tollbook.forecasting import BillForecast, forecast, forecast_bill, price_forecast
from tollbook.forecasting.bill import ForecastTooShort, Price
from tollbook.period import Month
from tollbook.rating.contracts import Client
from tollbook.rating.prices import price_model

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
FRAME = usage_frame(planted(200))
PRICE = {"model": "per_unit", "unit": "0.01"}
CENT = price_model(PRICE)
MINIMUM = Decimal(1500)
CLIENT = Client.model_validate(
    {
        "client": "harbour-bank",
        "name": "Harbour Bank",
        "country": "GB",
        "time_zone": "Europe/London",
        "contracts": [
            {
                "valid_from": "2020-01-01",
                "currency": "GBP",
                "taxes": {"standard": {"rate": 20, "label": "VAT"}},
                "charges": [{"kind": "usage", "name": "sms", "label": "SMS", "price": PRICE}],
            }
        ],
    }
)


def cents(usage: pd.DataFrame) -> Decimal:
    return CENT.rate(int(usage["messages"].sum())).amount


def with_minimum(usage: pd.DataFrame) -> Decimal:
    return max(cents(usage), MINIMUM)


def bill(month: Month, known_to: str, price: Price = cents, client: Client = CLIENT) -> BillForecast:
    return forecast_bill(FRAME, month, price, client=client, known_to=date.fromisoformat(known_to))


def test_a_month_that_is_over_is_not_uncertain() -> None:
    over = bill(OCTOBER, "2026-10-31")
    exact = cents(FRAME[FRAME["day"] >= pd.Timestamp("2026-10-01")])
    assert over.p10 == over.p50 == over.p90 == over.so_far == exact
    assert over.method == "known"


def test_a_month_ahead_costs_what_its_expected_messages_cost() -> None:
    ahead = bill(NOVEMBER, "2026-10-31")
    assert ahead.so_far == 0
    assert ahead.messages_so_far == 0
    assert float(ahead.p50) == pytest.approx(ahead.expected_messages / 100, rel=0.02)
    assert ahead.p10 < ahead.p50 < ahead.p90
    assert len(ahead.bills) == 1000


def test_known_days_make_the_bill_surer_and_the_truth_lies_inside() -> None:
    truth = bill(OCTOBER, "2026-10-31").p50
    early, late = bill(OCTOBER, "2026-10-05"), bill(OCTOBER, "2026-10-25")
    assert late.p90 - late.p10 < early.p90 - early.p10
    assert early.p10 * Decimal("0.97") < truth < early.p90 * Decimal("1.03")
    assert late.so_far == cents(FRAME[FRAME["day"].between("2026-10-01", "2026-10-25")])
    assert late.so_far < late.p10


def test_days_after_known_to_are_not_looked_at() -> None:
    wild = FRAME.copy()
    wild.loc[wild["day"] > pd.Timestamp("2026-10-20"), "messages"] = 10**9
    known_to = date(2026, 10, 20)
    assert forecast_bill(wild, OCTOBER, cents, client=CLIENT, known_to=known_to) == bill(OCTOBER, "2026-10-20")


def test_a_minimum_holds_in_every_future() -> None:
    ahead = bill(NOVEMBER, "2026-10-31", with_minimum)
    assert ahead.p10 == ahead.p50 == ahead.p90 == MINIMUM


def test_the_chance_to_pass_a_budget_is_the_share_of_futures_above_it() -> None:
    plain = bill(NOVEMBER, "2026-10-31")
    assert plain.over_budget is None
    for budget, least, most in ((plain.p90, 0.09, 0.11), (plain.p50, 0.49, 0.51), (Decimal(1), 1, 1)):
        client = CLIENT.model_copy(update={"budget": budget})
        chance = bill(NOVEMBER, "2026-10-31", client=client).over_budget
        assert chance is not None
        assert least <= chance <= most


def test_amounts_are_decimals_in_minor_units() -> None:
    ahead = bill(NOVEMBER, "2026-10-31", lambda usage: cents(usage) / 7)
    for amount in (ahead.p10, ahead.p50, ahead.p90, ahead.so_far):
        assert isinstance(amount, Decimal)
        assert -int(amount.as_tuple().exponent) <= 2


def test_between_two_priced_totals_the_bill_follows_a_straight_line() -> None:
    """A linear price has no interpolation error: each simulated bill is the price of its own total."""
    coming = forecast(planted(200), 30, country="GB")
    found = price_forecast(FRAME, NOVEMBER, cents, client=CLIENT, known_to=date(2026, 10, 31), coming=coming)
    totals = sorted(round(total) for total in coming.totals())
    assert [float(amount) for amount in found.bills] == pytest.approx([total / 100 for total in totals])


def test_the_real_price_is_asked_a_few_dozen_times_only() -> None:
    asked: list[int] = []

    def counting(usage: pd.DataFrame) -> Decimal:
        asked.append(len(usage))
        return cents(usage)

    bill(NOVEMBER, "2026-10-31", counting)
    assert len(asked) <= 42


def test_a_forecast_that_ends_before_the_month_is_refused() -> None:
    short = forecast(planted(200), 20)
    with pytest.raises(ForecastTooShort, match="forecast up to 2026-11-30"):
        price_forecast(FRAME, NOVEMBER, cents, client=CLIENT, known_to=date(2026, 10, 31), coming=short)


def test_a_client_without_any_usage_gets_a_bill_of_its_fees() -> None:
    nothing = FRAME.iloc[:0]
    fee = forecast_bill(nothing, NOVEMBER, with_minimum, client=CLIENT, known_to=date(2026, 10, 31))
    assert fee.p50 == MINIMUM
    assert fee.method == "plain rate"
    assert fee.expected_messages == 0
