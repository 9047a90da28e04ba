"""Twilio message exports: `twilio/<account sid>/<YYYY-MM>.csv`, a file per UTC month.

Columns are those of the Message resource, bodies redacted (empty). Times are RFC 2822 in GMT, prices negative texts
in USD, empty for messages that failed before they left the platform. A message without a receipt stays `sent`.
`<YYYY-MM>_late.csv` sorts after `<YYYY-MM>.csv` and repeats some of its messages with the status known later.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from tollbook.demo import columns, faults
from tollbook.demo.csv_file import CsvPlan, CsvShape, csv_file
from tollbook.demo.destinations import supplier_prices
from tollbook.demo.landing import LandingFile, beside, csv_bytes
from tollbook.demo.manifest import Delivery
from tollbook.demo.receipts import FAILED, OUTCOMES, RECEIVED, UNKNOWN, is_late
from tollbook.demo.traffic import Traffic, utc_months
from tollbook.demo.world import Stream

SOURCE = "twilio"
STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "delivered": "delivered",
        "undelivered": "undelivered",
        "expired": "undelivered",
        "rejected": "undelivered",
        "failed": "failed",
        "unknown": "sent",
        "received": "received",
    }
)
"""Our outcome -> Twilio's last status."""

# Codes and texts of Twilio's error dictionary.
_ERRORS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "undelivered": ("30003", "Unreachable destination handset"),
        "expired": ("30008", "Unknown error"),
        "rejected": ("30007", "Message filtered"),
        "failed": ("30006", "Landline or unreachable carrier"),
    }
)
_SHAPE = CsvShape(
    ("sid", "SM{}"),
    {
        "bad_time": ("date_created", "Tue, 31 Feb 2026 10:00:00 +0000"),
        "bad_recipient": ("to", "anonymous"),
        "missing_id": ("sid", None),
        "bad_status": ("status", "teleported"),
        "bad_number": ("num_segments", "two"),
    },
)
# As an older console download begins.
_REORDERED = (
    *("from", "to", "body", "status", "date_sent", "num_segments", "error_code", "account_sid", "sid", "direction"),
    *("price", "price_unit", "messaging_service_sid", "num_media", "error_message", "date_created", "date_updated"),
)
_OWN_NUMBERS = MappingProxyType({"GB": "+447700900999", "IN": "+917000009999"})  # never drawn as recipients


@dataclass(frozen=True, slots=True)
class Special:
    """UTC months (`YYYY-MM`) whose file is delivered twice, or with its columns in another order."""

    redelivered: str = ""
    reordered: str = ""


def service_sid(client: str, stream: Stream) -> str:
    """The messaging service a stream is sent through."""
    return "MG" + hashlib.sha256(f"{client}/{stream.name}".encode()).hexdigest()[:32]


def make_files(traffic: Traffic, account: str, special: Special, rng: np.random.Generator) -> Iterator[LandingFile]:
    """Every file of one account, in order of their names."""
    rows = traffic.of(SOURCE)
    months = utc_months(rows)
    every = np.unique(months)
    carried = _table(traffic, account, rows[:0], open_=np.zeros(0, dtype=bool))
    for place, number in enumerate(every):
        name = str(number)
        month = rows[months == number].reset_index(drop=True)
        late = is_late(month["outcome"].to_numpy(), month["latency"].to_numpy())
        marks = faults.mark(rng, ~late, _receipted(month) & ~late, last=place == len(every) - 1)
        plan = CsvPlan(
            path=f"{SOURCE}/{account}/{name}.csv",
            rows=_table(traffic, account, month, open_=late),
            marks=marks,
            carried=carried,
            malformed=place % 2 == 0 and name != special.reordered,
            order=_REORDERED if name == special.reordered else (),
        )
        file = csv_file(plan, _SHAPE, rng)
        yield file
        if name == special.redelivered:
            yield LandingFile(Delivery(beside(plan.path, "again"), "redelivered", twin=plan.path), file.content)
        if late.any() or len(marks.stale):
            yield _late_file(traffic, account, month, marks, plan.path)
        carried = plan.rows.take(pa.array(marks.carried))


def costs(rows: pd.DataFrame) -> NDArray[np.int64]:
    """What Twilio charges for each row, in 0.00001 USD: by segment, nothing for failed messages."""
    prices = supplier_prices(SOURCE)[rows["country"].to_numpy()]
    return np.where(rows["outcome"] == FAILED, 0, prices * rows["segments"].to_numpy())


def _receipted(rows: pd.DataFrame) -> NDArray[np.bool_]:
    return np.asarray(~rows["outcome"].isin((FAILED, UNKNOWN, RECEIVED)))


def _late_file(traffic: Traffic, account: str, month: pd.DataFrame, marks: faults.Marks, path: str) -> LandingFile:
    """Final statuses of late messages, and outdated ones of messages that were final already."""
    late = is_late(month["outcome"].to_numpy(), month["latency"].to_numpy())
    stale = np.zeros(len(month), dtype=bool)
    stale[marks.stale] = True
    repeated = late | stale
    table = _table(traffic, account, month[repeated], open_=stale[repeated])
    delivery = Delivery(
        path=beside(path, "late"),
        kind="late",
        read=int(repeated.sum()),
        posted=int(late.sum()),
        superseded=int(stale.sum()),
        late=int(late.sum()),
    )
    return LandingFile(delivery, csv_bytes(table))


def _table(traffic: Traffic, account: str, rows: pd.DataFrame, *, open_: NDArray[np.bool_]) -> pa.Table:
    """The export's columns as text; rows that are `open_` are still `sent`."""
    count = len(rows)
    streams, outcomes = rows["stream"].to_numpy(), rows["outcome"].to_numpy()
    received = outcomes == RECEIVED
    created = rows["submitted"].to_numpy()
    updated = created + np.where(open_, 1000, np.maximum(rows["latency"].to_numpy(), 1000))
    shown = np.where(open_, UNKNOWN, outcomes)
    phone = columns.whole(rows["number"].to_numpy(), "+")
    own = columns.same(_OWN_NUMBERS[traffic.client.country], count)
    services = [service_sid(traffic.client.client, stream) for stream in traffic.streams]
    price = columns.amounts(-costs(rows))
    unpriced = pa.array(outcomes == FAILED)
    return pa.table(
        {
            "sid": columns.fixed(
                "SM", columns.hexadecimal(rows["high"].to_numpy(), rows["low"].to_numpy()), rows=count
            ),
            "account_sid": columns.same(account, count),
            "messaging_service_sid": columns.choice(services, streams),
            "from": pa.compute.if_else(pa.array(received), phone, own),
            "to": pa.compute.if_else(pa.array(received), own, phone),
            "body": columns.same(None, count),
            "status": columns.choice([STATUSES[name] for name in OUTCOMES], shown),
            "direction": columns.choice(["outbound-api", "inbound"], received.astype(np.int8)),
            "num_segments": columns.whole(rows["segments"].to_numpy()),
            "num_media": columns.same("0", count),
            "price": pa.compute.if_else(unpriced, pa.scalar(None, pa.string()), price),
            "price_unit": columns.same("USD", count),
            "error_code": columns.choice([_ERRORS.get(name, (None,))[0] for name in OUTCOMES], shown),
            "error_message": columns.choice([_ERRORS.get(name, (None, None))[1] for name in OUTCOMES], shown),
            "date_created": columns.rfc2822(created),
            "date_sent": columns.rfc2822(created + 1000 * ~received),
            "date_updated": columns.rfc2822(updated),
        }
    )
