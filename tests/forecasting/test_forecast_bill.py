"""Bills to come, with prices a clerk can check by hand."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from planted_usage import planted, usage_frame

from tollbook.billing.bill import Bill
from tollbook.forecasting import BillForecast, forecast, forecast_bill, price_forecast, pricer
from tollbook.forecasting.bill import ForecastTooShort
from tollbook.period import Month
from tollbook.rating.contracts import Client
from tollbook.rating.prices import price_model
from tollbook.usage.cube import Cell

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
FRAME = usage_frame(planted(200))
PRICE = {"model": "per_unit", "unit": "0.01"}
MINIMUM = Decimal(1500)
KNOWN_TO = date(2026, 10, 31)


def agreed(budget: Decimal | None = None, commitment: str = "", **charge: object) -> Client:
    """A client with one charge for all messages, no tax."""
    sms = {"kind": "usage", "name": "sms", "label": "SMS", "meter": {"counts": "messages"}, "price": PRICE}
    terms = {
        "valid_from": "2020-01-01",
        "currency": "GBP",
        "taxes": {"standard": {"rate": 0, "label": "VAT"}},
        "charges": [{**sms, **charge}],
        "commitment": {"amount": commitment} if commitment else None,
    }
    whole = {"client": "harbour-bank", "name": "Harbour Bank", "country": "GB", "time_zone": "Europe/London"}
    return Client.model_validate({**whole, "budget": budget, "contracts": [terms]})


CLIENT = agreed()


def bill(month: Month, known_to: str, client: Client = CLIENT, usage: pd.DataFrame = FRAME) -> BillForecast:
    until = date.fromisoformat(known_to)
    price = pricer(client, month, usage, {}, known_to=until)
    return forecast_bill(usage, month, price, client=client, known_to=until)


def cents(usage: pd.DataFrame) -> Decimal:
    return Decimal(int(usage["messages"].sum())) / 100


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
    assert bill(OCTOBER, str(known_to), usage=wild) == bill(OCTOBER, "2026-10-20")


def test_a_minimum_holds_in_every_future() -> None:
    ahead = bill(NOVEMBER, "2026-10-31", agreed(minimum=MINIMUM))
    assert ahead.p10 == ahead.p50 == ahead.p90 == MINIMUM


def test_the_chance_to_pass_a_budget_is_the_share_of_futures_above_it() -> None:
    plain = bill(NOVEMBER, "2026-10-31")
    assert plain.over_budget is None
    for budget, least, most in ((plain.p90, 0.09, 0.11), (plain.p50, 0.49, 0.51), (Decimal(1), 1, 1)):
        chance = bill(NOVEMBER, "2026-10-31", agreed(budget=budget)).over_budget
        assert chance is not None
        assert least <= chance <= most


def test_amounts_are_decimals_in_minor_units() -> None:
    ahead = bill(NOVEMBER, "2026-10-31", agreed(price={"model": "per_unit", "unit": "0.0014285714"}))
    for amount in (ahead.p10, ahead.p50, ahead.p90, ahead.so_far):
        assert isinstance(amount, Decimal)
        assert -int(amount.as_tuple().exponent) <= 2


def test_between_two_priced_totals_the_bill_follows_a_straight_line() -> None:
    """A linear price has no interpolation error: each simulated bill is the price of its own total."""
    coming = forecast(planted(200), 30, country="GB")
    price = pricer(CLIENT, NOVEMBER, FRAME, {}, known_to=KNOWN_TO)
    found = price_forecast(FRAME, NOVEMBER, price, client=CLIENT, known_to=KNOWN_TO, coming=coming)
    totals = sorted(round(total) for total in coming.totals())
    assert [float(amount) for amount in found.bills] == pytest.approx([total / 100 for total in totals], abs=0.02)


def test_the_real_price_is_asked_a_few_dozen_times_only() -> None:
    asked: list[int] = []
    price = pricer(CLIENT, NOVEMBER, FRAME, {}, known_to=KNOWN_TO)

    def counting(cells: Sequence[Cell]) -> Bill:
        asked.append(len(cells))
        return price(cells)

    forecast_bill(FRAME, NOVEMBER, counting, client=CLIENT, known_to=KNOWN_TO)
    assert len(asked) <= 42


def test_a_forecast_that_ends_before_the_month_is_refused() -> None:
    short = forecast(planted(200), 20)
    price = pricer(CLIENT, NOVEMBER, FRAME, {}, known_to=KNOWN_TO)
    with pytest.raises(ForecastTooShort, match="forecast up to 2026-11-30"):
        price_forecast(FRAME, NOVEMBER, price, client=CLIENT, known_to=KNOWN_TO, coming=short)


def test_a_client_without_any_usage_gets_a_bill_of_its_fees() -> None:
    fee = bill(NOVEMBER, "2026-10-31", agreed(minimum=MINIMUM), FRAME.iloc[:0])
    assert fee.p50 == MINIMUM
    assert fee.method == "plain rate"
    assert fee.expected_messages == 0


def graduated(bound: int) -> dict[str, object]:
    return {"model": "graduated", "tiers": [{"up_to": bound, "unit": "0.01"}, {"unit": "0.05"}]}


def test_when_a_tier_is_straddled_the_expected_bill_is_not_the_bill_of_the_expected_usage() -> None:
    """Five times the price beyond a tier that half of the futures pass: the mean bill lies above the mean's bill."""
    plain = bill(NOVEMBER, "2026-10-31")
    middle = round(plain.expected_messages)
    found = bill(NOVEMBER, "2026-10-31", agreed(price=graduated(middle)))
    of_the_mean = price_model(graduated(middle)).rate(middle).amount
    assert found.expected > of_the_mean * Decimal("1.005")
    assert plain.expected == pytest.approx(Decimal(middle) / 100, rel=Decimal("0.003"))


