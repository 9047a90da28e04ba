"""A home opened by an identity's tokens, as managed identity and `az login` give them: files, the lake, links.

Azurite looks at a token's claims, not at its signature; who gives it, Entra ID, is not here.
"""

import base64
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.request import urlopen

import duckdb
import pytest
from azure.core.credentials import AccessToken
from azure.storage.blob import BlobServiceClient

from blob_server import BlobServer, blob_command
from checkout import need
from tollbook.settings import Settings
from tollbook.storage import blob_access
from tollbook.storage.blob import BlobFiles
from tollbook.storage.blob_access import BlobAccess
from tollbook.storage.lake import Table
from tollbook.storage.sharing import share


class Identity:
    """Gives tokens as an identity of a tenant would."""

    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        now = int(time.time())
        tenant = "ab1f708d-50f6-404c-a006-d71b2ac7a606"
        claims = {
            "aud": "https://storage.azure.com",
            "iss": f"https://sts.windows.net/{tenant}/",
            "iat": now - 10,
            "nbf": now - 10,
            "exp": now + 3600,
            "ver": "1.0",
            "oid": "23657296-5cd5-45b0-a809-d972a7f4dfe1",
            "tid": tenant,
        }
        parts = (base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in ({}, claims))
        return AccessToken(".".join([*parts, "unsigned"]), now + 3600)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BlobFiles]:
    need(blob_command() and shutil.which("openssl"), "node, openssl and what tests/storage/servers/fetch brings")
    (tmp_path / "blob").mkdir()
    server = BlobServer(tmp_path / "blob", tls=True)
    server.start()
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(server.certificate))
    monkeypatch.setattr(blob_access, "_default_credential", Identity)
    (tmp_path / "parameters").mkdir()
    settings = Settings(project=tmp_path, home="az://books/tollbook", azure_account=server.endpoint)
    with BlobServiceClient.from_connection_string(server.connection_string) as service:
        service.create_container("books")
    access = BlobAccess.of(settings)
    assert (access.key, access.sas) == (None, None)
    yield BlobFiles(settings.home, replace(access, attempts=2))
    server.kill()


def test_files_and_links_need_no_account_key(files: BlobFiles) -> None:
    path = files.home / "invoices" / "UK-1.pdf"
    path.parent.mkdir(parents=True)
    path.write_text("%PDF")
    files.keep(path)
    link = share(files, path, lasts=timedelta(hours=1))
    assert "skoid=" in link  # signed with a user delegation key
    with urlopen(link, timeout=10) as answer:  # noqa: S310 - the test server's address
        assert answer.read() == b"%PDF"


def test_the_lake_is_opened_by_the_same_token(files: BlobFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = BlobAccess.lake_options
    unverified = {"allow_invalid_certificates": "true"}  # delta-rs trusts the system's certificates only
    monkeypatch.setattr(BlobAccess, "lake_options", lambda access: whole(access) | unverified)
    table = Table(files.home / "ledger", files=files)
    rows = duckdb.connect().sql("select date '2026-10-01' as day, 1 as n")
    table.append(rows, transactions={"ledger": 1}, notes={})
    assert table.transaction("ledger") == 1
    assert len(table.files(date(2026, 10, 1))) == 1
