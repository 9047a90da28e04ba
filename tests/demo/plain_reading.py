"""A second, slow reading of demo landing files: plain Python, a row at a time, sharing nothing with the generator.

It knows the three formats and the posting rules as DESIGN.md states them, and keeps every record's last status.
"""

import csv
import gzip
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tollbook.usage.segments import segment

OPEN = {"sent", "2500", "2100", "2800"}
KNOWN = OPEN | {"delivered", "undelivered", "failed", "received"}
KNOWN |= {"2501", "2502", "2503", "2504", "2505", "2101", "2102", "2801", "2802"}
KNOWN |= {
    "Message has been accepted by phone carrier",
    "Phone is currently unreachable/unavailable",
    "Phone carrier is currently unreachable/unavailable",
    "Phone carrier has blocked this message",
    "Invalid phone number",
    "Unknown error attempting to reach phone",
}
COUNTS = ("read", "posted", "duplicate", "superseded", "late")


class Refused(Exception):
    """A row that cannot be a record."""


@dataclass(frozen=True)
class Record:
    key: tuple[str, ...]
    account: str
    at: datetime
    status: str
    status_at: datetime
    segments: int
    cost: Decimal
    network: str = ""
    campaign: str = ""
    counts: int = 1  # 0 for the second and further parts of a message


@dataclass
class Reading:
    files: dict[str, Counter[str]] = field(default_factory=dict)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    records: dict[tuple[str, ...], Record] = field(default_factory=dict)


def read_landing(landing: Path) -> Reading:
    reading = Reading()
    seen: set[str] = set()
    for path in sorted(landing.rglob("*.*")):
        name = path.relative_to(landing).as_posix()
        sha = hashlib.sha256(path.read_bytes()).hexdigest()
        if sha in seen:
            reading.again.append(name)
            continue
        seen.add(sha)
        try:
            rows = list(read_rows(path, name))
        except EOFError:
            reading.refused.append(name)
            continue
        counts = reading.files[name] = Counter(read=len(rows))
        reading.reasons[name] = Counter()
        for row in rows:
            if isinstance(row, Refused):
                reading.reasons[name][str(row)] += 1
            else:
                post(reading.records, row, counts)
    return reading


def post(records: dict[tuple[str, ...], Record], row: Record, counts: Counter[str]) -> None:
    known = records.get(row.key)
    if known == row:
        counts["duplicate"] += 1
    elif known is None or (known.status in OPEN and row.status not in OPEN):
        records[row.key] = row
        counts["posted"] += 1
        counts["late"] += known is not None
        assert known is None or (row.status_at - row.at).total_seconds() > 86_400
    else:
        assert row.status in OPEN
        assert known.status not in OPEN
        counts["superseded"] += 1


def read_rows(path: Path, name: str) -> Iterator[Record | Refused]:
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text("utf-8")
    if path.suffix == ".jsonl":
        for line in text.splitlines():
            yield from telemessage(line)
        return
    header, *rows = csv.reader(text.splitlines())
    read = twilio if name.startswith("twilio/") else aws_sns
    for row in rows:
        try:
            if len(row) != len(header):
                raise Refused("bad_row")  # noqa: TRY301 - the same way out as all the others
            yield read(dict(zip(header, row, strict=True)), name)
        except Refused as reason:
            yield reason


def check(reason: str, *, when: bool) -> None:
    if not when:
        raise Refused(reason)


def number(text: str) -> str:
    check("bad_recipient", when=re.fullmatch(r"\+?[1-9]\d{7,14}", text) is not None)
    return text.removeprefix("+")


def twilio(row: dict[str, str], _name: str) -> Record:
    check("missing_id", when=row["sid"] != "")
    check("bad_status", when=row["status"] in KNOWN)
    check("bad_number", when=row["num_segments"].isdigit())
    recipient = number(row["to"])
    try:
        at, status_at = (parsedate_to_datetime(row[name]) for name in ("date_created", "date_updated"))
    except ValueError as error:
        raise Refused("bad_time") from error
    assert row["price"] == "" or row["price"].startswith("-0.")
    cost = -Decimal(row["price"] or 0)
    segments = int(row["num_segments"])
    return Record(("twilio", row["sid"], recipient), row["account_sid"], at, row["status"], status_at, segments, cost)


def aws_sns(row: dict[str, str], name: str) -> Record:
    check("missing_id", when=row["MessageId"] != "")
    check("bad_status", when=row["DeliveryStatus"] in KNOWN)
    recipient = number(row["DestinationPhoneNumber"])
    try:
        at = datetime.strptime(row["PublishTimeUTC"], "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError as error:
        raise Refused("bad_time") from error
    key = ("aws-sns", row["MessageId"], recipient, row["PartNumber"])
    cost, first = Decimal(row["PriceInUSD"]), row["PartNumber"] == "1"
    return Record(key, name.split("/")[1], at, row["DeliveryStatus"], at, 1, cost, counts=int(first))


def telemessage(text: str) -> Iterator[Record | Refused]:
    try:
        line = json.loads(text)
    except ValueError:
        yield Refused("bad_row")
        return
    for one in line["recipients"]:
        try:
            yield recipient_record(line, one)
        except Refused as reason:
            yield reason


def recipient_record(line: dict[str, object], one: dict[str, object]) -> Record:
    check("missing_id", when=line["messageID"] is not None)
    check("bad_time", when=isinstance(line["date"], int))
    status = str(one["status"])
    check("bad_status", when=status in KNOWN)
    address = one["recipient"]
    assert isinstance(address, dict)
    recipient = address["value"] if address["type"] == "EMAIL" else number(address["value"])
    return Record(
        ("telemessage", str(line["messageID"]), str(recipient)),
        str(line["companyId"]),
        epoch(line["date"]),
        status,
        epoch(one["statusDate"]),
        segment(str(line["text"])).segments,
        Decimal(0),
        str(one["mccmnc"]),
        str(line["campaign"]),
    )


def epoch(milliseconds: object) -> datetime:
    assert isinstance(milliseconds, int)
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def by_month(records: list[Record], zone: str) -> dict[str, list[Record]]:
    """Records by the month of their submission as a zone's clocks show it."""
    months: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        months[f"{record.at.astimezone(ZoneInfo(zone)):%Y-%m}"].append(record)
    return dict(sorted(months.items()))
