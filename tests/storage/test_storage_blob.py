"""A home on Blob: files kept, brought, updated and forgotten; the lake in it; what is said when it cannot be."""

import threading
import traceback
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import duckdb
import pytest

from blob_server import KEY, BlobServer
from tollbook.errors import TollbookError
from tollbook.settings import Settings
from tollbook.storage.blob import BlobFiles
from tollbook.storage.blob_access import BadBlobAddress, BlobAccess, BlobRefused, BlobUnreachable
from tollbook.storage.documents import NoDocumentStore, documents_of
from tollbook.storage.files import Files, open_files
from tollbook.storage.lake import Table
from tollbook.storage.lake_errors import CommitConflict, LakeUnwritable
from tollbook.storage.sharing import NotShareable, share


@pytest.fixture
def two_machines(blob_server: BlobServer, tmp_path: Path) -> tuple[Settings, Settings]:
    """Two projects with one home."""
    for name in ("here", "there"):
        (tmp_path / name / "parameters").mkdir(parents=True)
    here = blob_server.settings(tmp_path / "here")
    return here, blob_server.settings(tmp_path / "there", here.blob)


def write(home: Path, contents: Mapping[str, str]) -> None:
    for name, content in contents.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(content)


def held(home: Path) -> dict[str, str]:
    return {path.relative_to(home).as_posix(): path.read_text() for path in home.rglob("*") if path.is_file()}


def test_what_one_machine_keeps_another_brings(two_machines: tuple[Settings, Settings]) -> None:
    here, there = two_machines
    write(here.home, {"2026-10/a/invoice.json": "{}", "2026-10/b/invoice.pdf": "%PDF", "2026-10/.x.part": "half"})
    open_files(here).keep(here.home / "2026-10")
    files = open_files(there)
    files.bring(there.home / "2026-10", endings=(".json",))
    assert held(there.home) == {"2026-10/a/invoice.json": "{}"}
    files.bring(there.home / "2026-10")
    assert held(there.home) == {"2026-10/a/invoice.json": "{}", "2026-10/b/invoice.pdf": "%PDF"}


def test_bringing_replaces_what_differs_and_removes_what_is_gone(two_machines: tuple[Settings, Settings]) -> None:
    here, there = two_machines
    write(here.home, {"q/a": "new", "q/b": "same"})
    write(there.home, {"q/a": "old", "q/b": "same", "q/c": "gone"})
    open_files(here).keep(here.home / "q")
    before = (there.home / "q/b").stat().st_ino
    open_files(there).bring(there.home / "q")
    assert held(there.home) == {"q/a": "new", "q/b": "same"}
    assert (there.home / "q/b").stat().st_ino == before
    open_files(here).forget(here.home / "q")
    assert open_files(there).find(there.home) == []


def test_of_many_that_create_a_file_one_wins(two_machines: tuple[Settings, Settings]) -> None:
    here, _ = two_machines
    files = open_files(here)
    got: list[bytes] = []
    threads = [
        threading.Thread(target=lambda n=n: got.append(files.create(here.book / "token.key", f"{n}".encode())))
        for n in range(8)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(got) == 8
    assert len(set(got)) == 1


def append(files: Files, home: Path, batch: int) -> None:
    connection = duckdb.connect()
    rows = connection.sql("select date '2026-10-01' + (i % 2)::integer as day, i from range(10) as r(i)")
    Table(home / "ledger", files=files).append(rows, transactions={"ledger": batch}, notes={"n": str(batch)})


def test_the_lake_is_one_for_all_machines(two_machines: tuple[Settings, Settings]) -> None:
    here, there = two_machines
    append(open_files(here), here.home, 1)
    append(open_files(there), there.home, 2)
    with pytest.raises(CommitConflict):
        append(open_files(here), here.home, 2)
    table = Table(there.home / "ledger", files=open_files(there))
    assert (table.transaction("ledger"), table.notes("n")) == (2, ["1", "2"])
    files = table.files(date(2026, 10, 2), date(2026, 10, 2))
    assert len(files) == 2
    query = "select count(*), min(day) from read_parquet(?, hive_partitioning = true)"
    assert duckdb.connect().sql(query, params=[files]).fetchall() == [(10, date(2026, 10, 2))]


def said(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def test_a_server_that_is_away_is_named_without_its_secrets(blob_server: BlobServer, tmp_path: Path) -> None:
    (tmp_path / "parameters").mkdir()
    away = blob_server.connection_string.replace(str(blob_server.port), "1")
    settings = Settings(project=tmp_path, home="az://books/x", azure_connection_string=away)
    files = BlobFiles(settings.home, replace(BlobAccess.of(settings), attempts=1))
    with pytest.raises(BlobUnreachable, match="az://books/x") as caught:
        files.find(settings.home)
    assert KEY[:20] not in said(caught.value) + repr(files) + repr(settings)
    with pytest.raises(LakeUnwritable, match="Azure") as lake:
        Table(settings.book / "ledger", files=files).exists()
    assert KEY[:20] not in said(lake.value)


@pytest.mark.parametrize("wrong", ["AccountKey", "container"])
def test_what_azure_refuses_is_said_without_the_secret(blob_server: BlobServer, tmp_path: Path, wrong: str) -> None:
    (tmp_path / "parameters").mkdir()
    text = blob_server.connection_string
    text = text.replace(KEY, KEY[::-1].replace("==", "") + "==") if wrong == "AccountKey" else text
    settings = Settings(project=tmp_path, home="az://nobodys/x", azure_connection_string=text)
    with pytest.raises(BlobRefused, match="check account, container, credential") as caught:
        open_files(settings).find(settings.home)
    assert KEY[:20] not in said(caught.value)
    assert KEY[::-1][2:20] not in said(caught.value)


@pytest.mark.parametrize(
    ("home", "given"),
    [("az://X", {}), ("az://books/x", {}), ("az://books/x?sig=hush", {"azure_account": "a"}),
     ("az://books/x", {"azure_connection_string": "nonsense"})],
)  # fmt: skip
def test_an_address_that_says_too_little_is_refused(tmp_path: Path, home: str, given: dict[str, Any]) -> None:
    (tmp_path / "parameters").mkdir()
    with pytest.raises(TollbookError, match="TOLLBOOK_AZURE_ACCOUNT") as caught:
        BlobAccess.of(Settings(project=tmp_path, home=home, **given))
    assert isinstance(caught.value, BadBlobAddress)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "account", "endpoint"),
    [
        ({"azure_account": "acme"}, "acme", "https://acme.blob.core.windows.net"),
        ({"azure_account": "https://acme.blob.core.chinacloudapi.cn/"}, "acme", "https://acme.blob.core.chinacloudapi.cn"),
        ({"azure_account": "http://127.0.0.1:9/dev", "azure_key": "k"}, "dev", "http://127.0.0.1:9/dev"),
        ({"azure_connection_string": "AccountName=a;AccountKey=k=="}, "a", "https://a.blob.core.windows.net"),
        ({"azure_connection_string": "BlobEndpoint=https://b.blob.core.windows.net/;SharedAccessSignature=?sv=1&sig=x"},
         "b", "https://b.blob.core.windows.net"),
    ],
)  # fmt: skip
def test_the_account_is_found(tmp_path: Path, given: dict[str, Any], account: str, endpoint: str) -> None:
    (tmp_path / "parameters").mkdir()
    access = BlobAccess.of(Settings(project=tmp_path, home="az://books/x/", **given))
    assert (access.account, access.endpoint, access.prefix) == (account, endpoint, "x")


