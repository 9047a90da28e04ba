"""`tollbook bench dashboards`: a book of hundreds of clients and years, the real server, and a real browser on it.

Rollups are written straight into the document store: 30 million messages a month over all clients. Smaller or larger
by TOLLBOOK_BENCH_CLIENTS, TOLLBOOK_BENCH_MONTHS and TOLLBOOK_BENCH_TABS.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np

from tollbook.bench.result import Result
from tollbook.errors import TollbookError
from tollbook.period import Month
from tollbook.settings import Settings
from tollbook.storage.documents import open_documents
from tollbook.usage.rollups import SHAPE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CLIENTS = int(os.environ.get("TOLLBOOK_BENCH_CLIENTS", "300"))
MONTHS = int(os.environ.get("TOLLBOOK_BENCH_MONTHS", "24"))
TABS = int(os.environ.get("TOLLBOOK_BENCH_TABS", "20"))
MONTHLY = 30_000_000
LAST = date(2026, 10, 31)
ROUNDS = 12
PATIENCE = 120_000  # ms
CELLS = [
    (hour, channel, country, status)
    for hour in range(7, 21)
    for channel, country in (("sms", "GB"), ("sms", "US"), ("whatsapp", "GB"))
    for status in ("delivered", "sent", "failed")
]
CONTRACT = """client: {id}
name: Client {id}
country: GB
time_zone: Europe/London
locale: en-GB
contracts:
  - valid_from: 2024-01-01
    currency: GBP
    charges:
      - {{kind: usage, name: sms, label: Messages, meter: {{counts: messages}},
         price: {{model: per_unit, unit: "0.01"}}}}
      - {{kind: recurring, name: fee, label: Fee, amount: 100}}
    taxes: {{standard: {{rate: 20, label: VAT}}}}
"""
WAITED = [(channel, country, place) for channel, country in (("sms", "GB"), ("sms", "US"), ("whatsapp", "GB"))
          for place in range(8)]  # fmt: skip
RECEIPTS = {
    **dict(zip(("channel", "country", "class"), map(list, zip(*WAITED, strict=True)), strict=True)),
    "messages": [100] * len(WAITED),
}
ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-sync", "--no-first-run")
START = "import sys; from tollbook.cli import app; app(['dashboards', '--no-browser', *sys.argv[1:]])"


class NoBrowser(TollbookError):
    """No browser to look with."""

    def __init__(self) -> None:
        super().__init__("needs Chromium on the path and the packages of the extra `dev` (playwright)")


def measure() -> Result:
    """Open pages, change what they show, and open many at once."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise NoBrowser from error
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise NoBrowser
    with tempfile.TemporaryDirectory() as folder:
        settings = _book(Path(folder))
        with _server(settings) as (address, pid), sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
            figures = _look(browser, address, pid)
            browser.close()
    return Result("dashboards", figures[0], {**figures[1], "clients": CLIENTS, "months": MONTHS})


def _book(folder: Path) -> Settings:
    """A project whose document store holds the rollups, and nothing else."""
    clients = folder / "parameters" / "clients"
    clients.mkdir(parents=True)
    shutil.copytree(Settings().notebooks / "dashboards", folder / "notebooks" / "dashboards")
    ids = [f"client-{n:03d}" for n in range(CLIENTS)]
    for one in ids:
        (clients / f"{one}.yaml").write_text(CONTRACT.format(id=one), "utf-8")
    settings = Settings(project=folder, home=folder / "outputs")
    documents = open_documents(settings.book / "documents.sqlite")
    documents.put_many("rollups", _rollups(ids))
    documents.put(
        "state",
        "rollups",
        {
            "batch": 1,
            "zones": dict.fromkeys(ids, "Europe/London"),
            "last_day": LAST.isoformat(),
            "shape": SHAPE,
        },
    )
    return settings


