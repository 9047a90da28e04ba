"""A demo month on Azure Blob and MongoDB: the invoices of a folder and SQLite, on every machine, without secrets."""

import csv
import json
import logging
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

import tollbook
from blob_server import KEY
from cloud_servers import Cloud
from tollbook.book import Book
from tollbook.dashboards.usage import UsageDashboard
from tollbook.doctor import examine
from tollbook.runs.month import run_month
from tollbook.runs.result import read_result
from tollbook.settings import Settings
from tollbook.storage.sharing import share

MONTH = "2026-10"
RUN = ("harbour-bank", "marigold-retail")
NOTEBOOKS = ("ingestion", "billing", "visualization")


@pytest.fixture(scope="session")
def ran(on_blob: Book) -> Book:
    """The month run for two clients."""
    summary = run_month(on_blob.settings, MONTH, clients=RUN, notebooks=NOTEBOOKS)
    assert [row.reason for row in summary.rows] == ["", ""]
    return on_blob


@pytest.fixture
def elsewhere(cloud: Cloud, on_blob: Book, tmp_path: Path) -> Settings:
    """Another machine's project, with the same parameters and home and nothing else."""
    settings = cloud.settings(tmp_path, on_blob.settings.blob)
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


def test_a_run_gives_the_same_totals(ran: Book, on_folder: Book) -> None:
    for client in RUN:
        figures = read_result(ran.settings.home / MONTH / client / "billing.json").figures
        assert figures["total"] == str(on_folder.bill(client, MONTH).total)


def test_another_machine_finds_the_month_published(ran: Book, elsewhere: Settings) -> None:
    summary = run_month(elsewhere, MONTH, clients=RUN, notebooks=NOTEBOOKS)
    assert {part.state for row in summary.rows for part in row.notebooks.values()} == {"unchanged"}
    ours, theirs = (one.home / MONTH for one in (ran.settings, elsewhere))
    names = {path.relative_to(ours) for path in ours.rglob("*") if path.is_file()}
    assert names == {path.relative_to(theirs) for path in theirs.rglob("*") if path.is_file()}


def test_a_dashboard_elsewhere_shows_the_usage_without_the_lake(elsewhere: Settings, on_folder: Book) -> None:
    book = tollbook.open(elsewhere)
    there = UsageDashboard(book, client="harbour-bank", period=MONTH)
    here = UsageDashboard(on_folder, client="harbour-bank", period=MONTH)
    assert there.parts.cards.value == here.parts.cards.value
    assert not (elsewhere.book / "ledger").exists()


def test_the_command_line_works_by_the_environment_alone(elsewhere: Settings, on_folder: Book) -> None:
    environment = {
        **os.environ,
        "TOLLBOOK_PROJECT": str(elsewhere.project),
        "TOLLBOOK_HOME": elsewhere.blob,
        "TOLLBOOK_AZURE_CONNECTION_STRING": elsewhere.azure_connection_string.get_secret_value(),  # type: ignore[union-attr]
        "TOLLBOOK_MONGODB_URI": elsewhere.mongodb_uri.get_secret_value(),  # type: ignore[union-attr]
    }
    command = [sys.executable, "-m", "tollbook.cli", "bill", "prairie-city", MONTH, "--json"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(said.stdout)["total"] == str(on_folder.bill("prairie-city", MONTH).total)


def clear_numbers(book: Book) -> set[bytes]:
    """Numbers of people, whom messages went to or came from, as the landing files have them, without the plus."""
    found: set[bytes] = set()
    for path in sorted((book.settings.landing / "twilio").rglob("*.csv"))[:4]:
        with path.open(newline="") as file:
            whole = [row for row in csv.DictReader(file) if row["direction"]]  # a torn row does not say who is who
        people = [row["from" if row["direction"] == "inbound" else "to"] for row in whole]
        found |= {number.lstrip("+").encode() for number in people if (number or "").startswith("+")}
    return found


def test_no_output_log_notebook_or_document_holds_a_secret_or_a_number(
    ran: Book, on_folder: Book, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)  # with all that the drivers say
    uri = ran.settings.mongodb_uri
    assert uri
    link = share(ran.files, ran.settings.home / MONTH / RUN[0] / "invoice.pdf", lasts=timedelta(hours=1))
    signature = parse_qs(urlsplit(link).query)["sig"][0]
    numbers = clear_numbers(on_folder)
    assert len(numbers) > 100
    spelled = (signature, quote(signature, safe=""))
    secrets = {KEY[:24].encode(), uri.get_secret_value().encode(), *(one.encode() for one in spelled)}
    ran.files.bring(ran.settings.home / MONTH)
    texts = {path: path.read_bytes() for path in ran.settings.home.rglob("*") if path.is_file()}
    texts |= {
        Path(name): json.dumps(ran.documents.find(name), default=str).encode() for name in ran.documents.collections()
    }
    texts[Path("the log")] = caplog.text.encode()
    assert len(texts) > 50
    assert len(caplog.text) > 1000
    for path, text in texts.items():
        assert not [one for one in secrets if one in text], path
        assert not [one for one in numbers if one in text], path
