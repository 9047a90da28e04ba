"""A worker that has the package and an environment, nothing else: home on Blob, documents in MongoDB."""

from pathlib import Path

import pytest

from dask_cluster import Cluster
from tollbook.book import Book
from tollbook.runs.month import run_month
from tollbook.runs.result import read_result

pytest.importorskip("distributed")

MONTH = "2026-10"


def test_a_worker_with_nothing_but_the_environment_does_a_month(on_blob: Book, on_folder: Book, tmp_path: Path) -> None:
    settings = on_blob.settings
    assert settings.mongodb_uri
    assert settings.azure_connection_string
    with Cluster.under(tmp_path / "cluster") as cluster:
        cluster.work(
            "anna",
            TOLLBOOK_MONGODB_URI=settings.mongodb_uri.get_secret_value(),
            TOLLBOOK_AZURE_CONNECTION_STRING=settings.azure_connection_string.get_secret_value(),
        )
        summary = run_month(
            settings, MONTH, clients=["prairie-city"], notebooks=["ingestion", "billing"], scheduler=cluster.address
        )
    assert [row.reason for row in summary.rows] == [""]
    assert summary.exit_code == 0
    figures = read_result(settings.home / MONTH / "prairie-city" / "billing.json").figures
    assert figures["total"] == str(on_folder.bill("prairie-city", MONTH).total)
    kept = {one.name for one in on_blob.files.find(settings.home / MONTH / "prairie-city")}
    assert f"{MONTH}/prairie-city/manifest.json" in kept
