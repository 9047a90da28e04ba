"""Without a mouse: every control is reached in the order of the page, shows that it has the focus, and works."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from test_dashboards_browser import PATIENCE, wait_for_pictures

FOCUSED = """() => {
    const one = document.activeElement;
    const named = one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.placeholder || one.textContent;
    const parts = [one, one.nextElementSibling, one.closest("label")].filter(Boolean);
    const rings = parts.map(part => getComputedStyle(part));
    return [named.trim(), rings.some(style => style.outlineStyle !== "none" && style.outlineWidth !== "0px")];
}"""
USAGE = ("Client", "30 days", "Month", "Only", "Hide figures", "Refresh", "Channel", "Download CSV", "Excel")
ACCOUNT = ("Client", "Month", "Hide figures", "Refresh", "What if", "Answer:", "Pin:", "Dismiss:")
AFTER = ("Invoices", "Draft of October 2026 as PDF", "Draft of October 2026 as CSV", "Contract terms", "What these")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    yield opened
    context.close()


def walk(page: Page, most: int = 60) -> list[str]:
    """Names of what Tab reaches, in order; all of them must show the focus."""
    names: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        name, ringed = page.evaluate(FOCUSED)
        if page.evaluate("document.activeElement === document.body"):
            break
        assert ringed, name
        names.append(name)
    return names


def in_order(wanted: tuple[str, ...], names: list[str]) -> bool:
    left = iter(names)
    return all(any(name.startswith(one) for name in left) for one in wanted)


def test_the_usage_page_is_walked_and_changed_by_keys(page: Page, served: str) -> None:
    page.goto(f"{served}/usage.ipynb?client=harbour-bank&period=30d", wait_until="commit")
    wait_for_pictures(page)
    names = walk(page)
    assert in_order((*USAGE, "Find a destination", "What these"), names), " | ".join(names)
    page.get_by_label("30 days").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".tb-span")).to_contain_text("7 days", timeout=PATIENCE)
    page.get_by_label("Client").focus()
    page.keyboard.type("Mons")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Monsoon", timeout=PATIENCE)


def test_the_account_page_is_walked_and_changed_by_keys(page: Page, served: str) -> None:
    page.goto(f"{served}/account.ipynb?client=harbour-bank&month=2026-10", wait_until="commit")
    wait_for_pictures(page)
    page.get_by_role("button", name="Answer:").first.wait_for()
    names = walk(page)
    assert in_order((*ACCOUNT, *AFTER), names), " | ".join(names)
    page.locator("input[name=volume]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tb-said")).to_contain_text("5% more messages", timeout=PATIENCE)
    page.get_by_role("button", name="Hide figures").focus()
    page.keyboard.press("Space")
    expect(page.locator(".tb-value").first).to_have_text("£X,XXX.XX", timeout=PATIENCE)
