"""What a book and its commands leave behind, and where secrets or clear phone numbers stand in it."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pypdfium2

from tollbook.book import Book
from verbose import Verbose

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
