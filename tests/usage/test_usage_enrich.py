"""Enrichment: country by number, segments by text, networks that exist. Numbers are of ranges kept for fiction."""

from pathlib import Path

import pytest
from little_book import LittleBook, counts, message

from tollbook.usage.enrich import country_of
from tollbook.usage.sql import statement


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("447700900123", "GB"),
        ("972501234567", "IL"),
        ("12025550123", "US"),
        ("14165550123", "CA"),
        ("1xxx5550100", "US"),  # masked: the calling code's main country
        ("999123456", ""),
        ("", ""),
    ],
)
def test_country_of(number: str, country: str) -> None:
    assert country_of(number) == country


def test_the_country_of_the_source_beats_the_number(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1"), message("m2", country="IE"), message("m3", recipient="a@b.example")]})
    assert book.standing("message_id, country") == [("m1", "GB"), ("m2", "IE"), ("m3", "")]


def test_networks_keep_their_zeros_and_unknown_ones_are_flagged(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    rows = [message("m1", network="23415"), message("m2", mcc="310", mnc="004"), message("m3", network="73299")]
    book.take({"tollbook/a.csv": rows})
    assert book.standing("message_id, mcc, mnc, flags") == [
        ("m1", "234", "15", ""),
        ("m2", "310", "004", ""),
        ("m3", "732", "99", "UNKNOWN_NETWORK"),
    ]


def test_text_is_counted_compared_with_the_sources_count_and_dropped(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    long = "a" * 161
    rows = [
        message("m1", text=long, segments=""),
        message("m2", text=long, segments="2"),
        message("m3", text=long, segments="1"),  # the source's count stands, and the difference is flagged
        message("m4", text="שלום", segments=""),
    ]
    assert counts(book.take({"tollbook/a.csv": rows})) == {"read": 4, "posted": 4}
    assert book.standing("message_id, segments, encoding, flags") == [
        ("m1", 2, "GSM-7", ""),
        ("m2", 2, "GSM-7", ""),
        ("m3", 1, "GSM-7", "SEGMENTS_DIFFER"),
        ("m4", 1, "UCS-2", ""),
    ]


def test_no_clear_number_and_no_text_reaches_the_disk(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    secret, number = "MyVerySecretText", "447700900123"
    rows = [message("m1", text=secret), message("m2", text=secret, submitted_at="never")]
    book.take({"tollbook/a.csv": rows})
    lake = [path for path in (tmp_path / "book").rglob("*") if path.is_file()]
    cells = [str(cell) for row in book.query("from ledger") for cell in row]
    cells += [str(cell) for cell in book.quarantine.rows().to_numpy().ravel()]
    assert lake
    assert not any(number in cell or secret in cell for cell in cells)
    assert not any(number.encode() in path.read_bytes() or secret.encode() in path.read_bytes() for path in lake)


@pytest.mark.parametrize(
    ("sender", "direction", "kept", "kind"),
    [
        ("+447700900187", "mo", "+4477*****87", "long_code"),
        ("whatsapp:+447700900187", "mo", "+4477*****87", "long_code"),
        ("+44 7700 900187", "mo", "+4477*****87", "long_code"),
        ("anna@example.com", "mo", "a***@***com", "alphanumeric"),
        ("60777", "mo", "60777", "short_code"),
        ("ACME", "mo", "ACME", "alphanumeric"),
        ("+447700900187", "mt", "+447700900187", "long_code"),
    ],
)
def test_who_writes_in_is_a_person_and_only_a_mask_is_kept(
    tmp_path: Path, sender: str, direction: str, kept: str, kind: str
) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", sender=sender, direction=direction)]})
    assert book.standing("sender") == [(kept,)]
    book.connection.execute(statement("sender_type"))
    assert book.standing("sender_type_of(sender)") == [(kind,)]
