"""A connection to Blob that breaks in the middle of an upload and at the very commit: nothing lost, nothing twice."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tollbook
from cloud_servers import Cloud
from cutting_proxy import CuttingProxy, Moment
from tollbook.book import Book
from tollbook.demo import write_demo


def is_commit(line: str) -> bool:
    """The commit that posts entries: version 0 makes the empty table."""
    return line.startswith("PUT") and "/ledger/_delta_log/00000000000000000001.json" in line


def is_data(line: str) -> bool:
    return line.startswith("PUT") and "/ledger/day" in line and ".parquet" in line


@pytest.fixture
def proxy(cloud: Cloud) -> Iterator[CuttingProxy]:
    made = CuttingProxy(cloud.blob.port)
    yield made
    made.close()


def posted(book: Book) -> list[tuple[object, ...]]:
    book.open_ledger()
    return book.connection.sql(
        "select client, status, sum(sign), count(*), count(distinct message_id) from ledger group by all order by all"
    ).fetchall()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, cloud: Cloud) -> list[tuple[object, ...]]:
    settings = cloud.settings(tmp_path_factory.mktemp("whole"), database="whole")
    write_demo(settings, months=1, scale=0.01)
    book = tollbook.open(settings)
    book.ingest()
    return posted(book)


@pytest.mark.parametrize(
    ("wanted", "moment"),
    [(is_commit, "before"), (is_commit, "halfway"), (is_commit, "answered"), (is_data, "halfway")],
)
def test_a_cut_connection_loses_and_repeats_nothing(
    cloud: Cloud,
    proxy: CuttingProxy,
    expected: list[tuple[object, ...]],
    tmp_path: Path,
    wanted: Callable[[str], bool],
    moment: Moment,
) -> None:
    settings = cloud.settings(tmp_path, database=f"cut_{wanted.__name__}_{moment}")
    assert settings.azure_connection_string
    through = settings.azure_connection_string.get_secret_value().replace(str(cloud.blob.port), str(proxy.port))
    settings = type(settings)(
        project=settings.project, home=settings.blob, azure_connection_string=through,
        mongodb_uri=settings.mongodb_uri,
    )  # fmt: skip
    write_demo(settings, months=1, scale=0.01)
    book = tollbook.open(settings)
    proxy.cut(moment, wanted, times=3)
    book.ingest()
    assert len(proxy.cuts) == 3
    again = tollbook.open(settings)
    again.ingest()
    assert posted(again) == expected
    totals = again.control_totals()
    assert all(one.balanced and one.state == "posted" for one in totals if not one.fault)