def _rollups(ids: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    first = Month.of(LAST).shift(1 - MONTHS).first
    days = [first + timedelta(days=n) for n in range((LAST - first).days + 1)]
    each = MONTHLY / CLIENTS / 30 / len(CELLS)
    hours, channels, countries, statuses = (list(column) for column in zip(*CELLS, strict=True))
    blank, rng = [""] * len(CELLS), np.random.default_rng(1)
    for one in ids:
        for day in days:
            messages = rng.poisson(each * (0.5 if day.weekday() > 4 else 1.2), len(CELLS)).tolist()
            yield f"{one}|{day}", {
                "client": one, "day": day.isoformat(), "batch": 1, "zone": "Europe/London", "hour": hours,
                "channel": channels, "direction": ["mt"] * len(CELLS), "country": countries, "network": blank,
                "category": blank, "campaign": blank, "status": statuses, "cost_currency": blank,
                "messages": messages, "segments": messages, "cost": ["0"] * len(CELLS), "receipts": RECEIPTS,
            }  # fmt: skip


@contextmanager
def _server(settings: Settings) -> Iterator[tuple[str, int]]:
    """The server's address and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    address = f"http://127.0.0.1:{port}"
    variables = {**os.environ, "TOLLBOOK_PROJECT": str(settings.project), "TOLLBOOK_HOME": str(settings.home)}
    command = [sys.executable, "-c", START, "--port", str(port), "--pages", str(TABS + 4)]
    with subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # noqa: S603
        try:
            for _ in range(600):
                try:
                    urlopen(address, timeout=5).close()
                    break
                except (URLError, ConnectionError, TimeoutError):
                    time.sleep(0.1)
            yield address, server.pid
        finally:
            server.terminate()


def _look(browser: "Browser", address: str, server: int) -> tuple[dict[str, float], dict[str, float]]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    _open(page, f"{address}/voila/render/usage.ipynb?client=client-000")  # the warm process is up, scripts are cached
    plain = [_timed(lambda: page.goto(f"{address}/")) for _ in range(ROUNDS)]
    opened = [
        _open(page, f"{address}/voila/render/{name}.ipynb?client=client-{n:03d}&month=2026-10")
        for n in range(ROUNDS // 2)
        for name in ("usage", "account")
    ]
    _open(page, f"{address}/voila/render/usage.ipynb?client=client-001&period=30d")
    _settled(page)
    changed = [_change(page, period) for _ in range(ROUNDS // 2) for period in ("7 days", "30 days")]
    page.goto("about:blank")
    tabs: dict[str, Tabs] = {}
    start = time.perf_counter()
    for name in ("usage", "account"):
        tabs[name] = _many(context, f"{address}/voila/render/{name}.ipynb", server, besides=set(_kernels(server)))
    return (
        {
            "first_numbers_p95_seconds": _p95(opened),
            "change_p95_seconds": _p95(changed),
            "memory_per_tab_mb": float(np.mean([one.private_mb for one in tabs.values()])),
            "tabs_failed": float(sum(one.failed for one in tabs.values())),
        },
        {
            "first_numbers_median_seconds": float(np.median(opened)),
            "change_median_seconds": float(np.median(changed)),
            "plain_page_p95_seconds": _p95(plain),
            "memory_per_usage_tab_mb": tabs["usage"].private_mb,
            "memory_per_account_tab_mb": tabs["account"].private_mb,
            "server_mb": _held_mb(server),
            "tabs": float(TABS),
            "all_tabs_seconds": time.perf_counter() - start,
        },
    )


class Tabs(NamedTuple):
    """Pages of one kind that are open: how many did not come, and what a kernel holds for itself, MB."""

    failed: int
    private_mb: float


def _many(context: "BrowserContext", address: str, server: int, *, besides: set[int]) -> Tabs:
    """Open half of the tabs on one page, wait until each shows everything, and leave them open."""
    others = [context.new_page() for _ in range(TABS // 2)]
    for n, one in enumerate(others):
        one.goto(f"{address}?client=client-{n:03d}", wait_until="commit")
    failed = sum(not _arrives(one) for one in others)
    kernels = [pid for pid in _kernels(server) if pid not in besides]
    return Tabs(failed, float(np.mean([_kb(pid, "Private_") for pid in kernels]) / 1024) if kernels else float("nan"))


def _timed(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _open(page: "Page", url: str) -> float:
    """Seconds from asking for a page to its first numbers on the screen."""
    start = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(".tb-card").first.wait_for()
    return time.perf_counter() - start


def _settled(page: "Page") -> None:
    """Wait for all pictures and, where there are some, for the questions that come last."""
    page.wait_for_function("document.querySelectorAll('.tb-picture').length && !document.querySelector('.tb-pending')")
    page.wait_for_function("!document.querySelector('.tb-questions')?.textContent.includes('Looking for')")


def _change(page: "Page", period: str) -> float:
    """Seconds from a click on a period to the new first picture, as the page itself sees it."""
    script = """period => new Promise(done => {
        const picture = document.querySelector('.tb-picture img'), before = picture.src, start = performance.now();
        new MutationObserver((_, watcher) => { if (picture.src !== before) {
            watcher.disconnect(); picture.decode().then(() => done((performance.now() - start) / 1000)); } })
            .observe(picture, { attributes: true, attributeFilter: ['src'] });
        [...document.querySelectorAll('.tb-periods label')].find(one => one.textContent === period)
            .querySelector('input').click(); })"""
    seconds = float(page.evaluate(script, period))
    page.locator(".tollbook[aria-busy=false]").first.wait_for()
    return seconds


def _arrives(page: "Page") -> bool:
    try:
        _settled(page)
    except Exception:  # noqa: BLE001 - any failure is one tab that did not come
        return False
    return page.locator(".tb-problem").count() == 0


def _kernels(server: int) -> list[int]:
    """The processes of open pages: children of the server's child, the warm process."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    warm = {pid for pid, parent in parents.items() if parent == server}
    return [pid for pid, parent in parents.items() if parent in warm]


def _held_mb(server: int) -> float:
    """What the server and its warm process take, MB: what kernels share with the warm process is counted here, once."""
    warm = {_parent(Path(f"/proc/{pid}")) for pid in _kernels(server)}
    return (_kb(server, "Pss:") + sum(_kb(pid, "Rss:") for pid in warm)) / 1024


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rsplit(") ", 1)[1].split()[1])
    except (OSError, IndexError):
        return 0


def _kb(pid: int, kind: str) -> int:
    """Memory of a process by the lines of its `smaps_rollup` that begin with `kind`."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(kind))


def _p95(seconds: list[float]) -> float:
    return float(np.quantile(seconds, 0.95))
