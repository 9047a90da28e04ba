"""TeleMessage status records: `telemessage/<company id>/<YYYY-MM>.jsonl`, a file per UTC month.

A line is one message: the submit answer and the status of every recipient, each a usage record of its own. Field
names are those of the public SDK (github.com/TeleMessage/telemessage-java); `campaign`, `category` and a recipient's
`mccmnc` are our additions. Times are epoch milliseconds. No price is reported.

Status codes. 2501 is documented ("SMS was delivered to handset"); the others are invented for this sample:

| code | meaning                                  | code | meaning                              |
|------|------------------------------------------|------|--------------------------------------|
| 2500 | SMS sent to operator, no receipt (open)  | 2100 | e-mail sent (open)                   |
| 2501 | SMS delivered to handset                 | 2101 | e-mail delivered to the mail server  |
| 2502 | SMS not delivered                        | 2102 | e-mail returned                      |
| 2503 | SMS expired                              | 2800 | fax sent (open)                      |
| 2504 | SMS rejected by operator                 | 2801 | fax received                         |
| 2505 | message failed before it was sent        | 2802 | fax not received                     |

`<YYYY-MM>_late.jsonl` sorts after `<YYYY-MM>.jsonl` and repeats some of its messages with the status known later.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tollbook.demo import columns, faults
from tollbook.demo.destinations import COUNTRIES, DESTINATIONS, UNKNOWN_NETWORK
from tollbook.demo.landing import LandingFile, beside
from tollbook.demo.manifest import Delivery
from tollbook.demo.receipts import FAILED, UNKNOWN, is_late
from tollbook.demo.texts import texts
from tollbook.demo.traffic import Traffic, utc_months

SOURCE = "telemessage"
STATUSES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        2100: ("E-mail was sent", "sent"),
        2101: ("E-mail was delivered to mail server", "delivered"),
        2102: ("E-mail was returned", "undelivered"),
        2500: ("SMS was sent to operator", "sent"),
        2501: ("SMS was delivered to handset", "delivered"),
        2502: ("SMS was not delivered", "undelivered"),
        2503: ("SMS expired", "expired"),
        2504: ("SMS was rejected by operator", "rejected"),
        2505: ("Message failed", "failed"),
        2800: ("Fax was sent", "sent"),
        2801: ("Fax was received", "delivered"),
        2802: ("Fax was not received", "undelivered"),
    }
)
"""Code -> (description, our status)."""

# By channel, the code of each outcome in the order of OUTCOMES (delivered ... unknown, received).
CODES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "sms": (2501, 2502, 2503, 2504, 2505, 2500, 2500),
        "email": (2101, 2102, 2102, 2102, 2505, 2100, 2100),
        "fax": (2801, 2802, 2802, 2802, 2505, 2800, 2800),
    }
)
_TYPES = {"sms": "SMS", "email": "EMAIL", "fax": "FAX"}
_SENDERS = {"IL": "CarmelClnc", "US": "+12025550199", "DE": "LedgerArch"}
_NO_NETWORK = 0.04  # share of SMS recipients without a network: our assumption
_FIRST_ID = 352_000_000
_IDS_A_COMPANY = 10_000_000

Spoil = Callable[[dict[str, Any]], object]
_SPOILS: Mapping[str, Spoil] = MappingProxyType(
    {
        "bad_time": lambda line: line.update(date="2026-02-31 25:61"),
        "bad_recipient": lambda line: line["recipients"][0]["recipient"].update(value="anonymous"),
        "missing_id": lambda line: line.update(messageID=None),
        "bad_status": lambda line: line["recipients"][0].update(status=9999, description="Gone fishing"),
    }
)


@dataclass(frozen=True, slots=True)
class Special:
    """The UTC month (`YYYY-MM`) whose file is delivered twice."""

    redelivered: str = ""


@dataclass(frozen=True, slots=True)
class _Lines:
    """Messages as JSON lines, and the number of their recipients, that is of usage records, each."""

    texts: list[str]
    sizes: NDArray[np.int64]

    def pick(self, places: NDArray[np.intp]) -> "_Lines":
        """Some of them, in the order of `places`."""
        return _Lines([self.texts[place] for place in places], self.sizes[places])

    @property
    def records(self) -> int:
        """Usage records in all."""
        return int(self.sizes.sum())


def make_files(traffic: Traffic, company: str, special: Special, rng: np.random.Generator) -> Iterator[LandingFile]:
    """Every file of one company, in order of their names."""
    rows = _with_networks(traffic.of(SOURCE), traffic, rng)
    rows["message"] = (rows["member"] == 0).cumsum() + _FIRST_ID + int(company) % 1000 * _IDS_A_COMPANY
    months = utc_months(rows)
    every = np.unique(months)
    carried = _Lines([], np.zeros(0, dtype=np.int64))
    for place, number in enumerate(every):
        name = str(number)
        month = rows[months == number].reset_index(drop=True)
        late, settled = _per_message(month)
        marks = faults.mark(rng, ~late, settled, last=place == len(every) - 1)
        lines = _lines(traffic, company, month, open_=is_late(month["outcome"].to_numpy(), month["latency"].to_numpy()))
        path = f"{SOURCE}/{company}/{name}.jsonl"
        file = _month_file(path, lines, marks, carried, rng, malformed=place % 2 == 0)
        unknown = int((month["network"] == UNKNOWN_NETWORK).sum())
        yield LandingFile(replace(file.delivery, unknown_networks=unknown), file.content)
        if name == special.redelivered:
            yield LandingFile(Delivery(beside(path, "again"), "redelivered", twin=path), file.content)
        if late.any() or len(marks.stale):
            yield _late_file(traffic, company, month, marks, path)
        carried = lines.pick(marks.carried)


def _with_networks(rows: pd.DataFrame, traffic: Traffic, rng: np.random.Generator) -> pd.DataFrame:
    """The rows with `network`: MCC + MNC by the country's shares, sometimes none, sometimes one that nobody has."""
    network = np.full(len(rows), "", dtype=object)
    for code, country in enumerate(COUNTRIES):
        here = np.flatnonzero(rows["country"].to_numpy() == code)
        shares = DESTINATIONS[country].networks
        network[here] = rng.choice(list(shares), len(here), p=list(shares.values())) if len(here) else ""
    luck = rng.random(len(rows))
    network[luck < _NO_NETWORK] = ""
    network[luck > 1 - faults.UNKNOWN_NETWORK] = UNKNOWN_NETWORK
    mobile = np.array([stream.channel == "sms" for stream in traffic.streams])[rows["stream"].to_numpy()]
    network[~mobile] = ""
    return rows.assign(network=network)


