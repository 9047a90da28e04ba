"""Script in every name that reaches a page: it is shown as text, in a real browser, and runs nowhere."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect
from running_server import running
from test_dashboards_browser import PATIENCE, faults, wait_for_pictures

import tollbook
from checkout import make_project
from tollbook.alerts import Alert, raise_alerts
from tollbook.questions import journal
from tollbook.questions.desk import open_desk
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


def asked_in_words(settings: Settings) -> None:
    """Questions about names that are script, asked in words often enough to be suggested."""
    desk = open_desk(tollbook.open(settings), "evil", "2026-10")
    for campaign in (EVIL, CLOSING):
        found = desk.understand(f"messages by day for campaign {campaign} last month")
        assert "window.hurt" in str(found.question)
        for _ in range(8):
            journal.note(desk.book.documents, found.question, client="evil", role="analyst", via="notebook")
        desk.mark("pinned", found.question)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings: Settings = make_project(tmp_path_factory.mktemp("evil"))
    clients = settings.parameters / "clients"
    clients.mkdir()
    (clients / "evil.yaml").write_text(CLIENT, "utf-8")
    documents = open_documents(settings.book / "documents.sqlite")
    documents.put_many("rollups", map(day, range(90)))
    figures = {"first": "2026-10-21", "messages": 900, "usual": 160, "amount": "7.40"}
    text = f"{EVIL} & Sons: {CLOSING}"
    alerts = [Alert("evil", "unusual", "2026-10-21 more", datetime.now(UTC), text, figures)]
    alerts += [Alert("evil", "delivery", f"2026-10-{day}", datetime.now(UTC), text) for day in range(10, 16)]
    raise_alerts(documents, alerts)
    zones = {"evil": "Europe/London"}
    documents.put("state", "rollups", {"batch": 1, "zones": zones, "last_day": LAST.isoformat(), "shape": SHAPE})
    asked_in_words(settings)
    with running(settings, tmp_path_factory.mktemp("server") / "server.log") as url:
        yield f"{url}/voila/render"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    opened = browser.new_page()
    opened.set_default_timeout(PATIENCE)
    return opened


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


def test_script_in_questions_asked_in_words_is_text(page: Page, address: str) -> None:
    page.goto(f"{address}/account.ipynb?client=evil&month=2026-10", wait_until="commit")
    asked = page.locator(".tb-questions li", has_text="window.hurt")
    asked.first.wait_for()
    harmless(page)
    asked.first.get_by_role("button", name="Answer:").click()
    expect(asked.first.get_by_role("button", name="Answer:")).to_be_enabled()
    harmless(page)


def test_script_in_alerts_is_text_and_money_and_day_stand_beside_it(page: Page, address: str) -> None:
    page.goto(f"{address}/account.ipynb?client=evil&month=2026-10", wait_until="commit")
    listed = page.locator(".tb-sized").first.locator("li")
    expect(listed).to_have_count(4)
    expect(page.locator(".tb-sized li", has_text="Unusual day")).to_contain_text("£7.40 more")
    expect(page.locator(".tb-sized li", has_text="Delivery").first).to_contain_text(CLOSING)
    page.get_by_text("3 earlier alerts").click()
    expect(page.locator(".tb-earlier li").first).to_be_visible()
    wait_for_pictures(page)
    assert faults(page) == []
    harmless(page)


@pytest.mark.parametrize("query", [f"only=campaign:{EVIL}", "only=status:<script>", f"by={EVIL}", f"client={CLOSING}"])
def test_script_in_the_filters_of_a_link_is_text(page: Page, address: str, query: str) -> None:
    page.goto(f"{address}/usage.ipynb?period=2026-10&{quote(query, safe='=&:')}", wait_until="commit")
    wait_for_pictures(page)
    harmless(page)
