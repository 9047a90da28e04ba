from io import BytesIO
from zipfile import ZipFile

import pandas as pd
import pytest
from planted_book import NOW, PlantedBook

from tollbook.dashboards.drill_down import narrowed, values_on_offer
from tollbook.dashboards.link import Choice
from tollbook.dashboards.readings import Readings
from tollbook.dashboards.table import destinations_xlsx
from tollbook.dashboards.usage import UsageDashboard


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
