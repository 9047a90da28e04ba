"""A dashboard on a machine that holds none of the home's files: invoices are fetched from Blob for one download."""

from datetime import date
from pathlib import Path

import pytest

import tollbook
from cloud_servers import Cloud
from tollbook.book import Book
from tollbook.dashboards.account import AccountDashboard
from tollbook.demo import write_demo
from tollbook.settings import Settings

MONTH = "2026-10"


@pytest.fixture(scope="module")
def issued(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A demo month on Blob, one client's invoice final."""
    settings = cloud.settings(tmp_path_factory.mktemp("issued"), database="downloads")
    write_demo(settings, months=1, scale=0.01)
    book = tollbook.open(settings)
    book.ingest()
    book.finalise("prairie-city", MONTH, issued_on=date(2026, 11, 2))
    return book


@pytest.fixture
def elsewhere(cloud: Cloud, issued: Book, tmp_path: Path) -> Settings:
    """Another machine's project: the same parameters and home, and no file of it."""
    settings = cloud.settings(tmp_path, issued.settings.blob, database="downloads")
    for name in ("clients", "rates"):
        (settings.parameters / name).mkdir(exist_ok=True)
        for path in (issued.settings.parameters / name).iterdir():
            (settings.parameters / name / path.name).write_bytes(path.read_bytes())
    return settings


def test_a_final_invoice_is_fetched_when_it_is_asked_for(
    issued: Book, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = AccountDashboard(tollbook.open(elsewhere), client="prairie-city", period=MONTH, later=lambda _: None)
    number = page.parts.invoices.rows[0]["number"]
    sent: list[tuple[dict[str, str], list[bytes]]] = []
    monkeypatch.setattr(page.parts.invoices, "send", lambda content, buffers: sent.append((content, buffers)))
    assert not (elsewhere.home / "invoices").exists()
    for kind in ("pdf", "csv"):
        page.parts.invoices._handle_custom_msg({"number": number, "as": kind}, [])  # noqa: SLF001 - as from a browser
    assert [content["name"] for content, _ in sent] == [f"{number}.pdf", f"{number}.csv"]
    (first,) = issued.settings.home.rglob(f"{number}.pdf")
    assert sent[0][1] == [first.read_bytes()]
    assert [path.suffix for path in sorted((elsewhere.home / "invoices").rglob("*.*"))] == [".csv", ".pdf"]
