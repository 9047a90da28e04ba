"""Live demo traffic: the demo's clients send now, and their receipts follow, a landing file a second.

Files are in Tollbook's own layout (`parameters/sources/tollbook.yaml`), below `tollbook/live/`: new messages as sent,
and messages of earlier files again once their final status is known. Who sends, where to and how it ends is the demo
world's; the hours of the day are not, so that there is always something to watch.
"""

import csv
import io
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

import numpy as np

from tollbook.demo.destinations import DESTINATIONS, draw_numbers
from tollbook.demo.receipts import OUTCOMES, RECEIVED, UNKNOWN, draw_latencies, draw_outcomes
from tollbook.demo.world import WORLD, Stream
from tollbook.settings import Settings
from tollbook.storage.files import open_files

FOLDER = "tollbook/live"
COLUMNS = (
    "client", "message_id", "recipient", "sender", "submitted_at", "status_at", "status", "channel", "direction",
    "category", "country", "network", "segments", "cost", "cost_currency",
)  # fmt: skip
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Landed:
    """A file that has landed: its name, the messages that are new in it and the receipts of earlier ones."""

    name: str
    messages: int
    receipts: int


@dataclass
class Traffic:
    """Messages of the demo's clients as they are sent, and their receipts as they come.

    Args:
        rate: messages a second, on average.
        seed: of all randomness.
    """

    rate: float
    seed: int = 7
    _due: list[tuple[float, int, Row]] = field(default_factory=list)
    _sent: int = 0

    def __post_init__(self) -> None:
        self._rng = np.random.default_rng(self.seed)
        self._streams = [(client, one) for client, streams in WORLD.items() for one in streams if one.channel == "sms"]
        volumes = np.array([max(stream.monthly, 1) for _, stream in self._streams], dtype=float)
        self._shares = volumes / volumes.sum()
        self._run = f"{self._rng.integers(2**32):08x}{time.time_ns() % 2**32:08x}"

    def between(self, start: float, end: float) -> tuple[list[Row], list[Row]]:
        """Messages sent in a span (epoch seconds), in order, and the receipts that came in it."""
        count = int(self._rng.poisson(self.rate * (end - start)))
        moments = np.sort(self._rng.uniform(start, end, count))
        places = self._rng.choice(len(self._streams), count, p=self._shares)
        senders = [self._streams[place] for place in places]
        rows = [self._message(client, stream, at) for (client, stream), at in zip(senders, moments, strict=True)]
        receipts = []
        while self._due and self._due[0][0] <= end:
            receipts.append(heappop(self._due)[2])
        return rows, receipts

    def _message(self, client: str, stream: Stream, at: float) -> Row:
        rng = self._rng
        country = str(rng.choice(list(stream.mix), p=list(stream.mix.values())))
        place = DESTINATIONS[country]
        self._sent += 1
        segments = 1 + int(rng.choice(4, p=stream.segments))
        row = {
            "client": f"live-{client}",
            "message_id": f"{self._run}-{self._sent}",
            "recipient": f"+{draw_numbers(rng, place, 1)[0]}",
            "sender": "DEMO",
            "submitted_at": _iso(at),
            "status_at": _iso(at),
            "status": "sent",
            "channel": stream.channel,
            "direction": stream.direction,
            "category": stream.category,
            "country": country,
            "network": str(rng.choice(list(place.networks), p=list(place.networks.values()))),
            "segments": str(segments),
            "cost": f"{segments * place.twilio * 0.00001:.5f}",
            "cost_currency": "USD",
        }
        outcome = draw_outcomes(rng, 1, delivered=stream.delivered, direction=stream.direction)
        if outcome[0] == RECEIVED:
            return {**row, "status": "received"}
        if outcome[0] != UNKNOWN:
            known = at + draw_latencies(rng, outcome)[0] / 1000
            heappush(self._due, (known, self._sent, {**row, "status": OUTCOMES[outcome[0]], "status_at": _iso(known)}))
        return row


def play(
    settings: Settings,
    *,
    rate: float,
    seconds: float | None = None,
    seed: int = 7,
    stop: threading.Event | None = None,
    tell: Callable[[Landed], None] = lambda _: None,
) -> None:
    """Let demo traffic land in real time, a file a second.

    Args:
        settings: whose landing folder; the demo's clients must be there.
        rate: messages a second, on average.
        seconds: how long; until `stop` when None.
        seed: of all randomness.
        stop: ends it.
        tell: called with each file.
    """
    ended, traffic, files = stop or threading.Event(), Traffic(rate, seed), open_files(settings)
    for start, end in _seconds(seconds):
        if ended.wait(max(0.0, end - time.time())):
            return
        messages, receipts = traffic.between(start, end)
        if not messages and not receipts:
            continue
        name = f"{FOLDER}/{datetime.fromtimestamp(end, UTC):%Y-%m-%d/%H%M%S%f}.csv"
        path = settings.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        half.write_text(_csv([*messages, *receipts]), "utf-8")
        half.replace(path)
        if files.remote:
            files.keep(path)
            path.unlink(missing_ok=True)
        tell(Landed(name, len(messages), len(receipts)))


def _seconds(limit: float | None) -> Iterator[tuple[float, float]]:
    start = time.time()
    end = float("inf") if limit is None else start + limit
    while start < end:
        yield start, min(start + 1, end)
        start = min(start + 1, end)


def _csv(rows: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _iso(at: float) -> str:
    return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=round(at, 3))).isoformat(timespec="milliseconds")
