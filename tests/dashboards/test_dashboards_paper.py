"""A page on paper: what can be pressed is left out, pictures are whole, no page is cut through a card or a panel."""

from collections.abc import Iterator

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdfium2 import raw
from test_dashboards_browser import PATIENCE, wait_for_pictures

CONTROLS = (".tb-bar", ".tb-button", ".tb-tabs", ".tb-slide", ".tb-questions", ".tb-terms", ".dt-search", ".dt-paging")
MARKS = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u200e\u200f"))  # of direction: not in a PDF's text
A4 = (595, 842)  # points


@pytest.fixture(params=["usage", "account"])
def printed(browser: Browser, served: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{served}/{request.param}.ipynb?client=harbour-bank&month=2026-10", wait_until="commit")
    wait_for_pictures(page)
    page.emulate_media(media="print")
    yield page
    context.close()


def test_controls_stay_on_the_screen(printed: Page) -> None:
    for control in CONTROLS:
        assert not [one for one in printed.locator(control).all() if one.is_visible()], control
    expect(printed.locator("h1")).to_be_visible()
    background = printed.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}


def test_no_page_is_cut_through_a_card_or_a_panel(printed: Page) -> None:
    cards = [card.inner_text().translate(MARKS).split("\n") for card in printed.locator(".tb-card").all()]
    heads = [
        " ".join(panel.locator("h2").inner_text().translate(MARKS).split())
        for panel in printed.locator(".tb-picture").all()
        if panel.is_visible()
    ]
    pdf = pypdfium2.PdfDocument(printed.pdf(prefer_css_page_size=True, print_background=True))
    pages = [" ".join(one.get_textpage().get_text_range().split()) for one in pdf]
    assert {tuple(map(round, one.get_size())) for one in pdf} == {A4}
    for card in cards:
        assert all(line in pages[0] for line in card if line), card
    pictures = []
    for number, one in enumerate(pdf):
        for picture in one.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
            left, bottom, right, top = picture.get_bounds()
            assert 0 <= left < right <= A4[0]
            assert 0 <= bottom < top <= A4[1]
            pictures.append(number)
    assert len(pictures) == len(heads)  # one cut in two would be on two pages
    assert pictures == [next(n for n, text in enumerate(pages) if head in text) for head in heads]
