import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from planted_book import PlantedBook
from playwright.sync_api import Browser, sync_playwright
from running_server import running

from tollbook.settings import Settings

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def book(tmp_path: Path) -> PlantedBook:
    return PlantedBook(tmp_path)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        message = "needs Chromium or Chrome on the path to look at the dashboards"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def served(demo_project: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the demo's dashboards are served."""
    with running(demo_project, tmp_path_factory.mktemp("server") / "server.log") as url:
        yield f"{url}/voila/render"
