"""One client's usage, one row per recipient, before any source has reported it.

Columns of the frame: submitted (UTC, ms) | month (local, year x 12 + month - 1) | stream (place in the client's
streams) | country (place in `COUNTRIES`, -1 none) | number (E.164 as an integer) | segments | outcome | latency (ms)
| high, low (128 random bits: the message's id) | campaign (place in `Traffic.campaigns`) | text (a random number)
| member (0, 1, 2 within its message) | size (recipients of its message). Rows are in order of `submitted`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tollbook.demo import destinations
from tollbook.demo.days import Wave, waves
from tollbook.demo.hours import hour_profiles
from tollbook.demo.receipts import DAY_MS, draw_latencies, draw_outcomes
from tollbook.demo.world import Stream
from tollbook.rating.contracts import Client

_HOUR_MS = 3_600_000
_MOST_RECIPIENTS = 3


@dataclass(frozen=True, slots=True)
class Traffic:
    """A client's usage; `campaigns[0]` is "" for rows without one."""

    client: Client
    streams: tuple[Stream, ...]
    campaigns: tuple[str, ...]
    rows: pd.DataFrame

    def of(self, source: str) -> pd.DataFrame:
        """The rows that `source` reports, in order, with an index from 0."""
        wanted = [place for place, stream in enumerate(self.streams) if stream.source == source]
        return self.rows[self.rows["stream"].isin(wanted)].reset_index(drop=True)


def make_traffic(
    client: Client, streams: tuple[Stream, ...], days: Sequence[date], *, scale: float, rng: np.random.Generator
) -> Traffic:
    """Everything a client sends and receives on consecutive local days."""
    starts, months = hour_starts(days, client.time_zone), month_numbers(days)
    campaigns, parts = [""], []
    for place, stream in enumerate(streams):
        for wave in waves(stream, days, client.country):
            if wave.campaign and wave.campaign not in campaigns:
                campaigns.append(wave.campaign)
            rows = _wave_rows(stream, wave, starts, scale=scale, rng=rng)
            rows["month"] = months[rows.pop("day")]
            rows["stream"] = np.int8(place)
            rows["campaign"] = np.int16(campaigns.index(wave.campaign))
            parts.append(rows)
    rows = pd.concat(parts, ignore_index=True).sort_values("submitted", kind="stable", ignore_index=True)
    return Traffic(client, streams, tuple(campaigns), rows)


def hour_starts(days: Sequence[date], zone: str) -> NDArray[np.int64]:
    """UTC milliseconds at which each local hour begins; days x 24. An hour the clocks skip begins an hour later."""
    clock = ZoneInfo(zone)
    moments = [
        datetime(day.year, day.month, day.day, hour, tzinfo=clock).timestamp() for day in days for hour in range(24)
    ]
    return (np.array(moments, dtype=np.int64) * 1000).reshape(len(days), 24)


def month_numbers(days: Sequence[date]) -> NDArray[np.int32]:
    """Year x 12 + month - 1 of each day."""
    return np.array([day.year * 12 + day.month - 1 for day in days], dtype=np.int32)


def utc_months(rows: pd.DataFrame) -> NDArray[np.datetime64]:
    """The UTC month of each row; `str` of one is `YYYY-MM`."""
    return rows["submitted"].to_numpy().astype("datetime64[ms]").astype("datetime64[M]")


def _wave_rows(
    stream: Stream, wave: Wave, starts: NDArray[np.int64], *, scale: float, rng: np.random.Generator
) -> pd.DataFrame:
    noisy = wave.expected * scale * rng.lognormal(0, 0.035, len(wave.expected))
    counts = rng.poisson(noisy)
    total = int(counts.sum())
    day = np.repeat(np.arange(len(counts)), counts)
    hour = rng.choice(24, total, p=hour_profiles()[wave.hours])
    messages = pd.DataFrame(
        {
            "day": day,
            "submitted": starts[day, hour] + rng.integers(0, _HOUR_MS, total),
            "segments": (1 + rng.choice(4, total, p=stream.segments)).astype(np.int8),
            "high": rng.integers(0, 2**64, total, dtype=np.uint64),
            "low": rng.integers(0, 2**64, total, dtype=np.uint64),
            "text": rng.integers(0, 2**15, total).astype(np.int16),
        }
        | _addresses(stream, total, rng)
    )
    return _with_receipts(stream, _per_recipient(messages, stream.shared, rng), rng)


def _addresses(stream: Stream, count: int, rng: np.random.Generator) -> dict[str, NDArray[np.integer]]:
    """First recipients: `country` and `number`; further ones of a message take the numbers that follow."""
    special = {"email": destinations.MAILBOXES, "fax": destinations.BERLIN_FAX}.get(stream.channel)
    spare = _MOST_RECIPIENTS - 1
    if special is not None:
        country = destinations.country_index("DE") if stream.channel == "fax" else -1
        number = destinations.draw_numbers(rng, special, count, keep_free=spare)
        return {"country": np.full(count, country, dtype=np.int8), "number": number}
    codes = np.array([destinations.country_index(country) for country in stream.mix], dtype=np.int8)
    countries = codes[rng.choice(len(codes), count, p=list(stream.mix.values()))]
    numbers = np.zeros(count, dtype=np.int64)
    for code in codes:
        here = countries == code
        destination = destinations.DESTINATIONS[destinations.COUNTRIES[code]]
        numbers[here] = destinations.draw_numbers(rng, destination, int(here.sum()), keep_free=spare)
    return {"country": countries, "number": numbers}


def _per_recipient(messages: pd.DataFrame, shared: float, rng: np.random.Generator) -> pd.DataFrame:
    """One row per recipient: a share of the messages goes to two people, a third of those to three."""
    luck = rng.random(len(messages))
    size = (1 + (luck < shared) + (luck < shared / 3)).astype(np.int8)
    rows = messages.assign(size=size).loc[messages.index.repeat(size)]
    rows["member"] = rows.groupby(level=0).cumcount().astype(np.int8) if shared else np.int8(0)
    rows["number"] += rows["member"]
    return rows.reset_index(drop=True)


def _with_receipts(stream: Stream, rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    outcome = draw_outcomes(rng, len(rows), delivered=stream.delivered, direction=stream.direction)
    latency = draw_latencies(rng, outcome)
    # A message to several people is never late here: its line would have to be repeated for all of them.
    latency = np.where(rows["size"] > 1, np.minimum(latency, DAY_MS - 5000), latency)
    return rows.assign(outcome=outcome, latency=latency)
