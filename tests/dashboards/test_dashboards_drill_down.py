from io import BytesIO
from zipfile import ZipFile

import pandas as pd
import pytest
from planted_book import NOW, PlantedBook

from tollbook.dashboards.drill_down import narrowed, values_on_offer
from tollbook.dashboards.link import Choice
from tollbook.dashboards.readings import Readings
from tollbook.dashboards.usage import UsageDashboard
from tollbook.dashboards.usage_table import destinations_xlsx


def test_the_page_narrows_to_one_value_and_comes_back(book: PlantedBook) -> None:
    page = UsageDashboard(book, client="acorn", period="7d", clock=lambda: NOW.replace(hour=20))
    assert ["Destination", "country:DE", "Germany"] in page.controls.values  # noqa: PD011 - no frame
    page.controls.choice = {"client": "acorn", "period": "7d", "only": "country:DE"}
    assert page.reading is not None
    assert set(page.reading.now["country"]) == {"DE"}
    assert page.controls.choice["only"] == "country:DE"
    page.controls.choice = {"client": "acorn", "period": "7d", "only": ""}
    assert set(page.reading.now["country"]) == {"GB", "DE"}


@pytest.mark.parametrize(
    "only", ["country:US", "network:1", "country", "day:2026-11-01", "country:DE' or 1=1", "cost:0"]
)
def test_what_is_not_on_offer_narrows_nothing(book: PlantedBook, only: str) -> None:
    page = UsageDashboard(book, client="acorn", period="7d", only=only, clock=lambda: NOW)
    assert page.reading is not None
    assert set(page.reading.now["country"]) == {"GB", "DE"}
    assert "only" not in page.controls.choice


@pytest.mark.parametrize(
    ("by", "said"),
    [("country", "Messages by destination"), ("status", "Messages by status"), ("channel", "Messages by channel")],
)
def test_usage_is_split_by_what_is_chosen(book: PlantedBook, by: str, said: str) -> None:
    page = UsageDashboard(book, client="acorn", period="7d", clock=lambda: NOW)
    assert page.parts.split.options == [["channel", "Channel"], ["country", "Destination"], ["status", "Status"]]
    page.controls.choice = {**page.controls.choice, page.parts.split.name: by}
    assert page.parts.split.chosen == by
    assert page.controls.choice.get("by", "channel") == by
    assert said in page.parts.panels["usage"].head.value
    page.controls.choice = {**page.controls.choice, "only": "country:DE"}
    assert page.parts.split.chosen == by


def test_a_split_that_is_not_on_offer_is_by_channel(book: PlantedBook) -> None:
    for by in ("campaign", "cost", "<script>"):
        page = UsageDashboard(book, client="acorn", period="7d", by=by, clock=lambda: NOW)
        assert page.parts.split.chosen == "channel"
        assert "by" not in page.controls.choice


def test_receipts_narrow_with_the_page_where_they_can(book: PlantedBook) -> None:
    page = UsageDashboard(book, client="acorn", period="7d", clock=lambda: NOW)
    assert page.reading is not None
    assert page.reading.receipts is not None
    assert page.reading.receipts["messages"].sum() == 7 * (90 + 20)
    for only, left in (("country:DE", 7 * 20), ("channel:sms", 7 * 90)):
        page.controls.choice = {"client": "acorn", "period": "7d", "only": only}
        assert page.reading.receipts["messages"].sum() == left
    page.controls.choice = {"client": "acorn", "period": "7d", "only": "status:failed"}
    assert page.reading.receipts is None
    assert "kept by channel and destination" in page.parts.panels["receipts"].head.value
    assert "of receipts" not in page.parts.cards.value


def test_offers_stand_by_messages_in_their_group(book: PlantedBook) -> None:
    whole = Readings(book, lambda: NOW).read(Choice("acorn", "7d"))
    offers = values_on_offer(whole.now)
    assert [name for group, _, name in offers if group == "Destination"] == ["United Kingdom", "Germany"]
    assert narrowed(whole, "channel:sms").now["messages"].sum() == 100 * 7
    assert narrowed(whole, "") is whole


def test_the_workbook_holds_numbers_and_no_formula(book: PlantedBook) -> None:
    whole = Readings(book, lambda: NOW).read(Choice("acorn", "7d"))
    risky = whole.now.assign(country="=1+1")
    with ZipFile(BytesIO(destinations_xlsx(risky, whole.before))) as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    read = pd.DataFrame({"v": [int(whole.now["messages"].sum())]})
    assert f"<v>{read['v'][0]}</v>" in sheet
