"""Moving one price or tier: what twelve months would have been."""

from decimal import Decimal
from pathlib import Path

import ipywidgets as widgets
import pytest
import yaml
from matplotlib.figure import Figure

from tollbook.billing.simulating import Simulated
from tollbook.billing.what_if import CannotMove, Move, movable
from tollbook.book import Book
from tollbook.charts.what_if import change_by_month
from tollbook.dashboards.what_if import what_if_panel
from tollbook.period import Month
from tollbook.rating.charges import UsageCharge
from tollbook.rating.tiers import Tiered

TIERED, CARD, PER_UNIT = "marigold-retail", "harbour-bank", "monsoon-air"


def tiered_charge(book: Book) -> UsageCharge:
    return next(one for one in movable(book.client(TIERED).contracts[-1]) if isinstance(one.price, Tiered))


def test_a_card_made_a_tenth_cheaper_costs_a_tenth_less(demo_book: Book) -> None:
    (charge,) = [one.name for one in movable(demo_book.client(CARD).contracts[-1]) if one.price.model == "rate_card"]
    found = demo_book.what_if(CARD, Move(charge, percent=Decimal(-10)), "2026-10")
    assert len(found) == 12
    for one in found:
        before = next(line for line in one.now.lines if line.charge == charge)
        assert abs(one.change + before.amount / 10) <= Decimal("0.01")
        assert [name for name, _ in one.lines] == [charge]


def test_a_tier_that_ends_later_moves_its_own_line_only(demo_book: Book) -> None:
    charge = tiered_charge(demo_book)
    assert isinstance(charge.price, Tiered)
    first = charge.price.tiers[0]
    assert first.up_to is not None
    same = demo_book.what_if(TIERED, Move(charge.name), "2026-10", months=3)
    assert [one.lines for one in same] == [(), (), ()]
    later = demo_book.what_if(TIERED, Move(charge.name, up_to=first.up_to / 2), "2026-10", months=3)
    assert {name for one in later for name, _ in one.lines} <= {charge.name}


def test_what_cannot_be_moved_is_said(demo_book: Book) -> None:
    charge = tiered_charge(demo_book)
    for move, why in (
        (Move("platform"), "charges that can be"),
        (Move(charge.name, tier=99), "tiers"),
        (Move(charge.name, up_to=Decimal(10**9)), "up_to must rise"),
    ):
        with pytest.raises(CannotMove, match=why):
            demo_book.what_if(TIERED, move, "2026-10")


def test_the_sliders_figures_are_those_of_the_contract_written_anew(
    demo_book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slider's price, typed into a contract file and given to `simulate`, comes to the same change each month."""
    drawn: list[list[Simulated]] = []

    def draw(months: list[Simulated], *, locale: str) -> Figure:
        drawn.append(months)
        return change_by_month(months, locale=locale)

    monkeypatch.setattr("tollbook.dashboards.what_if.change_by_month", draw)
    panel = what_if_panel(demo_book, PER_UNIT, "2026-10", months=3)
    (charge, _), (percent, _) = (row.children for row in panel.children[:2])
    charge.value = "Inbound SMS"
    (moved,) = [one for one in movable(demo_book.client(PER_UNIT).contracts[-1]) if one.label == charge.value]
    percent.value = 50.0
    fields = demo_book.client(PER_UNIT).contracts[-1].model_dump(mode="json", exclude_none=True)
    (price,) = [one["price"] for one in fields["charges"] if one["name"] == moved.name]
    price["unit"] = str(Decimal(price["unit"]) * Decimal("1.5"))
    (tmp_path / "contract.yaml").write_text(yaml.safe_dump(fields), "utf-8")
    tried = demo_book.simulate(PER_UNIT, tmp_path / "contract.yaml", months=3, last=Month(2026, 10))
    assert [one.then.total for one in drawn[-1]] == [one.then.total for one in tried]
    assert all(one.change > 0 for one in drawn[-1])
    assert [one.change for one in drawn[-1]] == [one.change for one in tried]


def test_the_panel_follows_its_controls(demo_book: Book) -> None:
    panel = what_if_panel(demo_book, TIERED, "2026-10", months=3)
    (charge, tier), (percent, up_to) = (row.children for row in panel.children[:2])
    says, image = panel.children[2:]
    assert isinstance(image, widgets.Image)
    assert not image.value
    assert "Move a price" in says.value
    percent.value = -5.0
    first, words = image.value, image.alt
    assert first[:4] == b"\x89PNG"
    assert not says.value
    percent.value = 25.0
    assert image.value != first
    assert " more over 3 months" in image.alt != words
    charge.value = tiered_charge(demo_book).label
    assert len(tier.options) > 1
    assert not up_to.disabled
    up_to.value = 10**9
    assert "up_to must rise" in says.value
