"""A person's view: the real server, the real notebook and a real browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

import tollbook
from tollbook.money import format_count, format_money
from tollbook.settings import Settings
from tollbook.usage.summary import total

SIZES = {"phone": (390, 844), "desk": (1280, 900), "wide": (1920, 1080)}
NIGHT = {"wide"}  # looked at with a dark screen
PATIENCE = 90_000  # ms; a machine that runs other tests at the same time is slow


@dataclass
class Watched:
    """A page, the errors on its console and the requests that left the host."""

    page: Page
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def address(served: str) -> str:
    return f"{served}/usage.ipynb"


@pytest.fixture(params=["phone", "desk"])
def watched(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Watched]:
    with looking(browser, address, request.param) as page:
        yield page


@pytest.fixture(params=["phone", "wide"])
def light_and_dark(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Watched]:
    with looking(browser, address, request.param) as page:
        yield page


@pytest.fixture
def at_desk(browser: Browser, address: str) -> Iterator[Watched]:
    with looking(browser, address, "desk") as page:
        yield page


@contextmanager
def looking(browser: Browser, address: str, size: str) -> Iterator[Watched]:
    """A page of a size, watched for errors and for requests to other hosts."""
    width, height = SIZES[size]
    scheme: Literal["light", "dark"] = "dark" if size in NIGHT else "light"
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    watched = Watched(context.new_page())
    host = address.split("/voila/", maxsplit=1)[0]

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            watched.errors.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((host, "data:", "blob:")):
            watched.strangers.append(request.url)

    watched.page.on("console", console)
    watched.page.on("pageerror", lambda error: watched.errors.append(str(error)))
    watched.page.on("request", asked)
    yield watched
    context.close()


def messages(settings: Settings, client: str, first: date, last: date) -> str:
    book = tollbook.open(settings)
    return format_count(total(book.usage(client, first, last)), book.client(client).locale)


def value(page: Page, label: str) -> str:
    card = page.locator(".tb-card", has=page.locator(".tb-label", has_text=re.compile(f"^{label}$")))
    return card.locator(".tb-value").inner_text()


def wait_for_pictures(page: Page) -> None:
    page.wait_for_function("document.querySelectorAll('.tb-picture').length && !document.querySelector('.tb-pending')")


def test_a_link_opens_a_client_and_choosing_changes_every_number(
    watched: Watched, address: str, demo_project: Settings
) -> None:
    page = watched.page
    page.goto(f"{address}?client=harbour-bank&period=2026-10", wait_until="commit")
    expect(page.locator("#tb-skeleton")).to_be_visible(timeout=PATIENCE)
    page.locator(".tb-card").first.wait_for()
    october = (date(2026, 10, 1), date(2026, 10, 31))
    assert value(page, "Messages") == messages(demo_project, "harbour-bank", *october)
    expect(page.locator("#tb-skeleton")).to_have_count(0)
    wait_for_pictures(page)
    before = page.locator(".tb-picture img").first.get_attribute("src")

    page.get_by_label("Client").select_option("marigold-retail")
    other = messages(demo_project, "marigold-retail", *october)
    expect(page.locator(".tb-value").first).to_have_text(other, timeout=PATIENCE)
    expect(page.locator("h1")).to_contain_text("Marigold")
    expect(page.locator(".tollbook")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
    assert page.locator(".tb-picture img").first.get_attribute("src") != before
    assert "client=marigold-retail" in page.url

    page.get_by_label("7 days").check(force=True)
    expect(page.locator(".tb-span")).to_contain_text("7 days", timeout=PATIENCE)
    assert "period=7d" in page.url
    assert watched.errors == []
    assert watched.strangers == []


def test_a_page_that_still_draws_is_busy_until_it_shows_what_was_chosen_last(at_desk: Watched, address: str) -> None:
    page = at_desk.page
    page.goto(f"{address}?client=harbour-bank&period=2026-10", wait_until="commit")
    page.get_by_label("Client").wait_for()
    page.evaluate(
        """() => {
            const root = document.querySelector(".tollbook");
            window.shown = [];
            new MutationObserver(() => {
                if (root.getAttribute("aria-busy") === "false") window.shown.push(root.querySelector("h1").textContent);
            }).observe(root, { attributes: true, attributeFilter: ["aria-busy"] });
        }"""
    )
    page.get_by_label("Client").select_option("marigold-retail")  # the first pictures are being drawn
    page.get_by_label("Destination", exact=True).check(force=True)
    expect(page.locator(".tollbook")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
    assert {"Marigold" in heading for heading in page.evaluate("window.shown")} == {True}
    expect(page.locator(".tb-picture").first).to_contain_text("Messages by destination")
    assert "by=country" in page.url
    assert at_desk.errors == []


def test_nothing_sticks_out_and_everything_has_a_name(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(f"{address}?client=harbour-bank&period=90d", wait_until="commit")
    wait_for_pictures(page)
    expect(page.locator(".tollbook")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth")
    for picture in page.locator(".tb-picture img").all():
        assert (picture.get_attribute("alt") or "").strip()
        box = picture.bounding_box()
        assert box is not None
        assert picture.evaluate("image => image.naturalWidth") == pytest.approx(box["width"], abs=2)
    for name in ("Client", "Month", "7 days", "30 days", "90 days", "Find a destination"):
        expect(page.get_by_label(name, exact=True)).to_have_count(1)


def test_the_table_is_searched_sorted_and_saved(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(f"{address}?client=harbour-bank&period=2026-10", wait_until="commit")
    search = page.get_by_label("Find a destination", exact=True)
    search.wait_for()
    names = page.locator(".tb-table tbody td:first-child")
    assert names.first.inner_text() == "United Kingdom"
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Messages")
    page.locator("th", has_text="Destination").first.click()
    shown = names.all_inner_texts()
    assert shown == sorted(shown)
    search.fill("irel")
    expect(names).to_have_text(["Ireland"])
    with page.expect_download() as saved:
        page.get_by_text("Download CSV").click()
    assert saved.value.suggested_filename == "harbour-bank-2026-10-01-2026-10-31-destinations.csv"
    assert watched.errors == []


def faults(page: Page) -> list[str]:
    """Serious and critical accessibility faults, each with the first element that has it."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found if one["impact"] in {"serious", "critical"}]


