import json
import re
from pathlib import Path

import pytest
from ipywidgets import HTML
from planted_book import NOW, PlantedBook

from tollbook.dashboards.link import Choice
from tollbook.dashboards.panels import BLANK
from tollbook.dashboards.usage import UsageDashboard, usage_page

SCREEN = {"wide": 900, "half": 430, "dark": False, "ratio": 1}


def show(book: PlantedBook, client: str = "", period: str = "") -> UsageDashboard:
    return UsageDashboard(book, client=client, period=period, clock=lambda: NOW.replace(hour=20))


def values(page: UsageDashboard) -> list[str]:
    return re.findall(r'class="tb-value[^"]*"><bdi>([^<]*)<', page.parts.cards.value)


def table(page: UsageDashboard) -> list[list[object]]:
    rows: list[list[object]] = json.loads(page.parts.table._dt_args["data_json"])  # noqa: SLF001 - no public way
    return rows


def test_the_page_opens_on_the_first_client_and_thirty_days(book: PlantedBook) -> None:
    page = show(book)
    assert page.reading is not None
    assert page.reading.choice == Choice("acorn", "30d")
    assert values(page) == ["3,600", "7,200", "91.7%", "within 1 minute", "United Kingdom"]
    assert [row[0] for row in table(page)] == ["United Kingdom", "Germany"]
    assert page.parts.controls.clients == [["acorn", "Acorn & Sons <Ltd>"], ["birch", "Birch"], ["silent", "Silent"]]
    assert "Acorn &amp; Sons &lt;Ltd&gt;" in page.parts.masthead.value


def test_choosing_another_client_changes_every_part(book: PlantedBook) -> None:
    page = show(book)
    drawn = page.parts.controls.drawn
    page.parts.controls.choice = {"client": "birch", "period": "7d"}
    assert values(page) == ["42", "84", "100.0%", "within 5 seconds", "United States"]
    assert [row[0] for row in table(page)] == ["United States"]
    assert "Birch" in page.parts.masthead.value
    assert "birch-2026-11-17-2026-11-23-destinations.csv" in page.parts.table_head.value
    assert page.parts.controls.drawn == drawn + 1


def test_a_drawing_under_way_is_not_the_answer_to_a_newer_wish(book: PlantedBook) -> None:
    page = show(book)
    controls = page.parts.controls
    controls.set_state({"asked": 1})  # the browser has asked, the kernel has not heard what
    controls.screen = SCREEN
    assert (controls.answered, controls.asked) == (0, 1)
    controls.set_state({"asked": 2, "choice": {"client": "birch", "period": "7d"}})
    assert (controls.answered, controls.asked) == (2, 2)
    controls.set_state({"asked": 3, "again": 1})
    assert controls.answered == 3


def test_pictures_wait_for_the_screen_and_follow_it(book: PlantedBook) -> None:
    page = show(book)
    images = [panel.image for panel in page.parts.panels.values()]
    assert all(image.value == BLANK for image in images)
    page.parts.controls.screen = SCREEN
    light = [bytes(image.value) for image in images]
    assert all(png.startswith(b"\x89PNG") and png != BLANK for png in light)
    page.parts.controls.screen = {**SCREEN, "dark": True}
    assert all(bytes(image.value) != png for image, png in zip(images, light, strict=True))
    assert not any("tb-pending" in panel.view._dom_classes for panel in page.parts.panels.values())  # noqa: SLF001


def test_every_picture_has_a_heading_that_says_what_it_shows(book: PlantedBook) -> None:
    heads = [panel.head.value for panel in show(book).parts.panels.values()]
    assert all(re.search(r"<h2>[^<]{10,}</h2>", head) for head in heads)


@pytest.mark.parametrize(
    "asked",
    [
        {"client": "cedar", "period": "7d"},
        {"client": "../acorn", "period": "7d"},
        {"client": "acorn", "period": "2031-01"},
        {"client": "<script>", "period": "7d"},
    ],
)
def test_a_wish_that_is_not_on_offer_is_put_right_and_said(book: PlantedBook, asked: dict[str, str]) -> None:
    page = show(book, "birch", "90d")
    page.parts.controls.choice = asked
    assert page.parts.controls.choice["client"] == "acorn"
    assert "not on offer" in page.parts.note.value
    assert {client for client, _, _ in book.reads} <= {"acorn", "birch"}


@pytest.mark.parametrize("asked", [{}, {"client": 7, "period": None}, {"period": ["7d"]}, {"x": "y"}])
def test_a_wish_of_another_shape_shows_the_default(book: PlantedBook, asked: dict[str, object]) -> None:
    page = show(book, "birch", "90d")
    page.parts.controls.choice = asked
    assert page.parts.controls.choice == {"client": "acorn", "period": "30d"}
    assert page.parts.trouble.value == ""


