"""Shipped mappings: a few rows in each vendor's shape, and what the ledger holds of them."""

import gzip
import io
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from little_book import LittleBook, counts, message

FIXTURES = Path(__file__).parent / "fixtures"
AZURE = "/subscriptions/s/providers/microsoft.communication/communicationservices/acme"
ACCOUNTS = {
    ("twilio", "AC01"): "acme",
    ("vonage", "abcdef01"): "acme",
    ("aws-sns", "acct"): "acme",
    ("aws-sms-events", "acct"): "acme",
    ("infobip", "acct"): "acme",
    ("telemessage-xml", "acct"): "acme",
    ("kannel", "acct"): "acme",
    ("smpp", "acct"): "acme",
    ("whatsapp", "102290129340398"): "acme",
    ("azure", AZURE): "acme",
    ("tollbook", "A1"): "acme",
}
COLUMNS = "message_id, status, strftime(submitted_at, '%d %H:%M:%S'), segments, cost::float, cost_currency, country"


def book_in(folder: Path) -> LittleBook:
    return LittleBook(folder, ACCOUNTS)


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, (FIXTURES / name).read_bytes())
    return packed.getvalue()


def zstd(content: bytes) -> bytes:
    packed = pa.BufferOutputStream()
    with pa.CompressedOutputStream(packed, "zstd") as stream:
        stream.write(content)
    return bytes(packed.getvalue())


