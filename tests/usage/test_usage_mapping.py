"""Source mappings: what a wrong one says. Every message names the file, the key and the reason."""

from pathlib import Path, PurePosixPath

import pytest
from little_book import SOURCES

from tollbook.usage.mapping import BadMapping, Source, read_mapping, read_mappings

GOOD = """
source: plain
files: ["plain/*.csv"]
format: {type: csv}
client: {from: account}
fields:
  message_id: id
  recipient: to
  submitted_at: at
  channel: {value: sms}
  direction: {value: mt}
  status: {from: status, values: {ok: delivered}}
"""


def mapping(folder: Path, text: str) -> Source:
    path = folder / "plain.yaml"
    path.write_text(text, "utf-8")
    return read_mapping(path)


def test_a_column_name_is_short_for_a_rule(tmp_path: Path) -> None:
    source = mapping(tmp_path, GOOD)
    assert source.fields["message_id"].columns == ("id",)
    assert source.fields["channel"].value == "sms"
    assert source.client.columns == ("account",)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("id\n", "id\n  colour: blue\n", "unknown fields colour"),
        ("  recipient: to\n", "", "fields lacks recipient"),
        ("{type: csv}", "{type: excel}", "format.type"),
        ("{type: csv}", "{type: csv, delimiter: ';;'}", "format.delimiter"),
        ("{ok: delivered}", "{ok: arrived}", "fields.status: arrived is none of accepted"),
        ("{value: sms}", "{value: pigeon}", "fields.channel: pigeon"),
        ("{value: mt}", "{}", "fields.direction: give a column"),
        ("submitted_at: at", "submitted_at: {from: at, time: iso8601}", "fields.submitted_at.time"),
        ("submitted_at: at", "submitted_at: {from: at, zone: Mars/Base}", "fields.submitted_at.zone: Mars/Base"),
        ("{from: account}", "{}", "client: give either from"),
        ("{from: account}", "{from: account, folder: 2}", "client: give either from"),
        ("source: plain", "source: other", "is named 'plain'"),
        ("source: plain", "source: ../plain", "source:"),
        ('["plain/*.csv"]', "[]", "files:"),
        ("fields:", "fields: [", "cannot be read"),
        ("source: plain", "source: plain\nnotes: hi", "notes:"),
    ],
)
def test_a_wrong_mapping_names_file_key_and_reason(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(BadMapping) as caught:
        mapping(tmp_path, GOOD.replace(old, new, 1))
    assert str(tmp_path / "plain.yaml") in str(caught.value)
    assert says in str(caught.value)
    assert "parameters/README.md" in str(caught.value)


def test_bytes_that_are_no_text_are_a_bad_mapping(tmp_path: Path) -> None:
    path = tmp_path / "plain.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadMapping, match="cannot be read"):
        read_mapping(path)


@pytest.mark.parametrize(
    ("pattern", "path", "owned"),
    [
        ("plain/*.csv", "plain/a.csv", True),
        ("plain/*.csv", "plain/sub/a.csv", False),
        ("plain/**/*.csv", "plain/a.csv", True),
        ("plain/**/*.csv", "plain/x/y/a.csv", True),
        ("plain/**/*.csv", "plainer/a.csv", False),
        ("a?.csv", "ab.csv", True),
        ("a?.csv", "a/.csv", False),
        ("a+b.csv", "aab.csv", False),
    ],
)
def test_files_are_claimed_by_pattern(tmp_path: Path, pattern: str, path: str, owned: bool) -> None:  # noqa: FBT001
    source = mapping(tmp_path, GOOD.replace("plain/*.csv", pattern))
    assert source.owns(PurePosixPath(path)) is owned


def test_shipped_mappings_hold_together() -> None:
    sources = {source.source for source in read_mappings(SOURCES)}
    assert {"twilio", "aws-sns", "telemessage", "tollbook"} <= sources
