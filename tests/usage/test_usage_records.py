"""Fields: how a source's text becomes a time, a number, a recipient or a status, and why a row is refused."""

import duckdb
import pytest
from little_book import one_row, utc

from tollbook.usage.records import define_macros


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute("set TimeZone = 'UTC'")
    define_macros(made)
    return made


def read(connection: duckdb.DuckDBPyConnection, macro: str, *arguments: object) -> object:
    marks = ", ".join("?" * len(arguments))
    (value,) = one_row(connection, f"select read_{macro}({marks})", *arguments)
    return value


@pytest.mark.parametrize(
    ("layout", "text", "zone", "moment"),
    [
        ("iso", "2026-10-01T09:00:00Z", None, "2026-10-01 09:00"),
        ("iso", "2026-10-01T09:00:00.123456Z", None, "2026-10-01 09:00:00.123456"),
        ("iso", "2026-10-01T09:00:00+0000", None, "2026-10-01 09:00"),
        ("iso", "2026-10-01T09:00:00.250+05:30", None, "2026-10-01 03:30:00.250"),
        ("iso", "2026-10-01T09:00:00-0700", None, "2026-10-01 16:00"),
        ("iso", "2026-10-01 09:00:00.768000 UTC", None, "2026-10-01 09:00:00.768"),
        ("iso", "2026-10-01T09:00:00+02", "UTC", "2026-10-01 07:00"),
        ("iso", "2026-10-01T09:00-0530", "UTC", "2026-10-01 14:30"),
        ("iso", "2026-10-01 09:00:00.5 Europe/Berlin", "UTC", "2026-10-01 07:00:00.5"),
        ("iso", "2026-10-01 09:00:00 Atlantis/Capital", "UTC", None),
        ("iso", "2026-10-01", "UTC", "2026-10-01 00:00"),
        ("iso", "2026-10-01 09:00:00", "Asia/Jerusalem", "2026-10-01 06:00"),
        ("iso", "2025-12-01 09:00:00", "Asia/Jerusalem", "2025-12-01 07:00"),
        ("iso", "2026-10-01T09:00:00Z", "Asia/Jerusalem", "2026-10-01 09:00"),
        ("iso", "2026-10-01 09:00:00", None, None),  # neither the text nor the mapping says where
        ("iso", "2026-02-31T09:00:00Z", None, None),
        ("iso", "2026-13-01T09:00:00Z", None, None),
        ("iso", "1969-12-31T23:59:59Z", None, None),
        ("iso", "infinity", "UTC", None),
        ("iso", "yesterday", "UTC", None),
        ("rfc2822", "Thu, 01 Oct 2026 09:00:00 +0000", None, "2026-10-01 09:00"),
        ("rfc2822", "Thu, 01 Oct 2026 09:00:00 GMT", None, "2026-10-01 09:00"),
        ("rfc2822", "01 Oct 2026 12:00:00 +0300", None, "2026-10-01 09:00"),
        ("rfc2822", "Tue, 31 Feb 2026 09:00:00 +0000", None, None),  # a list of formats would say 3 March
        ("epoch_s", "1790845200", None, "2026-10-01 09:00"),
        ("epoch_ms", "1790845200250", None, "2026-10-01 09:00:00.250"),
        ("epoch_ms", "1790845200", None, None),  # seconds: 1970
        ("epoch_s", "1790845200250", None, None),  # milliseconds: far ahead
        ("epoch_s", "-5", None, None),
        ("compact", "20261001 09:00:00", "UTC", "2026-10-01 09:00"),
        ("compact", "20261001090000", "Asia/Jerusalem", "2026-10-01 06:00"),
        ("compact", "20260231090000", "UTC", None),
        ("compact", "20261001 09:00:00", None, None),
    ],
)
def test_times(
    connection: duckdb.DuckDBPyConnection, layout: str, text: str, zone: str | None, moment: str | None
) -> None:
    (read,) = one_row(connection, f"select sane(read_{layout}(?, ?))", text, zone)
    assert read == (utc(moment) if moment else None)


@pytest.mark.parametrize(
    ("macro", "text", "value"),
    [
        ("count", "3", "3"),
        ("count", "0", "0"),
        ("count", "-1", None),
        ("count", "1.0", "1"),
        ("count", "2.5", None),  # a plain cast rounds it
        ("count", "99999999999", None),
        ("count", "three", None),
        ("money", "-0.00750", "0.00750000"),
        ("money", "0.0158", "0.01580000"),
        ("money", "1e-3", "0.00100000"),
        ("money", "12,50", None),
        ("money", "nan", None),
        ("money", "99999999999", None),
        ("quantity", "1.5", "1.500000"),
        ("quantity", "-1.5", None),
    ],
)
def test_numbers(connection: duckdb.DuckDBPyConnection, macro: str, text: str, value: str | None) -> None:
    found = read(connection, macro, text)
    assert (None if found is None else str(found)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("+447700900123", "447700900123"),
        ("447700900123", "447700900123"),
        ("00447700900123", "447700900123"),
        ("+44 (7700) 900-123", "447700900123"),
        ("whatsapp:+447700900123", "447700900123"),
        ("1XXX5550100", "1xxx5550100"),
        ("Ann@Example.org", "ann@example.org"),
        ("mailto:ann@example.org", "ann@example.org"),
        ("", None),
        ("0547700900", None),  # a national number: nobody knows whose
        ("+1234", None),
        ("12345678901234567", None),
        ("+44'; drop table incoming; --", None),
        ("ann@localhost", None),
    ],
)
def test_recipients(connection: duckdb.DuckDBPyConnection, text: str, value: str | None) -> None:
    assert read(connection, "recipient", text) == value


def test_token_is_hmac_sha256_of_the_digits(connection: duckdb.DuckDBPyConnection) -> None:
    import hashlib
    import hmac

    from tollbook.usage.staging import hmac_pads

    key = b"0123456789abcdef"
    pads = hmac_pads(key)
    (token,) = one_row(connection, "select token(?, ?, '447700900123')", pads["inner_pad"], pads["outer_pad"])
    assert token == hmac.new(key, b"447700900123", hashlib.sha256).hexdigest()[:32]


@pytest.mark.parametrize(
    ("text", "masked"),
    [("447700900123", "+4477*****23"), ("12345", "+12*****45"), ("ann@example.org", "a***@***org")],
)
def test_a_mask_hides_most_of_a_recipient(connection: duckdb.DuckDBPyConnection, text: str, masked: str) -> None:
    assert one_row(connection, "select mask(?)", text) == (masked,)
