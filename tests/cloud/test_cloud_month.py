"""A demo month on Azure Blob and a signed-in MongoDB: all clients and notebooks, the invoices of a folder and SQLite.

What it leaves behind, prints and logs holds no password, key, signature or clear number. In one file, as each process
that runs tests would run the month anew.
"""

import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from pydantic import SecretStr

import tollbook
from blob_server import KEY
from cloud_servers import Cloud
from document_server import free_port
from leaks import clear_numbers, everything, leaks, spelled, texts
from signing_front import SigningFront
from tollbook.book import Book
from tollbook.dashboards.account import AccountDashboard
from tollbook.dashboards.usage import UsageDashboard
from tollbook.doctor import examine
from tollbook.runs.month import run_month
from tollbook.runs.result import read_result
from tollbook.runs.spec import NOTEBOOKS
from tollbook.settings import Settings
from tollbook.storage.sharing import share
from verbose import Verbose

MONTH = "2026-10"
WRONG = "n0t/the:pass@word"


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
        assert "problem" not in there.parts.trouble.value
        assert there.parts.figures.layout.display is None
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


@pytest.fixture(scope="module")
def failures(ran: Book, front: SigningFront, verbose: Verbose) -> list[str]:
    """What people are told when the password is wrong and when no server answers: command line and dashboard."""
    gone = front.uri("bills").replace(str(front.port), str(free_port()))
    told = []
    for uri in (front.uri("bills", password=WRONG), gone):
        settings = ran.settings.model_copy(update={"mongodb_uri": SecretStr(uri)})
        done = verbose.run(settings, "bill", "harbour-bank", MONTH)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        told.append(done.stderr)
    settings = ran.settings.model_copy(update={"mongodb_uri": SecretStr(front.uri("bills", password=WRONG))})
    page = UsageDashboard(tollbook.open(settings), client="harbour-bank", period=MONTH)
    assert page.parts.figures.layout.display == "none"
    return [*told, page.parts.trouble.value]


def test_what_went_wrong_is_said(failures: list[str]) -> None:
    refused, unreachable, _ = failures
    assert "refused (code 18 AuthenticationFailed)" in refused
    assert "no answer for 20 s" in unreachable


def test_the_search_finds_what_is_planted(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(f"<a href='mongodb://u:{quote(WRONG, safe='')}@h'>")
    (tmp_path / "log").write_text("send 00447700900123 ok")
    (tmp_path / "good").write_text("+4477****123 447700900124")
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("sheet", f"{'x' * 99}{WRONG}")
    found = {name: text for path in tmp_path.iterdir() for name, text in texts(path)}
    lost = leaks(found, spelled(WRONG), {b"447700900123"})
    assert {Path(one).name for one in lost} == {"page.html", "log", "book.xlsx (sheet)"}


def test_no_secret_and_no_number_is_left_printed_or_logged(
    ran: Book, failures: list[str], on_folder: Book, front: SigningFront, verbose: Verbose
) -> None:
    link = share(ran.files, ran.settings.home / MONTH / "harbour-bank" / "invoice.pdf", lasts=timedelta(hours=1))
    signature = parse_qs(urlsplit(link).query)["sig"][0]
    secrets = spelled(front.password, WRONG, KEY, KEY[:24], signature)
    numbers = clear_numbers(on_folder)
    assert len(numbers) > 100
    found = everything(ran, verbose) | {"failures": "".join(failures).encode()}
    logs = {name: text for name, text in found.items() if name.endswith(".log")}
    assert sum(b"pymongo.command" in text for text in logs.values()) >= 3, "ingest, run and its kernels log all"
    assert any(b"azure.core" in text for text in logs.values())
    assert {"billing.ipynb", "manifest.json", "invoice.pdf", "index.html"} <= {Path(name).name for name in found}
    assert leaks(found, secrets, numbers) == []
