"""The book on the demo world: what a notebook opens."""

import re
import shutil
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

import tollbook
from tollbook.book import Book, NothingIngested, UnknownClient
from tollbook.demo import read_manifest
from tollbook.period import BadMonth, FutureMonth
from tollbook.rating.contracts import BadClientFile, NoContract
from tollbook.settings import Settings
from tollbook.usage.totals import COUNTS

MANIFEST = "demo-manifest.json"


def test_a_month_of_the_demo_bills_what_the_manifest_says_was_sent(demo_book: Book) -> None:
    manifest = read_manifest(demo_book.settings.home / MANIFEST)
    for client in demo_book.client_ids():
        usage = demo_book.usage(client, date(2026, 10, 1), date(2026, 10, 31))
        month = manifest.clients[client].months["2026-10"]
        assert usage["messages"].sum() == month.messages
        assert usage["segments"].sum() == month.segments
        assert sum(usage["cost"]) == month.cost


def test_control_totals_equal_the_manifests_expectations(demo_book: Book) -> None:
    manifest = read_manifest(demo_book.settings.home / MANIFEST)
    totals = demo_book.control_totals()
    found = {count: sum(getattr(one, count) for one in totals) for count in COUNTS}
    assert found == asdict(manifest.expected)
    assert all(one.balanced for one in totals)


def test_quarantined_rows_are_the_injected_ones_reason_by_reason(demo_book: Book) -> None:
    manifest = read_manifest(demo_book.settings.home / MANIFEST)
    found = demo_book.quarantine.rows()["reason"].value_counts().to_dict()
    assert found == {reason: number for reason, number in manifest.faults.quarantined.items() if number}


def test_refused_and_redelivered_files_are_the_injected_ones(demo_book: Book) -> None:
    manifest = read_manifest(demo_book.settings.home / MANIFEST)
    again = demo_book.ingest()
    assert {one.file for one in again.of_state("refused")} == set(manifest.faults.refused_files)
    assert {one.file for one in again.of_state("redelivered")} == set(manifest.faults.redelivered_files)
    assert again.total("read") == 0


def test_no_clear_number_and_no_text_reaches_the_book(demo_book: Book) -> None:
    demo_book.open_ledger()
    (masked,) = demo_book.connection.sql("select bool_and(contains(recipient_masked, '*')) from ledger").fetchall()[0]
    assert masked
    rows = demo_book.quarantine.rows()
    torn = rows["reason"] == "bad_row"  # of which only the shape is kept: every digit a 9, every letter an x
    assert set(re.findall(r"\d", " ".join(rows[torn]["raw"]))) == {"9"}
    assert not re.search(r"\d{9,}", " ".join(rows[~torn]["raw"]))


def test_bill_lines_and_taxes_add_up_and_cover_the_metered_usage(demo_book: Book) -> None:
    for client in demo_book.client_ids():
        bill = demo_book.bill(client, "2026-10")
        assert not bill.unrated
        assert bill.total == sum((line.amount for line in bill.lines), Decimal(0)) + bill.tax
        for line in bill.lines:
            if line.items:
                assert sum((item.amount for item in line.items), Decimal(0)) == line.amount


SPANS = [
    ("2026-10-01", "2026-10-31"),
    ("2026-09-20", "2026-10-03"),
    ("0001-01-01", "2026-09-30"),
    ("2026-10-05", "9999-12-31"),
    ("2027-01-01", "2027-01-31"),
]


@pytest.mark.parametrize("span", SPANS)
def test_usage_read_before_is_the_usage_read_for_itself(demo_project: Settings, span: tuple[str, str]) -> None:
    first, last = map(date.fromisoformat, span)
    wide, fresh = tollbook.open(demo_project), tollbook.open(demo_project)
    read = wide.usage("harbour-bank", date.min, date.max)
    read["messages"] = 0  # what a reader does with it is its own
    assert_frame_equal(wide.usage("harbour-bank", first, last), fresh.usage("harbour-bank", first, last))
    assert_frame_equal(
        wide.usage("monsoon-air", first, last), tollbook.open(demo_project).usage("monsoon-air", first, last)
    )


def test_a_bill_as_of_an_earlier_batch_is_that_batchs_bill(demo_book: Book) -> None:
    assert demo_book.bill("harbour-bank", "2026-10", batch=0).messages == 0
    assert demo_book.bill("harbour-bank", "2026-10") == demo_book.bill("harbour-bank", "2026-10", batch=demo_book.batch)


def test_unknown_clients_bad_months_and_future_months_are_said_plainly(demo_book: Book) -> None:
    with pytest.raises(UnknownClient, match="unknown client 'acme'; clients: carmel-clinic"):
        demo_book.bill("acme", "2026-10")
    with pytest.raises(BadMonth, match="write it as YYYY-MM"):
        demo_book.bill("harbour-bank", "October")
    with pytest.raises(FutureMonth, match="2999-01 has not begun"):
        demo_book.bill("harbour-bank", "2999-01")
    with pytest.raises(NoContract, match="no contract in force on 1999-01-01"):
        demo_book.bill("harbour-bank", "1999-01")


def test_one_broken_client_file_names_file_and_field(demo_book: Book, tmp_path: Path) -> None:
    parameters = tmp_path / "parameters"
    shutil.copytree(demo_book.settings.parameters, parameters)
    path = parameters / "clients" / "harbour-bank.yaml"
    path.write_text(path.read_text().replace("currency: GBP", "currency: XXQ", 1))
    book = tollbook.open(Settings(project=tmp_path))
    with pytest.raises(BadClientFile, match=r"harbour-bank\.yaml: contracts\.0\.currency: unknown currency 'XXQ'"):
        book.client("harbour-bank")


def test_an_empty_book_says_what_to_do(project: Settings) -> None:
    book = tollbook.open(project)
    assert book.batch == 0
    assert book.client_ids() == []
    with pytest.raises(UnknownClient, match="`tollbook demo` makes six"):
        book.client("anyone")


def test_known_to_needs_usage(demo_book: Book, tmp_path: Path) -> None:
    assert demo_book.known_to("harbour-bank") == date(2026, 10, 31)
    shutil.copytree(demo_book.settings.parameters, tmp_path / "parameters")
    with pytest.raises(NothingIngested, match="the ledger is empty"):
        tollbook.open(Settings(project=tmp_path)).known_to("harbour-bank")


def test_deliveries_name_the_files_a_month_stands_on(demo_book: Book) -> None:
    files = demo_book.deliveries("harbour-bank", "2026-10")
    sums = demo_book.ledger_sums("harbour-bank", "2026-10")
    assert files["messages"].sum() == sums.messages
    assert set(files["source"]) == {"twilio"}
    assert len(demo_book.refused_rows(list(files["file"]))) == sum(
        one.quarantined for one in demo_book.control_totals() if one.file in set(files["file"])
    )