def _per_message(rows: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each message: is it late; is it one person's, and was it final at once."""
    first = rows[rows["member"] == 0]
    late = is_late(first["outcome"].to_numpy(), first["latency"].to_numpy())
    final = ~first["outcome"].isin((FAILED, UNKNOWN)) & (first["size"] == 1)
    return late, np.asarray(final) & ~late


def _month_file(
    path: str, lines: _Lines, marks: faults.Marks, carried: _Lines, rng: np.random.Generator, *, malformed: bool
) -> LandingFile:
    again = lines.pick(marks.twice).records
    ordered = carried.texts + lines.pick(faults.with_copies(rng, len(lines.texts), marks.twice)).texts
    bad, quarantined = _bad_lines(lines, rng) if malformed and (lines.sizes == 1).any() else ([], {})
    content = faults.insert_lines(rng, [line.encode() for line in ordered], bad)
    delivery = Delivery(
        path=path,
        read=lines.records + again + carried.records + sum(quarantined.values()),
        posted=lines.records,
        duplicate=again + carried.records,
        carried=carried.records,
        quarantined=quarantined,
    )
    return LandingFile(delivery, b"\n".join(content) + b"\n")


def _bad_lines(lines: _Lines, rng: np.random.Generator) -> tuple[list[bytes], dict[str, int]]:
    """New one-recipient lines, each with one fault, in random order; and their number by reason."""
    single = np.flatnonzero(lines.sizes == 1)
    each = faults.how_many(lines.records)
    bad = []
    for spoil in (*_SPOILS.values(), None):
        for place in rng.choice(single, each):
            line = json.loads(lines.texts[place])
            line |= {"messageID": int(rng.integers(10**9, 10**10)), "messageKey": rng.bytes(8).hex()}
            if spoil is not None:
                spoil(line)
            text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
            bad.append((text if spoil is not None else text[: len(text) // 2]).encode())
    return [bad[place] for place in rng.permutation(len(bad))], dict.fromkeys([*_SPOILS, "bad_row"], each)


def _late_file(traffic: Traffic, company: str, rows: pd.DataFrame, marks: faults.Marks, path: str) -> LandingFile:
    """Final statuses of late messages, and outdated ones of messages that were final already."""
    first = np.flatnonzero(rows["member"] == 0)
    late = is_late(rows["outcome"].to_numpy(), rows["latency"].to_numpy())
    stale = np.zeros(len(rows), dtype=bool)
    stale[first[marks.stale]] = True
    repeated = late | stale
    lines = _lines(traffic, company, rows[repeated], open_=stale[repeated])
    delivery = Delivery(
        path=beside(path, "late"),
        kind="late",
        read=lines.records,
        posted=int(late.sum()),
        superseded=int(stale.sum()),
        late=int(late.sum()),
    )
    return LandingFile(delivery, "".join(text + "\n" for text in lines.texts).encode())


def _lines(traffic: Traffic, company: str, rows: pd.DataFrame, *, open_: NDArray[np.bool_]) -> _Lines:
    """One line per message; recipients that are `open_` are only sent yet."""
    firsts = np.flatnonzero(rows["member"] == 0)
    bounds = np.append(firsts, len(rows)).astype(np.int32)
    recipients = pc.binary_join(pa.ListArray.from_arrays(bounds, _recipients(traffic, rows, open_)), ",")
    head = rows.iloc[firsts]
    streams = head["stream"].to_numpy()
    keys = columns.hexadecimal(head["high"].to_numpy(), head["low"].to_numpy())[:, :16]
    lines = pc.binary_join_element_wise(
        f'{{"companyId":"{company}","messageID":',
        columns.whole(head["message"].to_numpy()),
        ',"messageKey":"',
        columns.fixed(keys, rows=len(head)),
        '","resultCode":100,"resultDescription":"Message accepted","date":',
        columns.whole(head["submitted"].to_numpy()),
        f',"from":"{_SENDERS[traffic.client.country]}","text":',
        _texts(traffic, head),
        ',"campaign":"',
        columns.choice(traffic.campaigns, head["campaign"].to_numpy()),
        '","category":"',
        columns.choice([stream.category for stream in traffic.streams], streams),
        '","recipients":[',
        recipients,
        "]}",
        "",
    )
    return _Lines(lines.to_pylist(), np.diff(bounds).astype(np.int64))


def _recipients(traffic: Traffic, rows: pd.DataFrame, open_: NDArray[np.bool_]) -> pa.Array:
    """One JSON object per row: the address, its status and when that was known."""
    channels = [stream.channel for stream in traffic.streams]
    streams = rows["stream"].to_numpy()
    codes = np.array([CODES[channel] for channel in channels])[streams, np.where(open_, UNKNOWN, rows["outcome"])]
    latency = np.where(open_, 1000, rows["latency"])
    phone = columns.whole(rows["number"].to_numpy(), "+")
    mailbox = pc.binary_join_element_wise(columns.whole(rows["number"].to_numpy(), "reader-"), "example.com", "@")
    is_mail = pa.array(np.array([channel == "email" for channel in channels])[streams])
    known = sorted(STATUSES)
    return pc.binary_join_element_wise(
        '{"recipient":{"type":"',
        columns.choice([_TYPES[channel] for channel in channels], streams),
        '","value":"',
        pc.if_else(is_mail, mailbox, phone),
        '","description":"","addressType":""},"status":',
        columns.whole(codes),
        ',"description":"',
        columns.choice([STATUSES[code][0] for code in known], np.searchsorted(known, codes)),
        '","statusDate":',
        columns.whole(rows["submitted"].to_numpy() + latency),
        ',"mccmnc":"',
        pa.array(rows["network"].to_numpy(), pa.string()),
        '"}',
        "",
    )


def _texts(traffic: Traffic, messages: pd.DataFrame) -> pa.Array:
    """A text per message as a JSON string, of the stream's language and the message's segments."""
    streams, segments = messages["stream"].to_numpy(), messages["segments"].to_numpy()
    pool: list[str] = []
    starts = np.zeros((len(traffic.streams), 5), dtype=np.int64)
    sizes = np.ones_like(starts)
    for stream, place in ((s, p) for p, s in enumerate(traffic.streams) if s.source == SOURCE):
        for count in range(1, 5):
            found = texts(stream.language, count)
            starts[place, count], sizes[place, count] = len(pool), len(found)
            pool += [json.dumps(text, ensure_ascii=False) for text in found]
    chosen = starts[streams, segments] + messages["text"].to_numpy() % sizes[streams, segments]
    return columns.choice(pool, chosen)
