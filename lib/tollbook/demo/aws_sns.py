"""AWS SNS daily SMS usage reports: `aws-sns/<account>/SMSUsageReports/us-east-1/YYYY/MM/DD/001.csv.gz`.

One row per part of a message, all parts with the message's id; at most 50,000 rows a file; UTC days; statuses are
sentences. The report names neither the account (it is in the path) nor a network nor a campaign, and shows each
message once, so no receipt is ever late here. Parts that fail are priced too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from tollbook.demo import columns, faults
from tollbook.demo.csv_file import CsvPlan, CsvShape, csv_file
from tollbook.demo.destinations import supplier_prices
from tollbook.demo.landing import LandingFile, beside, gzipped
from tollbook.demo.manifest import Delivery
from tollbook.demo.receipts import OUTCOMES
from tollbook.demo.traffic import Traffic

SOURCE = "aws-sns"
STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "delivered": "Message has been accepted by phone carrier",
        "undelivered": "Phone is currently unreachable/unavailable",
        "expired": "Phone carrier is currently unreachable/unavailable",
        "rejected": "Phone carrier has blocked this message",
        "failed": "Invalid phone number",
        "unknown": "Unknown error attempting to reach phone",
    }
)
"""Our outcome -> the sentence in the report (Amazon SNS developer guide, SMS delivery failure reasons)."""

_ROWS_A_FILE = 50_000
_MALFORMED_DAYS = ("07", "21")
_SHAPE = CsvShape(
    ("MessageId", "00000000-{}"),
    {
        "bad_time": ("PublishTimeUTC", "2026-02-30T25:61:00.000Z"),
        "bad_recipient": ("DestinationPhoneNumber", "anonymous"),
        "missing_id": ("MessageId", None),
        "bad_status": ("DeliveryStatus", "Message is in the post"),
    },
)


@dataclass(frozen=True, slots=True)
class Special:
    """UTC days (`YYYY/MM/DD`) whose first file is delivered twice, or first cut short and then whole."""

    redelivered: str = ""
    cut_short: str = ""


def make_files(traffic: Traffic, account: str, special: Special, rng: np.random.Generator) -> Iterator[LandingFile]:
    """Every file of one account, in order of their names."""
    rows = per_part(traffic.of(SOURCE))
    table = _table(traffic, rows)
    days, firsts = np.unique(rows["submitted"].to_numpy() // 86_400_000, return_index=True)
    carried = table[:0]
    for place, (day, first) in enumerate(zip(days, firsts, strict=True)):
        end = firsts[place + 1] if place + 1 < len(firsts) else len(rows)
        name = f"{pd.Timestamp(int(day), unit='D'):%Y/%m/%d}"
        folder = f"{SOURCE}/{account}/SMSUsageReports/us-east-1/{name}"
        for number, start in enumerate(range(first, end, _ROWS_A_FILE), 1):
            part = table[start : min(start + _ROWS_A_FILE, end)]
            every = np.ones(part.num_rows, dtype=bool)
            marks = faults.mark(rng, every, ~every, last=place == len(days) - 1)
            plan = CsvPlan(
                path=f"{folder}/{number:03d}.csv.gz",
                rows=part,
                marks=marks,
                carried=carried,
                malformed=name[-2:] in _MALFORMED_DAYS and number == 1,
            )
            file = csv_file(plan, _SHAPE, rng)
            packed = LandingFile(file.delivery, gzipped(file.content))
            yield from _specially(packed, name, special) if number == 1 else (packed,)
            carried = part.take(pa.array(marks.carried))


def per_part(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per segment, with `part` from 1."""
    parts = rows.loc[rows.index.repeat(rows["segments"])].reset_index(names="message")
    return parts.assign(part=(parts.groupby("message").cumcount() + 1).astype(np.int8))


def costs(rows: pd.DataFrame) -> NDArray[np.int64]:
    """What AWS charges for all parts of each message, in 0.00001 USD, whatever became of it."""
    prices = supplier_prices(SOURCE)[rows["country"].to_numpy()]
    return np.asarray(prices * rows["segments"].to_numpy())


def _specially(file: LandingFile, day: str, special: Special) -> Iterator[LandingFile]:
    """A day's first file, and its second delivery where the day is special."""
    path = file.delivery.path
    again = beside(path, "again")
    if day == special.cut_short:
        yield LandingFile(Delivery(path, "refused", twin=again), file.content[: len(file.content) * 3 // 5])
        yield LandingFile(replace(file.delivery, path=again), file.content)
        return
    yield file
    if day == special.redelivered:
        yield LandingFile(Delivery(again, "redelivered", twin=path), file.content)


def _table(traffic: Traffic, rows: pd.DataFrame) -> pa.Table:
    """The report's columns as text, one row per part."""
    count = len(rows)
    kinds = ["Promotional" if stream.category == "marketing" else "Transactional" for stream in traffic.streams]
    identifier = columns.dashed(columns.hexadecimal(rows["high"].to_numpy(), rows["low"].to_numpy()))
    prices = supplier_prices(SOURCE)[rows["country"].to_numpy()]
    return pa.table(
        {
            "PublishTimeUTC": columns.iso_ms(rows["submitted"].to_numpy()),
            "MessageId": columns.fixed(identifier, rows=count),
            "DestinationPhoneNumber": columns.whole(rows["number"].to_numpy()),
            "MessageType": columns.choice(kinds, rows["stream"].to_numpy()),
            "DeliveryStatus": columns.choice([STATUSES.get(name) for name in OUTCOMES], rows["outcome"].to_numpy()),
            "PriceInUSD": columns.amounts(prices),
            "PartNumber": columns.whole(rows["part"].to_numpy()),
            "TotalParts": columns.whole(rows["segments"].to_numpy()),
        }
    )
