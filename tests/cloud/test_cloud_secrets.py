"""A whole month signed in: what it leaves behind, prints and logs holds no password, key, signature or number."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pypdfium2
import pytest
from pydantic import SecretStr

import tollbook
from blob_server import KEY
from document_server import free_port
from signing_front import SigningFront
from tollbook.book import Book
from tollbook.dashboards.usage import UsageDashboard
from tollbook.storage.sharing import share
from verbose import Verbose

MONTH = "2026-10"
WRONG = "n0t/the:pass@word"
Texts = dict[str, bytes]


def clear_numbers(book: Book) -> set[bytes]:
    """Numbers of people, whom messages went to or came from, as the landing files have them, without the plus."""
    found: set[bytes] = set()
    for path in sorted((book.settings.landing / "twilio").rglob("*.csv"))[:4]:
        with path.open(newline="") as file:
            whole = [row for row in csv.DictReader(file) if row["direction"]]  # a torn row does not say who is who
        people = [row["from" if row["direction"] == "inbound" else "to"] for row in whole]
        found |= {number.lstrip("+").encode() for number in people if (number or "").startswith("+")}
    return found


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
    assert page.figures.layout.display == "none"
    return [*told, page.trouble.value]


def test_what_went_wrong_is_said(failures: list[str]) -> None:
    refused, unreachable, _ = failures
    assert "refused (code 18 AuthenticationFailed)" in refused
    assert "no answer for 20 s" in unreachable


def everything(book: Book, verbose: Verbose) -> Texts:
    """All that the month left: files here and on Blob, documents, ledger and quarantine, prints and debug logs."""
    home = book.settings.home
    kept = [one for one in book.files.find(home) if not one.name.startswith("landing/")]
    book.files.update(kept)
    files = [
        path for place in (book.settings.project / "outputs", verbose.folder / "logs") for path in place.rglob("*")
    ]
    found = {name: text for path in files if path.is_file() for name, text in texts(path)}
    for name in book.documents.collections():
        found[f"collection {name}"] = json.dumps(book.documents.find(name), default=str).encode()
    found["ledger"] = book.open_ledger().df().to_csv().encode()
    found["quarantine"] = book.quarantine.rows().to_csv().encode()
    assert {one.name for one in kept} <= {path.relative_to(home).as_posix() for path in home.rglob("*")}
    return found


def texts(path: Path) -> Iterator[tuple[str, bytes]]:
    """A file as it is, and what it says where it is packed: pages of a PDF, parts of a workbook."""
    content = path.read_bytes()
    yield str(path), content
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(content) as document:
            yield f"{path} (text)", "".join(page.get_textpage().get_text_bounded() for page in document).encode()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from ((f"{path} ({name})", packed.read(name)) for name in packed.namelist())


def spelled(*secrets: str) -> set[bytes]:
    """Secrets as they are and as an address or Python would write them."""
    return {form.encode() for one in secrets for form in (one, quote(one), quote(one, safe=""), repr(one)[1:-1])}


def leaks(found: Texts, secrets: set[bytes], numbers: set[bytes]) -> list[str]:
    """Where one of the secrets stands, or one of the numbers in whatever longer row of digits."""
    lengths = {len(one) for one in numbers}
    lost = []
    for name, text in found.items():
        runs = {run for run in re.findall(rb"[0-9]+", text) if len(run) >= min(lengths)}
        parts = {run[at : at + n] for run in runs for n in lengths for at in range(len(run) - n + 1)}
        if parts & numbers or any(one in text for one in secrets):
            lost.append(name)
    return lost


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
