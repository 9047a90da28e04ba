"""Every price model as a clerk would check it, and the laws that hold for any price."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tollbook.rating import BadPrice, QuantityOutOfRange, price_model
from tollbook.rating.prices import PriceModel, difference, parse_quantity, read_price_model
from tollbook.rating.steps import add

TIERS = [{"up_to": 1000, "unit": "0.05"}, {"up_to": 5000, "unit": "0.042", "flat": 10}, {"unit": "0.036"}]
MODELS: list[dict[str, Any]] = [
    {"model": "per_unit", "unit": "0.0079"},
    {"model": "flat", "amount": "12.50"},
    {"model": "package", "package_size": 1000, "package_amount": "18.50"},
    {"model": "graduated", "tiers": TIERS},
    {"model": "volume", "tiers": TIERS},
    {"model": "stairstep", "tiers": [{"up_to": 100, "flat": 5}, {"flat": 20}]},
    {"model": "percentage", "percent": "1.3", "per_event": "0.2"},
    {"model": "graduated_percentage", "tiers": [{"up_to": 10, "unit": 1, "flat": 2}, {"unit": 3}]},
    {"model": "dynamic", "multiplier": "1.15"},
]
QUANTITIES = st.decimals(0, 10**7, places=3)


@pytest.mark.parametrize(
    ("quantity", "model", "amount"),
    [
        # model            units                     by hand
        ("1000", MODELS[0], "7.9"),
        ("0", MODELS[0], "0"),
        ("0", MODELS[1], "12.50"),
        ("0", {**MODELS[1], "at_zero": False}, "0"),
        ("1000", MODELS[2], "18.5"),  # one package, whole
        ("1001", MODELS[2], "37"),  # the second is begun
        ("1001", {**MODELS[2], "rounding": "down"}, "18.5"),  # only full ones
        ("1500", {**MODELS[2], "rounding": "exact"}, "27.75"),  # one and a half
        ("0", {**MODELS[2], "minimum_packages": 1}, "18.5"),
        ("1001", {**MODELS[2], "free_units": 1}, "18.5"),
        ("1000", MODELS[3], "50"),  # 1000 x 0.05
        ("1001", MODELS[3], "60.042"),  # 50 + 10 flat + 1 x 0.042
        ("6000", MODELS[3], "264"),  # 50 + 10 + 4000 x 0.042 + 1000 x 0.036
        ("1001", MODELS[4], "52.042"),  # 1001 x 0.042 + 10
        ("1000", {**MODELS[4], "bounds": "exclusive"}, "52"),  # 1000 already lies in the second tier
        ("100", MODELS[5], "5"),
        ("100.5", MODELS[5], "20"),
        ("100.5", {**MODELS[5], "fractions": "down"}, "5"),
        ("0", MODELS[5], "0"),
        ("0", {**MODELS[5], "flat_at_zero": True}, "5"),
        ("100", MODELS[6], "1.5"),  # 1.3 % + 0.20
        ("11", MODELS[7], "2.13"),  # 2 + 10 x 1 % + 1 x 3 %
        ("10", MODELS[8], "11.5"),
        ("61", {"model": "graduated", "tiers": [{"unit": "0.1", "per": 60, "block": 6}]}, "0.11"),  # 66 seconds
    ],
)
def test_what_a_quantity_costs(quantity: str, model: dict[str, Any], amount: str) -> None:
    assert price_model(model).rate(Decimal(quantity)).amount == Decimal(amount)


def test_the_steps_explain_the_amount() -> None:
    """6,000 units: 1,000 at 0.05, 4,000 at 0.042 and 10 for entering the tier, 1,000 at 0.036."""
    steps = price_model(MODELS[3]).rate(6000).steps
    assert [(one.label, str(one.quantity), str(one.unit_price), str(one.flat)) for one in steps] == [
        ("0 to 1,000", "1000", "0.05", "0"),
        ("1,000 to 5,000", "4000", "0.042", "10"),
        ("over 5,000", "1000", "0.036", "0"),
    ]


@given(model=st.sampled_from(MODELS), quantity=QUANTITIES)
def test_the_steps_add_up_to_the_amount(model: dict[str, Any], quantity: Decimal) -> None:
    rated = price_model(model).rate(quantity)
    assert add(step.amount for step in rated.steps) == rated.amount


@given(low=QUANTITIES, more=QUANTITIES, model=st.sampled_from([one for one in MODELS if one["model"] != "volume"]))
def test_more_never_costs_less_except_by_volume(low: Decimal, more: Decimal, model: dict[str, Any]) -> None:
    price = price_model(model)
    assert price.rate(low + more).amount >= price.rate(low).amount


def test_a_volume_price_may_fall_when_usage_rises() -> None:
    price = price_model({"model": "volume", "tiers": [{"up_to": 5, "unit": 7}, {"unit": 5}]})
    assert [price.rate(units).amount for units in (5, 6)] == [35, 30]


BOUNDS = st.lists(st.integers(1, 10**6), min_size=1, max_size=6, unique=True).map(sorted)
PRICES = st.decimals(0, 10, places=5)


@st.composite
def graduated(draw: st.DrawFn) -> PriceModel:
    bounds = [*draw(BOUNDS), None]
    return price_model({"model": "graduated", "tiers": [{"up_to": one, "unit": draw(PRICES)} for one in bounds]})


@given(price=graduated(), quantity=QUANTITIES)
def test_a_graduated_price_without_flats_has_no_jumps(price: PriceModel, quantity: Decimal) -> None:
    """A thousandth of a unit more costs at most a thousandth of the dearest unit."""
    more = difference(price, quantity, quantity + Decimal("0.001"))
    assert 0 <= more <= Decimal("0.010")


@given(model=st.sampled_from(MODELS), parts=st.lists(QUANTITIES, min_size=2, max_size=5))
def test_usage_in_parts_costs_what_it_costs_whole(model: dict[str, Any], parts: list[Decimal]) -> None:
    """Each part at its difference: packages and tiers are not begun anew."""
    price = price_model(model)
    running = [sum(parts[:n], Decimal(0)) for n in range(len(parts) + 1)]
    differences = [difference(price, low, high) for low, high in zip(running, running[1:], strict=False)]
    assert add(differences) == price.rate(running[-1]).amount - price.rate(0).amount


@pytest.mark.parametrize(
    ("mapping", "fault"),
    [
        ({"model": "per_unit"}, "per_unit.unit: Field required"),
        ({"model": "per_unit", "unit": "x"}, "unit"),
        ({"model": "per_unit", "unit": "NaN"}, "unit"),
        ({"model": "per_unit", "unit": 1, "units": 2}, "units: Extra inputs are not permitted"),
        ({"model": "free"}, "per_unit"),
        ({"model": "graduated", "tiers": []}, "tiers"),
        ({"model": "graduated", "tiers": [{"up_to": 5}, {"up_to": 5}]}, "up_to must rise"),
        ({"model": "graduated", "tiers": [{}, {"up_to": 5}]}, "only the last tier"),
        ({"model": "graduated", "tiers": [{"up_to": 0}]}, "start above 0"),
        ({"model": "package", "package_size": 0, "package_amount": 1}, "package_size"),
        ({"model": "package", "package_size": 1, "package_amount": 1, "rounding": "sideways"}, "rounding"),
    ],
)
def test_what_is_no_price_is_refused_with_its_field(mapping: dict[str, Any], fault: str) -> None:
    with pytest.raises(BadPrice) as caught:
        price_model(mapping)
    assert fault in str(caught.value)


@pytest.mark.parametrize("quantity", ["-1", "NaN", "Infinity", "ten"])
def test_quantities_that_have_no_price(quantity: str) -> None:
    with pytest.raises(QuantityOutOfRange):
        price_model(MODELS[0]).rate(parse_quantity(quantity))


def test_a_quantity_beyond_the_last_tier_has_no_price() -> None:
    with pytest.raises(QuantityOutOfRange, match="the last tier ends at 100"):
        price_model({"model": "stairstep", "tiers": [{"up_to": 100, "flat": 5}]}).rate(101)


def test_a_price_file(tmp_path: Path) -> None:
    path = tmp_path / "price.yaml"
    path.write_text("model: per_unit\nunit: 0.1\n")  # YAML's float is read as its own text
    assert read_price_model(path).rate(3).amount == Decimal("0.3")
    path.write_text("- 1")
    with pytest.raises(BadPrice, match="must hold fields"):
        read_price_model(path)
    with pytest.raises(BadPrice, match="cannot be read"):
        read_price_model(tmp_path / "none.yaml")
