"""The tables beside the pictures hold the pictures' numbers."""

from decimal import Decimal
from functools import cache

import pandas as pd
import pytest

from tollbook.charts.findings import Tiered
from tollbook.rating.prices import Graduated, Volume, price_model
from tollbook.reports.pictures import PICTURES
from tollbook.reports.sample import KINDS, sample_material
from tollbook.reports.tables import funnel_table, pace_table, tiers_table
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