def test_a_client_that_the_reader_may_not_see_is_never_read(book: PlantedBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "client_ids", lambda: ["birch"])
    page = show(book, "acorn", "7d")
    assert page.parts.controls.clients == [["birch", "Birch"]]
    assert "Acorn" not in page.parts.masthead.value
    assert {client for client, _, _ in book.reads} == {"birch"}


def test_a_failure_becomes_an_apology_with_a_number_that_the_log_knows(
    book: PlantedBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = show(book)
    monkeypatch.setattr(book, "usage", lambda *_: 1 / 0)
    page.parts.controls.choice = {"client": "birch", "period": "30d"}
    found = re.search(r"<code>([0-9a-f]{8})</code>", page.parts.trouble.value)
    assert found
    assert "ZeroDivisionError" not in page.parts.trouble.value
    assert page.parts.figures.layout.display == "none"
    log = (book.settings.home / "logs" / "dashboards.log").read_text("utf-8")
    line = json.loads(log.splitlines()[-1])
    assert line["incident"] == found[1]
    assert "ZeroDivisionError" in line["error"]


def test_after_a_failure_the_next_choice_is_shown(book: PlantedBook, monkeypatch: pytest.MonkeyPatch) -> None:
    page = show(book)
    with monkeypatch.context() as broken:
        broken.setattr(book, "usage", lambda *_: 1 / 0)
        page.parts.controls.choice = {"client": "birch", "period": "30d"}
    page.parts.controls.choice = {"client": "birch", "period": "7d"}
    assert page.parts.trouble.value == ""
    assert page.parts.figures.layout.display is None
    assert values(page)[0] == "42"


def test_a_page_without_clients_apologises(book: PlantedBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "client_ids", list)
    page = show(book)
    assert 'role="alert"' in page.parts.trouble.value


def test_refresh_reads_a_new_version_of_the_ledger(book: PlantedBook) -> None:
    page = show(book)
    page.parts.controls.again += 1
    assert len(book.reads) == 1
    book.rollup_batch += 1
    page.parts.controls.again += 1
    assert len(book.reads) == 2
    assert f"ledger version {book.rollup_batch}" in page.parts.span.value


def test_a_client_without_usage_has_a_page(book: PlantedBook) -> None:
    page = show(book, "silent")
    page.parts.controls.screen = SCREEN
    assert page.parts.trouble.value == ""
    assert "No usage" in page.parts.note.value
    assert table(page) == []
    first, *others = page.parts.panels.values()
    assert first.image.layout.display == page.parts.table_panel.layout.display == "none"
    assert {panel.view.layout.display for panel in others} == {"none"}
    page.parts.controls.choice = {"client": "acorn", "period": "7d"}
    assert (
        {panel.view.layout.display for panel in (first, *others)} == {page.parts.table_panel.layout.display} == {None}
    )
    assert bytes(first.image.value) != BLANK
    assert len(table(page)) == 2


def test_what_changed_before_the_browser_listened_is_sent_again(
    book: PlantedBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = show(book)
    sent: list[object] = []
    monkeypatch.setattr(HTML, "send_state", lambda widget, key: sent.append((widget, key)))
    page.parts.controls.screen = SCREEN
    for said in (page.parts.span, page.parts.cards, *(panel.head for panel in page.parts.panels.values())):
        assert (said, "value") in sent
    sent.clear()
    page.parts.controls.screen = {**SCREEN, "dark": True}
    assert (page.parts.span, "value") not in sent


def test_a_link_goes_before_the_parameters(book: PlantedBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUERY_STRING", "client=birch&period=7d&template=lab")
    usage_page(lambda: book, client="acorn", period="90d")
    assert book.reads[0][0] == "birch"


def test_a_page_of_the_demo_project_reads_the_real_book(demo_book: object) -> None:
    page = UsageDashboard(demo_book, client="harbour-bank", period="2026-10")  # type: ignore[arg-type]
    page.parts.controls.screen = SCREEN
    assert page.parts.trouble.value == ""
    assert page.reading is not None
    assert values(page)[0] == f"{int(page.reading.now['messages'].sum()):,}"


def test_the_notebook_is_short_and_defines_nothing() -> None:
    path = Path(__file__).parents[2] / "notebooks" / "dashboards" / "usage.ipynb"
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(cells) <= 5
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in line or "class " in line for cell in code for line in cell["source"])
