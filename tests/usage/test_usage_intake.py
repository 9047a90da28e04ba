"""Intake: control totals, posted once for ever, and what each row became."""

from pathlib import Path

import pytest
from little_book import LittleBook, counts, message

import tollbook
from tollbook.book import Book
from tollbook.demo import Manifest, write_demo
from tollbook.settings import Settings
from tollbook.usage.totals import COUNTS

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize(
    ("rows", "became"),
    [
        # Same key, same facts.
        ([message(), message()], {"posted": 1, "duplicate": 1}),
        # A newer status reverses and replaces.
        ([message(status="sent"), message(status="delivered")], {"posted": 2, "late": 1}),
        # An older one does not.
        ([message(status="delivered"), message(status="sent")], {"posted": 1, "superseded": 1}),
        # Final beats open, whatever the times say.
        (
            [
                message(status="undelivered", status_at="2026-10-01T09:01:00Z"),
                message(status="sent", status_at="2026-10-02T09:00:00Z"),
            ],
            {"posted": 1, "superseded": 1},
        ),
        # Among final ones rank decides, then the time.
        ([message(status="delivered"), message(status="read")], {"posted": 2, "late": 1}),
        (
            [message(status_at="2026-10-01T10:00:00Z"), message(status_at="2026-10-01T09:30:00Z")],
            {"posted": 1, "superseded": 1},
        ),
        # Another recipient or part is another record.
        ([message(), message(recipient="+447700900124")], {"posted": 2}),
        ([message(part="1"), message(part="2")], {"posted": 2}),
        # The same key under another client, channel or direction is nobody's.
        ([message(), message(account="B1")], {"posted": 1, "quarantined": 1}),
        ([message(), message(channel="mms")], {"posted": 1, "quarantined": 1}),
        ([message(), message(direction="mo")], {"posted": 1, "quarantined": 1}),
    ],
)
def test_what_becomes_of_a_second_report(tmp_path: Path, rows: list[dict[str, str]], became: dict[str, int]) -> None:
    expected = {"read": len(rows), **became}
    together, apart = LittleBook(tmp_path / "together"), LittleBook(tmp_path / "apart")
    assert counts(together.take({"tollbook/a.csv": rows})) == expected
    apart.take({"tollbook/a.csv": rows[:1]})
    later = apart.take({"tollbook/b.csv": rows[1:]})
    assert later.total("posted") == expected["posted"] - 1
    assert apart.sums() == together.sums()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"message_id": ""}, "missing_id"),
        ({"recipient": "0547700900"}, "bad_recipient"),
        ({"submitted_at": "2026-02-31T09:00:00Z"}, "bad_time"),
        ({"submitted_at": ""}, "bad_time"),
        ({"status_at": "soon"}, "bad_time"),
        ({"status": "arrived"}, "bad_status"),
        ({"direction": "up"}, "bad_direction"),
        ({"segments": "2.5"}, "bad_number"),
        ({"cost": "free"}, "bad_number"),
        ({"channel": "pigeon"}, "bad_value"),
        ({"unit": "bushel"}, "bad_value"),
        ({"account": "Z9"}, "unknown_client"),
        ({"account": ""}, "unknown_client"),
    ],
)
def test_a_bad_row_is_quarantined_with_its_reason(tmp_path: Path, change: dict[str, str], reason: str) -> None:
    book = LittleBook(tmp_path)
    report = book.take({"tollbook/a.csv": [message("m1"), {**message("m2"), **change}]})
    assert counts(report) == {"read": 2, "posted": 1, "quarantined": 1}
    assert report.reasons() == {reason: 1}
    assert book.reasons() == [("tollbook/a.csv", 3, reason)]