def test_the_next_tier_is_passed_by_half_of_the_futures_at_the_end_of_the_month() -> None:
    middle = round(bill(NOVEMBER, "2026-10-31").expected_messages)
    (tier,) = bill(NOVEMBER, "2026-10-31", agreed(price=graduated(middle))).milestones
    assert (tier.kind, tier.name, tier.messages) == ("tier", "sms", middle + 1)
    assert 0.4 < tier.chance < 0.6
    assert tier.day is not None
    assert date(2026, 11, 27) <= tier.day <= date(2026, 11, 30)


def test_a_tier_that_is_sure_is_passed_on_the_day_its_messages_are_reached() -> None:
    """A third of the month's messages are there after about ten days."""
    total = bill(NOVEMBER, "2026-10-31").expected_messages
    (tier,) = bill(NOVEMBER, "2026-10-31", agreed(price=graduated(round(total / 3)))).milestones
    assert tier.chance == 1
    assert tier.day is not None
    assert abs(tier.day - date(2026, 11, 10)).days <= 2


def test_a_tier_out_of_reach_is_never_passed() -> None:
    (tier,) = bill(NOVEMBER, "2026-10-31", agreed(price=graduated(10**9))).milestones
    assert (tier.chance, tier.day, tier.messages) == (0, None, None)


def test_budget_and_commitment_have_their_chance_and_day() -> None:
    plain = bill(NOVEMBER, "2026-10-31")
    found = {one.kind: one for one in bill(NOVEMBER, "2026-10-31", agreed(plain.p90, str(plain.p50))).milestones}
    assert found["budget"].chance == pytest.approx(0.1, abs=0.02)
    assert found["commitment"].chance == pytest.approx(0.5, abs=0.02)
    assert found["commitment"].day is not None


def test_what_earlier_months_left_counts() -> None:
    """A year's promise, spent for the most part by October, is kept in November if the rest of it comes."""
    terms = CLIENT.contracts[0].model_dump(mode="json")
    terms |= {"valid_from": "2025-12-01", "commitment": {"amount": "7590", "every": "year"}}
    whole = CLIENT.model_dump(mode="json") | {"contracts": [terms]}
    client = Client.model_validate(whole)
    spent = cents(FRAME[FRAME["day"] < pd.Timestamp("2026-11-01")])
    (promise,) = bill(NOVEMBER, "2026-10-31", client).milestones
    assert promise.kind == "commitment"
    assert promise.messages == pytest.approx(100 * (7590 - spent), abs=1)