def test_the_account_page_prices_answers_and_saves(
    light_and_dark: Watched, address: str, demo_project: Settings
) -> None:
    watched, book = light_and_dark, tollbook.open(demo_project)
    page = watched.page
    page.goto(f"{address.replace('usage', 'account')}?client=harbour-bank&month=2026-10", wait_until="commit")
    page.locator(".tb-card").first.wait_for()
    bill = book.preview("harbour-bank", "2026-10")
    assert value(page, "Bill") == format_money(bill.total, bill.currency, "en-GB")
    wait_for_pictures(page)
    page.get_by_role("button", name="Answer:").first.wait_for()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth")

    page.locator("input[name=volume]").fill("50")
    expect(page.locator(".tb-said")).to_contain_text("50% more messages than in October 2026", timeout=PATIENCE)
    page.get_by_role("button", name="Answer:").first.click()
    expect(page.get_by_role("button", name="Answer:").first).to_be_enabled(timeout=PATIENCE)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Draft of October 2026 as PDF").click()
    assert saved.value.suggested_filename == "harbour-bank-2026-10-draft.pdf"

    page.get_by_role("button", name="Hide figures").click()
    expect(page.locator(".tb-value").first).to_have_text("£X,XXX.XX", timeout=PATIENCE)
    assert watched.errors == []
    assert watched.strangers == []


def test_a_wish_from_the_console_for_another_client_shows_nothing(at_desk: Watched, address: str) -> None:
    page = at_desk.page
    page.goto(f"{address}?client=harbour-bank&period=2026-10", wait_until="commit")
    wait_for_pictures(page)
    page.evaluate("document.querySelector('select[name=client]').innerHTML = '<option value=\"../x\">x</option>'")
    page.locator("select[name=client]").select_option("../x")
    expect(page.locator(".tb-note")).to_contain_text("not on offer", timeout=PATIENCE)
    assert faults(page) == []


def test_a_link_to_what_is_not_there_is_harmless(at_desk: Watched, address: str) -> None:
    watched, page = at_desk, at_desk.page
    page.goto(f"{address}?client=<script>alert(1)</script>&period=2099-01", wait_until="commit")
    page.locator(".tb-card").first.wait_for()
    expect(page.locator(".tb-note")).to_contain_text("not on offer")
    assert watched.errors == []