def test_a_file_is_posted_once_for_ever(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    (path,) = book.land({"tollbook/a.csv": [message("m1")]})
    assert [one.state for one in book.take().files] == ["posted"]
    assert [one.state for one in book.take().files] == ["known"]
    book.land({"tollbook/copy.csv": path.read_bytes()})
    assert [one.state for one in book.take().files] == ["known", "redelivered"]
    # Changed under its old name: a new file; what it repeats is a duplicate.
    report = book.take({"tollbook/a.csv": [message("m1"), message("m2")]})
    assert counts(report) == {"read": 2, "posted": 1, "duplicate": 1}
    assert len(book.standing("message_id")) == 2


def test_a_receipt_months_later_still_finds_its_message(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", "sent", "2026-03-01T09:00:00Z")]})
    late = message("m1", "delivered", "2026-03-01T09:00:00Z", status_at="2026-09-20T09:00:00Z")
    assert counts(book.take({"tollbook/b.csv": [late]})) == {"read": 1, "posted": 1, "late": 1}
    assert book.query("select batch, sign, status from ledger order by all") == [
        (1, 1, "sent"),
        (2, -1, "sent"),
        (2, 1, "delivered"),
    ]


def test_an_unclaimed_file_is_refused_and_said(tmp_path: Path) -> None:
    (refused,) = LittleBook(tmp_path).take({"nobody/a.csv": "x\n"}).files
    assert (refused.state, refused.fault) == ("refused", "no source claims it")


def test_an_empty_file_with_a_header_is_posted_as_nothing(tmp_path: Path) -> None:
    header = ",".join(message()) + "\n"
    (totals,) = LittleBook(tmp_path).take({"tollbook/a.csv": header}).files
    assert (totals.state, totals.read, totals.balanced) == ("posted", 0, True)


@pytest.fixture(scope="module")
def small_demo(project_of_module: Settings) -> tuple[Book, Manifest]:
    manifest = write_demo(project_of_module, scale=0.02, months=2)
    return tollbook.open(project_of_module), manifest


@pytest.fixture(scope="module")
def project_of_module(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    import shutil

    folder = tmp_path_factory.mktemp("small")
    shutil.copytree(FIXTURES.parents[2] / "parameters" / "sources", folder / "parameters" / "sources")
    return Settings(project=folder)


def test_control_totals_are_those_of_the_manifest_file_by_file(small_demo: tuple[Book, Manifest]) -> None:
    book, manifest = small_demo
    report = book.ingest()
    assert {name: report.total(name) for name in COUNTS} == {name: getattr(manifest.expected, name) for name in COUNTS}
    expected = {one.path: one for one in manifest.deliveries}
    for one in report.files:
        wanted = expected[one.file]
        state = {"redelivered": "redelivered", "refused": "refused"}.get(wanted.kind, "posted")
        assert (one.file, one.state) == (one.file, state)
        if state == "posted":
            found = (one.read, one.posted, one.duplicate, one.superseded, one.late, dict(one.reasons))
            reasons = {reason: rows for reason, rows in wanted.quarantined.items() if rows}
            assert (one.file, found) == (
                one.file,
                (wanted.read, wanted.posted, wanted.duplicate, wanted.superseded, wanted.late, reasons),
            )
    # Taken in again, nothing is posted.
    before = book.batch
    again = book.ingest()
    assert (again.total("read"), book.batch) == (0, before)
    # And what stands is what the demo says it sent.
    for client, usage in manifest.clients.items():
        for month, wanted_month in usage.months.items():
            sums = book.ledger_sums(client, month)
            assert (client, month, sums.messages, sums.segments) == (
                client,
                month,
                wanted_month.messages,
                wanted_month.segments,
            )
            assert sums.cost == wanted_month.cost


def test_real_twilio_rows_go_through_the_shipped_mapping(tmp_path: Path) -> None:
    book = LittleBook(tmp_path, {("twilio", "Ad2343b352c5e4fc50653232323"): "acme"})
    report = book.take({"twilio/messages.csv": (FIXTURES / "twilio_messages.csv").read_bytes()})
    assert counts(report) == {"read": 10, "posted": 10}
    assert book.query("select sum(sign), sum(sign * segments), sum(sign * cost)::varchar from ledger") == [
        (10, 20, "0.15800000")
    ]
    assert book.standing("client, direction, country, status, cost_currency") == [
        ("acme", "mt", "US", "delivered", "USD")
    ]
