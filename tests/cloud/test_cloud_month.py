"""A demo month on Azure Blob and MongoDB: all clients and notebooks, with the invoices of a folder and SQLite."""

import json
from datetime import date
from pathlib import Path

import pytest

import tollbook
from cloud_servers import Cloud
from tollbook.book import Book
from tollbook.dashboards.account import AccountDashboard
from tollbook.dashboards.usage import UsageDashboard
from tollbook.doctor import examine
from tollbook.runs.month import run_month
from tollbook.runs.result import read_result
from tollbook.runs.spec import NOTEBOOKS
from tollbook.settings import Settings
from verbose import Verbose

MONTH = "2026-10"


@pytest.fixture
def elsewhere(cloud: Cloud, on_blob: Book, tmp_path: Path) -> Settings:
    """Another machine's project, with the same parameters and home and nothing else."""
    settings = cloud.settings(tmp_path, on_blob.settings.blob)
    settings = settings.model_copy(update={"mongodb_uri": on_blob.settings.mongodb_uri})
    for path in on_blob.settings.parameters.rglob("*"):
        if path.is_file():
            copy = settings.parameters / path.relative_to(on_blob.settings.parameters)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return settings


def test_everything_is_taken_in_alike(on_blob: Book, on_folder: Book) -> None:
    there, here = (
        [{**one.as_document(), "fault": bool(one.fault)} for one in book.control_totals()]
        for book in (on_blob, on_folder)
    )
    assert there == here
    assert on_blob.quarantine.rows().equals(on_folder.quarantine.rows())
    assert [one.says for one in examine(on_blob) if not one.ok] == []


def test_the_invoices_are_the_same_to_the_cent(on_blob: Book, on_folder: Book) -> None:
    for client in on_folder.client_ids():
        there, here = (book.finalise(client, MONTH, issued_on=date(2026, 11, 2)) for book in (on_blob, on_folder))
        assert (there.number, there.total, there.currency) == (here.number, here.total, here.currency)
        assert there.document["lines"] == here.document["lines"]
    assert all(one.ok for one in on_blob.verify())


def test_every_notebook_of_every_client_gives_the_same_totals(ran: Book, on_folder: Book) -> None:
    assert len(on_folder.client_ids()) == 6
    for client in on_folder.client_ids():
        folder = ran.settings.home / MONTH / client
        assert {path.stem for path in folder.glob("*.ipynb")} == set(NOTEBOOKS)
        assert read_result(folder / "billing.json").figures["total"] == str(on_folder.bill(client, MONTH).total)


def test_another_machine_finds_the_month_published(ran: Book, elsewhere: Settings) -> None:
    summary = run_month(elsewhere, MONTH)
    states = [part.state for row in summary.rows for part in row.notebooks.values()]
    assert states == ["unchanged"] * 6 * len(NOTEBOOKS)
    ours, theirs = (one.home / MONTH for one in (ran.settings, elsewhere))
    names = {path.relative_to(ours) for path in ours.rglob("*") if path.is_file()}
    assert names == {path.relative_to(theirs) for path in theirs.rglob("*") if path.is_file()}


def test_the_dashboards_elsewhere_show_the_month_without_the_lake(elsewhere: Settings, on_folder: Book) -> None:
    book = tollbook.open(elsewhere)
    for client in on_folder.client_ids():
        there, here = (UsageDashboard(one, client=client, period=MONTH) for one in (book, on_folder))
        assert there.parts.cards.value == here.parts.cards.value
        assert "problem" not in there.trouble.value
        assert there.figures.layout.display is None
    assert not (elsewhere.book / "ledger").exists()


def test_the_account_dashboard_shows_the_same_invoices(elsewhere: Settings, on_folder: Book) -> None:
    for client in on_folder.client_ids():
        there, here = (
            AccountDashboard(one, client=client, period=MONTH, later=lambda _: None)
            for one in (tollbook.open(elsewhere), on_folder)
        )
        assert there.parts.cards.value == here.parts.cards.value
        assert there.parts.invoices.rows == here.parts.invoices.rows


def test_the_command_line_works_by_the_environment_alone(
    elsewhere: Settings, on_folder: Book, verbose: Verbose
) -> None:
    said = verbose.good(elsewhere, "bill", "prairie-city", MONTH, "--json")
    assert json.loads(said)["total"] == str(on_folder.bill("prairie-city", MONTH).total)
