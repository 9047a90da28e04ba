"""Script in every name that reaches a page: it is shown as text, in a real browser, and runs nowhere."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from running_server import running
from test_dashboards_browser import ARGUMENTS, PATIENCE, wait_for_pictures

from checkout import make_project, need
from tollbook.settings import Settings
from tollbook.storage.documents import open_documents
from tollbook.usage.rollups import SHAPE

EVIL = "<img src=x onerror=window.hurt=1>"
CLOSING = "</script></textarea><script>window.hurt=1</script>"
QUOTES = "\"'><svg onload=window.hurt=1>${window.hurt=1}"
LAST = date(2026, 10, 31)
CLIENT = f"""client: evil
name: '{EVIL} & Sons'
country: GB
time_zone: Europe/London
locale: en-GB
contracts:
  - valid_from: 2026-01-01
    currency: GBP
    charges:
      - {{kind: usage, name: sms, label: '{CLOSING}', meter: {{counts: messages}},
         price: {{model: per_unit, unit: "0.01"}}}}
      - {{kind: recurring, name: fee, label: '<b onclick=alert(1)>Fee</b>', amount: 100}}
    taxes: {{standard: {{rate: 20, label: '{EVIL}'}}}}
"""


def day(number: int) -> tuple[str, dict[str, object]]:
    """A rollup of a day whose every name is script."""
    at, size = (LAST - timedelta(days=number)).isoformat(), 3
    same = {"hour": [9] * size, "direction": ["mt"] * size, "country": ["GB", EVIL, "DE"], "cost": ["0"] * size}
    names = {
        "campaign": [EVIL, CLOSING, QUOTES],
        "channel": ["sms", QUOTES, "sms"],
        "status": ["delivered", EVIL, "sent"],
    }
    blank = {name: [""] * size for name in ("network", "category", "cost_currency")}
    counts = {name: [100 + number % 7, 40, 20] for name in ("messages", "segments")}
    receipts = {"channel": ["sms"], "country": [EVIL], "class": [2], "messages": [100]}
    about = {"client": "evil", "day": at, "batch": 1, "zone": "Europe/London", "receipts": receipts}
    return f"evil|{at}", {**about, **same, **names, **blank, **counts}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings: Settings = make_project(tmp_path_factory.mktemp("evil"))
    clients = settings.parameters / "clients"
    clients.mkdir()
    (clients / "evil.yaml").write_text(CLIENT, "utf-8")
    documents = open_documents(settings.book / "documents.sqlite")
    documents.put_many("rollups", map(day, range(90)))
    zones = {"evil": "Europe/London"}
    documents.put("state", "rollups", {"batch": 1, "zones": zones, "last_day": LAST.isoformat(), "shape": SHAPE})
    with running(settings, tmp_path_factory.mktemp("server") / "server.log") as url:
        yield f"{url}/voila/render"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    need(chromium, "Chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        opened = browser.new_page()
        opened.set_default_timeout(PATIENCE)
        yield opened
        browser.close()


def harmless(page: Page) -> None:
    assert page.evaluate("window.hurt") is None
    assert page.locator("img[src=x], svg[onload], b[onclick]").count() == 0


def test_names_on_the_usage_page_are_text(page: Page, address: str) -> None:
    page.goto(f"{address}/usage.ipynb?client=evil&period=2026-10&by=campaign", wait_until="commit")
    wait_for_pictures(page)
    expect(page.locator("h1")).to_have_text(f"{EVIL} & Sons")
    assert {EVIL, CLOSING, QUOTES} <= {
        text.strip() for text in page.locator("select[name=only] option").all_inner_texts()
    }
    assert EVIL in page.locator(".tb-table tbody").inner_text()
    harmless(page)
    page.get_by_label("Only").select_option(f"campaign:{CLOSING}")
    expect(page.locator(".tb-value").first).to_have_text("1,240")
    page.get_by_label("Find a destination", exact=True).fill("<img")
    harmless(page)


def test_names_on_the_account_page_are_text(page: Page, address: str) -> None:
    page.goto(f"{address}/account.ipynb?client=evil&month=2026-10", wait_until="commit")
    page.locator(".tb-card").first.wait_for()
    expect(page.locator(".tb-grid").last).to_contain_text(CLOSING)
    expect(page.locator(".tb-questions li").first).not_to_contain_text("Looking for")
    page.locator("input[name=volume]").fill("50")
    expect(page.locator(".tb-said")).to_contain_text("50% more")
    answers = page.get_by_role("button", name="Answer:")
    if answers.count():
        answers.first.click()
        expect(answers.first).to_be_enabled()
    harmless(page)