@pytest.mark.parametrize(
    ("place", "fixture", "totals", "stands"),
    [
        (
            "twilio/console.csv",
            "twilio_console.csv",
            {"read": 2, "posted": 2},
            [
                ("SM01", "delivered", "01 09:00:00", 1, 0.042, "USD", "GB"),
                ("SM02", "undelivered", "01 09:01:00", 2, 0.084, "USD", "GB"),
            ],
        ),
        (
            "twilio/older.csv",
            "twilio_console_older.csv",
            {"read": 1, "posted": 1},
            [("SM03", "received", "01 09:02:00", 1, 0.0075, "USD", "US")],
        ),
        (
            "vonage/report.csv",
            "vonage.csv",
            {"read": 2, "posted": 2},
            [
                ("0A01", "delivered", "01 09:00:00", 1, 0.042, "EUR", "GB"),
                ("0A02", "undelivered", "01 09:00:01", 1, 0.042, "EUR", "GB"),
            ],
        ),
        (
            "aws-sns/acct/us-east-1/2026/10/01/001.csv",
            "aws_sns.csv",
            {"read": 6, "posted": 4, "duplicate": 1, "quarantined": 1},
            [
                ("8f1c-1", "delivered", "01 09:00:00", 1, 0.039, "USD", "GB"),
                ("8f1c-2", "rejected", "01 09:00:01", 1, 0.0, "USD", "US"),
                ("8f1c-3", "unknown", "01 09:00:02", 1, 0.00645, "USD", "US"),
            ],
        ),
        (
            "aws-sms-events/acct/a.jsonl",
            "aws_sms_events.jsonl",
            {"read": 3, "posted": 2, "late": 1, "quarantined": 1},
            [("e-1", "delivered", "01 09:00:00", 2, 0.0129, "USD", "US")],
        ),
        (
            "infobip/acct/a.json",
            "infobip.json",
            {"read": 3, "posted": 2, "quarantined": 1},
            [
                ("i-1", "delivered", "01 09:00:00", 3, 0.03, "EUR", "GB"),
                ("i-2", "sent", "01 09:00:00", 1, 0.01, "EUR", "GB"),
            ],
        ),
        (
            "telemessage-xml/acct/a.xml",
            "telemessage.xml",
            {"read": 3, "posted": 3},
            [
                ("352484528", "delivered", "01 09:00:05", 1, 0.0, "", "GB"),
                ("352484528", "delivered", "01 09:00:07", 1, 0.0, "", ""),
                ("352484528", "undelivered", "01 09:00:06", 1, 0.0, "", "GB"),
            ],
        ),
        (
            "kannel/access.log",
            "kannel.log",
            {"read": 4, "posted": 3, "late": 1, "quarantined": 1},
            [
                ("10b8637f", "delivered", "01 09:00:00", 1, 0.0, "", "GB"),
                ("10b86380", "sent", "01 09:00:00", 1, 0.0, "", "GB"),
            ],
        ),
        (
            "smpp/acct/receipts.txt",
            "smpp.txt",
            {"read": 6, "posted": 4, "quarantined": 2},
            [
                ("0123", "delivered", "01 09:00:00", 1, 0.0, "", "GB"),
                ("0A2F", "undelivered", "01 09:00:30", 1, 0.0, "", "GB"),
                ("77", "expired", "01 09:00:00", 1, 0.0, "", "GB"),
                ("78", "delivered", "01 09:01:05", 1, 0.0, "", "GB"),
            ],
        ),
        (
            "whatsapp/webhooks.jsonl",
            "whatsapp.jsonl",
            {"read": 4, "posted": 3, "late": 1, "quarantined": 1},
            [
                ("wamid.A", "read", "01 09:00:01", 1, 0.0, "", "GB"),
                ("wamid.B", "sent", "01 09:00:00", 1, 0.0, "", "GB"),
            ],
        ),
        (
            "azure/events.json",
            "azure.json",
            {"read": 2, "posted": 1, "quarantined": 1},
            [("Outgoing_1", "delivered", "01 09:00:05", 1, 0.0, "", "US")],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_vendors_rows(
    tmp_path: Path, place: str, fixture: str, totals: dict[str, int], stands: list[tuple[object, ...]]
) -> None:
    book = book_in(tmp_path)
    report = book.take({place: (FIXTURES / fixture).read_bytes()})
    assert counts(report) == totals, (report.files, book.quarantine.rows().to_dict("records"))
    found = [(*row[:4], pytest.approx(row[4]), *row[5:]) for row in book.standing(COLUMNS)]
    assert found == stands


def test_every_part_of_a_message_costs_and_the_message_counts_once(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    book.take({"aws-sns/acct/us-east-1/2026/10/01/001.csv.gz": gzip.compress((FIXTURES / "aws_sns.csv").read_bytes())})
    assert book.query(
        "select sum(sign) filter (part <= 1), sum(sign * segments), sum(sign * cost)::varchar "
        "from ledger where message_id = '8f1c-1'"
    ) == [(1, 2, "0.07800000")]


def test_webhooks_in_any_order_end_at_read_even_when_delivered_was_skipped(tmp_path: Path) -> None:
    lines = (FIXTURES / "whatsapp.jsonl").read_text("utf-8").splitlines()
    found = []
    for name, order in (("as-sent", lines), ("turned", lines[::-1]), ("twice", lines + lines)):
        book = book_in(tmp_path / name)
        for number, line in enumerate(order):
            book.take({f"whatsapp/{number}.jsonl": line + "\n" * (1 + number)})
        found.append(book.standing(COLUMNS))
    assert found[0] == found[1] == found[2]
    assert [row[:2] for row in found[0]] == [("wamid.A", "read"), ("wamid.B", "sent")]


def test_a_zip_gz_or_zst_holds_the_same_records(tmp_path: Path) -> None:
    plain = (FIXTURES / "vonage.csv").read_bytes()
    book = book_in(tmp_path)
    first = book.take({"vonage/report.csv": plain})
    again = book.take({"vonage/report.zip": zipped("vonage.csv"), "vonage/report.csv.gz": gzip.compress(plain)})
    assert (counts(first), counts(again)) == ({"read": 2, "posted": 2}, {"read": 4, "duplicate": 4})
    rows = [message("m1"), message("m2")]
    book.take({"tollbook/a.csv": rows})
    (path,) = book.land({"tollbook/b.csv": rows})
    packed = zstd(path.read_bytes() + b"\n")
    path.unlink()
    assert counts(book.take({"tollbook/b.csv.zst": packed})) == {"read": 2, "duplicate": 2}
    assert not list(book.spill.glob("unpacked-*"))


def test_a_zip_of_several_files_is_refused(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    (refused,) = book.take({"vonage/two.zip": zipped("vonage.csv", "kannel.log")}).of_state("refused")
    assert "2 files" in refused.fault


def test_parquet_is_read_like_csv_with_its_own_types(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    frame = pd.DataFrame([message("m1"), message("m2", "arrived"), message("m3")])
    frame["submitted_at"] = pd.to_datetime(frame["submitted_at"])
    frame["segments"] = frame["segments"].astype("int64")
    frame["recipient"] = frame["recipient"].str.lstrip("+").astype("int64")
    path = book.landing / "tollbook" / "a.parquet"
    path.parent.mkdir(parents=True)
    frame.to_parquet(path)
    assert counts(book.take()) == {"read": 3, "posted": 2, "quarantined": 1}
    assert book.standing("message_id, submitted_at::varchar, recipient_masked") == [
        ("m1", "2026-10-01 09:00:00+00", "+4477*****23"),
        ("m3", "2026-10-01 09:00:00+00", "+4477*****23"),
    ]
