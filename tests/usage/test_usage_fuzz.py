"""Hostile files: whatever the bytes, no run crashes, no wrong row is posted, and every row is in the control totals.

`TOLLBOOK_FUZZ` sets how many mutated files are made; each run takes them in as one landing.
"""

import gzip
import io
import json
import os
import random
import zipfile
from pathlib import Path

import pytest
from little_book import LittleBook, csv_text, message

from tollbook.usage.totals import IntakeReport

FILES = int(os.environ.get("TOLLBOOK_FUZZ", "150"))
FIXTURES = Path(__file__).parent / "fixtures"
ACCOUNTS = {
    ("tollbook", "A1"): "acme",
    **dict.fromkeys([(name, "t") for name in ("telemessage-xml", "infobip", "smpp")], "acme"),
}
HOSTILE = (
    b"\0", b'"', b'""', b"\n", b"\r", b"\r\n", b",", b"\xff\xfe", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"=1+1|cmd",
    b"';drop table incoming;--", b"{" * 300, b"[" * 300, b"x" * 70_000, b"\\", b"%s%n", b"<!DOCTYPE a>", b"&a;", b"NaN",
    b"-", b"99999999999999999999", b"\x1b[31m", "\u202e".encode(), b"null",
)  # fmt: skip
SEEDS = {
    "tollbook/{}.csv": csv_text(message(f"good-{number}") for number in range(12)).encode(),
    "telemessage-xml/t/{}.xml": (FIXTURES / "telemessage.xml").read_bytes(),
    "infobip/t/{}.json": (FIXTURES / "infobip.json").read_bytes(),
    "smpp/t/{}.txt": (FIXTURES / "smpp.txt").read_bytes(),
}


def mutated(content: bytes, luck: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(luck.randint(1, 4)):
        place = luck.randrange(len(data) + 1)
        match luck.randrange(4):
            case 0:
                data[place:place] = luck.choice(HOSTILE)
            case 1:
                del data[place : place + luck.randint(1, 40)]
            case 2:
                data[place : place + 1] = bytes([luck.randrange(256)])
            case _:
                data[place:place] = data[place : place + luck.randint(1, 200)]
    return bytes(data)


def accounted_for(report: IntakeReport, files: int) -> None:
    assert len(report.files) == files
    assert all(one.balanced for one in report.files)
    assert all(one.state in {"posted", "refused", "redelivered"} for one in report.files)


def test_mutated_files_never_stop_a_run_and_never_post_what_was_not_said(tmp_path: Path) -> None:
    luck = random.Random(7)  # noqa: S311 - the same files each time
    book = LittleBook(tmp_path, ACCOUNTS)
    names = list(SEEDS)
    files = {}
    for number in range(FILES):
        name = names[number % len(names)]
        content = mutated(SEEDS[name], luck)
        packed = luck.random() < 0.2
        files[name.format(number) + (".gz" if packed and name.endswith(".csv") else "")] = (
            gzip.compress(content, mtime=0)[: luck.choice([None, -9])] if packed and name.endswith(".csv") else content
        )
    report = book.take(files)
    accounted_for(report, FILES)
    assert report.total("posted") > 0
    (postings,) = book.query("select count(*) filter (sign = 1 and not contains(flags, 'PASSED')) from ledger")
    assert postings[0] == report.total("posted")
    wrong = book.query(
        "select * from ledger where client <> 'acme' or segments < 0 or cost < 0 "
        "or year(submitted_at) not between 2000 and 2030 or recipient_masked not similar to '\\+[0-9x]+[*]{5}..|.*@.*'"
    )
    assert wrong == []
    assert all(one.balanced for one in book.take().files)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("tollbook/bomb.csv.gz", gzip.compress(b"a" * 20_000_000), "more than 1,000,000 bytes"),
        ("infobip/t/bomb.json.gz", gzip.compress(b"[" + b"1," * 5_000_000 + b"1]"), "more than 1,000,000 bytes"),
        ("infobip/t/deep.json", b"[" * 100_000, "nested more than"),
        ("infobip/t/open.json", b'{"results":[' + b'{"a":' * 90, "not JSON"),
        ("telemessage-xml/t/deep.xml", b"<a>" * 100_000, "nested more than"),
        (
            "telemessage-xml/t/laughs.xml",
            b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
            "document type",
        ),
        ("telemessage-xml/t/cut.xml", b"<TELEMESSAGE><A>", "not XML"),
        ("tollbook/not.zip", b"PK\x03\x04 not an archive", "not a zip"),
        ("tollbook/not.parquet", b"PAR1 not parquet", "Parquet"),
        ("tollbook/not.csv.zst", b"no zstandard", "unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) and "/" in value else "",
)
def test_bombs_and_impostors_are_refused_by_name(tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    book = LittleBook(tmp_path, ACCOUNTS)
    report = book.take({name: content, "tollbook/z-good.csv": [message("m1")]}, largest=1_000_000)
    (refused,) = report.of_state("refused")
    assert (refused.file, report.total("posted")) == (name, 1)
    assert fault.lower() in refused.fault.lower()


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"\0" * 30_000_000)
    book = LittleBook(tmp_path, ACCOUNTS)
    (refused,) = book.take({"tollbook/bomb.zip": packed.getvalue()}, largest=1_000_000).of_state("refused")
    assert "more than 1,000,000 bytes" in refused.fault
    assert not [path for path in book.spill.rglob("*") if path.is_file()]


def test_a_record_of_hostile_texts_is_posted_as_text_or_refused(tmp_path: Path) -> None:
    book = LittleBook(tmp_path, ACCOUNTS)
    rows = [
        message(f"m{number}", sender=text.decode("utf-8", "replace").replace("\0", ""))
        for number, text in enumerate(HOSTILE)
    ]
    report = book.take({"tollbook/a.csv": rows})
    accounted_for(report, 1)
    assert report.total("read") == len(HOSTILE)
    assert report.total("posted") >= len(HOSTILE) - 1
    assert json.dumps(book.standing("sender"))