def test_a_home_on_blob_asks_for_a_shared_document_store(tmp_path: Path) -> None:
    (tmp_path / "parameters").mkdir()
    with pytest.raises(NoDocumentStore, match="TOLLBOOK_MONGODB_URI"):
        documents_of(Settings(project=tmp_path, home="az://books/x"))


def test_a_link_reads_one_file_for_a_while(two_machines: tuple[Settings, Settings]) -> None:
    here, _ = two_machines
    write(here.home, {"invoices/uk/2026/UK-1.pdf": "%PDF", "invoices/uk/2026/UK-2.pdf": "%PDF 2"})
    files, path = open_files(here), here.home / "invoices/uk/2026/UK-1.pdf"
    files.keep(here.home / "invoices")
    link = share(files, path, lasts=timedelta(hours=1))
    assert "sp=r&" in link
    assert KEY[:20] not in link
    assert fetched(link) == (200, b"%PDF")
    assert fetched(link.replace("UK-1", "UK-2"))[0] == 403
    assert fetched(link.split("?")[0])[0] in {401, 403, 404, 409}
    yesterday = datetime.now(UTC) - timedelta(days=1)
    assert fetched(share(files, path, lasts=timedelta(hours=1), now=yesterday))[0] == 403


def fetched(url: str) -> tuple[int, bytes]:
    try:
        with urlopen(url, timeout=10) as answer:  # noqa: S310 - the test server's address
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, b""


def test_what_cannot_be_shared_says_why(two_machines: tuple[Settings, Settings], tmp_path: Path) -> None:
    here, _ = two_machines
    with pytest.raises(NotShareable, match="is not in az://"):
        share(open_files(here), here.home / "invoices" / "UK-9.pdf", lasts=timedelta(hours=1))
    with pytest.raises(NotShareable, match="at most 7 days"):
        share(open_files(here), here.home / "invoices" / "UK-9.pdf", lasts=timedelta(days=8))
    folder = Settings(project=here.project, home=tmp_path / "home")
    with pytest.raises(NotShareable, match="the home is a folder"):
        share(open_files(folder), tmp_path / "UK-1.pdf", lasts=timedelta(hours=1))


def test_work_in_hidden_folders_is_left_alone(two_machines: tuple[Settings, Settings]) -> None:
    here, there = two_machines
    write(here.home, {"q/a": "kept", "q/.pending/x": "of one machine"})
    write(there.home, {"q/b": "gone", "q/.pending/y": "of the other"})
    open_files(here).keep(here.home / "q")
    open_files(there).bring(there.home / "q")
    assert held(there.home) == {"q/a": "kept", "q/.pending/y": "of the other"}
    open_files(there).bring(there.home / "q" / ".pending")
    assert held(there.home) == {"q/a": "kept", "q/.pending/x": "of one machine"}
