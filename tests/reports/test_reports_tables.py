"""The tables beside the pictures hold the pictures' numbers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import pandas as pd
import pytest

from tollbook.charts.commitment import spent_by_day
from tollbook.charts.findings import Tiered
from tollbook.charts.findings_month import commitment
from tollbook.rating.prices import Graduated, Volume, price_model
from tollbook.reports.pictures import PICTURES, committed
from tollbook.reports.sample import KINDS, sample_material
from tollbook.reports.tables import commitment_table, funnel_table, pace_table, tiers_table
from tollbook.usage import summary

material = cache(sample_material)


def tiered(model: str) -> Tiered:
    tiers = [{"up_to": 1000, "unit": "0.04"}, {"up_to": 5000, "unit": "0.03"}, {"unit": "0.02"}]
    made = price_model({"model": model, "tiers": tiers})
    assert isinstance(made, Graduated | Volume)
    return made


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_that_has_something_has_a_table(name: str, kind: str) -> None:
    of = material(kind)
    if PICTURES[name].has(of):
        table = PICTURES[name].table(of)
        assert len(table) or name == "unusual"  # no day stood out
        assert all(isinstance(cell, str) for cell in table.to_numpy().ravel())


def test_pace_has_a_row_a_week_and_the_last_day_known() -> None:
    days = pd.date_range("2026-10-01", periods=16)
    table = pace_table(pd.Series(range(10, 170, 10), index=days), pd.Series([5] * 8, index=days[:8]))
    assert table.index.tolist() == ["Day of the month 7", "Day of the month 14", "Day of the month 16"]
    assert table["this period"].tolist() == ["70", "140", "160"]
    assert table["period before"].tolist() == ["5", "5", "5"]


def test_funnel_has_the_steps_of_the_picture() -> None:
    delivery = sample_material("usual").delivery
    table = funnel_table(delivery)
    assert table.loc["Sent", "messages"] == f"{int(delivery.to_numpy().sum()):,}"
    assert table.loc["Sent", "share"] == "100%"


@pytest.mark.parametrize(
    ("model", "quantity", "used"),
    [
        ("graduated", "6200", ["1,000", "4,000", "1,200"]),
        ("graduated", "800", ["800", "0", "0"]),
        ("volume", "6200", ["0", "0", "6,200"]),
        ("volume", "1000", ["1,000", "0", "0"]),
    ],
)
def test_tiers_say_what_each_band_prices(model: str, quantity: str, used: list[str]) -> None:
    table = tiers_table(Decimal(quantity), tiered(model), "EUR")
    assert table["quantity"].tolist() == used
    assert table.index.tolist() == ["0\N{EN DASH}1,000", "1,000\N{EN DASH}5,000", "5,000\N{EN DASH}"]


def test_the_pace_of_a_month_ends_with_all_its_messages() -> None:
    of = sample_material("usual")
    assert PICTURES["pace"].table(of)["this period"].iloc[-1] == f"{summary.total(of.usage):,}"


OCTOBER = {date(2026, 10, day): Decimal(100) for day in range(1, 11)}


@pytest.mark.parametrize(
    ("committed", "said", "left"),
    [
        ("4000", "£1,000.00 of the £4,000.00 committed is used, 25%; £3,000.00 to go", "£3,000.00"),
        ("1000", "The commitment of £1,000.00 was reached on 10 October; £0.00 beyond it", "£0.00"),
        ("250", "The commitment of £250.00 was reached on 3 October; £750.00 beyond it", "£0.00"),
    ],
)
def test_a_commitment_is_open_or_met_on_a_day(committed: str, said: str, left: str) -> None:
    found = commitment(OCTOBER, Decimal(committed), "GBP")
    assert found.replace("\u2068", "").replace("\u2069", "") == said
    table = commitment_table(OCTOBER, Decimal(committed), "GBP", "en")
    assert str(table.loc["left", "amount"]).strip("\u2068\u2069") == left


def test_what_counts_towards_a_commitment_is_what_the_bill_charges_for_usage() -> None:
    of = material("usual")
    daily = spent_by_day(of.bill, of.contract, of.days.last)
    assert list(daily) == of.month.days
    usage = [line for line in of.bill.lines if line.kind == "usage"]
    assert sum(daily.values()) == pytest.approx(sum(line.amount for line in usage), abs=Decimal("0.01"))
    assert committed(of) == 5000


def test_a_fee_that_a_commitment_names_counts_on_the_first_day() -> None:
    of = material("usual")
    promise = of.contract.commitment
    assert promise is not None
    named = of.contract.model_copy(update={"commitment": promise.model_copy(update={"charges": ("platform",)})})
    daily = spent_by_day(of.bill, named, of.days.last)
    assert {day: amount for day, amount in daily.items() if amount} == {of.month.first: Decimal("350.00")}


def test_a_longer_term_is_not_drawn_as_a_months() -> None:
    of = material("usual")
    promise = of.contract.commitment
    assert promise is not None
    yearly = promise.model_copy(update={"every": "year"})
    contracts = (of.contract.model_copy(update={"commitment": yearly}),)
    assert committed(replace(of, client=of.client.model_copy(update={"contracts": contracts}))) is None
