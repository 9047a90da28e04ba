"""Made-up months, the same on every machine: for the gallery's references, the benchmark and tests of awkward clients.

Nothing is drawn by chance: counts follow from weekday, hour and place by plain arithmetic.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from tollbook.billing.billing import make_bill
from tollbook.period import Month
from tollbook.rating.contracts import Client
from tollbook.reports.material import Material
from tollbook.usage import summary
from tollbook.usage.cube import cells_of
from tollbook.usage.latency import BOUNDS, latency_table
from tollbook.usage.senders import cohorts

MONTH = Month(2026, 10)
CHANNELS = {"sms": 0.6, "whatsapp": 0.3, "mms": 0.06, "rcs": 0.04}
COUNTRIES = {"GB": 0.6, "US": 0.2, "AE": 0.1, "BR": 0.07, "": 0.03}
MANY = (
    *("GB", "US", "AE", "BR", "DE", "FR", "ES", "IT", "PT", "NL", "BE", "CH", "AT", "PL", "CZ", "SE"),
    *("NO", "DK", "FI", "IE", "IL", "IN", "JP", "CN", "KR", "AU", "NZ", "ZA", "EG", "KE", "NG", "MX"),
)
HOURS = (9, 12, 18)


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of client.

    Attributes:
        scale: messages of a weekday, about.
        until: the last day with usage.
        kept: rows without a message stay in the frame.
    """

    scale: float = 3000.0
    channels: tuple[tuple[str, float], ...] = tuple(CHANNELS.items())
    countries: tuple[tuple[str, float], ...] = tuple(COUNTRIES.items())
    campaigns: tuple[str, ...] = ("", "autumn")
    until: date = MONTH.last
    since: date = MONTH.shift(-2).first
    locale: str = "en-GB"
    country: str = "GB"
    kept: bool = False


KINDS = {
    "usual": Kind(),
    "tiny": Kind(0.4, (("sms", 1.0),), (("GB", 1.0),), ("",)),
    "empty": Kind(0.0),
    "zero": Kind(0.0, kept=True),
    "one-day": Kind(until=MONTH.first, since=MONTH.first),
    "huge": Kind(40_000_000.0, locale="de-DE"),
    "many": Kind(
        20_000.0,
        tuple((name, 1 / 8) for name in ("sms", "mms", "rcs", "whatsapp", "viber", "email", "voice", "fax")),
        tuple((code, 1 / len(MANY)) for code in MANY),
        tuple(f"campaign-number-{number}-with-a-rather-long-name" for number in range(30)),
    ),
    "hebrew": Kind(
        campaigns=("", "תזכורת לתור (סתיו 2026)", "סקר שביעות רצון"), locale="he-IL", country="IL"
    ),
}  # fmt: skip


def sample_material(kind: str = "usual") -> Material:
    """The month of one of `KINDS`, whole or up to the kind's last day."""
    of = KINDS[kind]
    history, client = sample_usage(of), sample_client(of)
    days = summary.spans(MONTH, of.until, today=of.until + timedelta(days=1))
    before = MONTH.shift(-1)
    month = summary.between(history, MONTH.first, MONTH.last)
    earlier = summary.between(history, before.first, before.last)
    return Material(
        client=client,
        month=MONTH,
        days=days,
        history=history,
        bill=make_bill(client, MONTH, cells_of(month), {}, batch=1),
        earlier=make_bill(client, before, cells_of(earlier), {}, batch=1),
        latency=_latency(month),
        cohorts=cohorts(_senders(summary.total(month)), MONTH),
    )


def sample_client(of: Kind) -> Client:
    """A client with a graduated price, a fee, a commitment and a tax."""
    usage = {
        "kind": "usage",
        "name": "messages",
        "label": "Outbound messages",
        "meter": {"counts": "segments"},
        "price": {
            "model": "graduated",
            "tiers": [{"up_to": 50000, "unit": "0.04"}, {"up_to": 200000, "unit": "0.035"}, {"unit": "0.03"}],
        },
    }
    fee = {"kind": "recurring", "name": "platform", "label": "Platform fee", "amount": "350.00"}
    contract = {
        "valid_from": "2024-01-01",
        "currency": "ILS" if of.country == "IL" else "GBP",
        "charges": [usage, fee],
        "commitment": {"amount": "5000", "true_up": False},
        "taxes": {"standard": {"rate": 20, "label": "VAT 20 %"}},
    }
    return Client.model_validate(
        {
            "client": "sample-client",
            "name": "Sample Client",
            "country": of.country,
            "time_zone": "Europe/London",
            "locale": of.locale,
            "contracts": [contract],
        }
    )


def sample_usage(of: Kind) -> pd.DataFrame:
    """A usage frame in the shape of `book.usage`, from `of.since` to `of.until`."""
    places = pd.MultiIndex.from_product(
        [pd.date_range(of.since, of.until, unit="us"), HOURS, dict(of.channels), dict(of.countries)],
        names=["day", "hour", "channel", "country"],
    )
    frame = places.to_frame(index=False)
    number = (frame["day"] - frame["day"].min()).dt.days.to_numpy() if len(frame) else np.zeros(0, int)
    week = np.where(frame["day"].dt.dayofweek >= 5, 0.4, 1.0) * (1 + 0.02 * (number % 7) + 0.002 * number)
    week = week * np.where(frame["day"] == pd.Timestamp(2026, 10, 20), 3.5, 1.0)
    parts = frame["channel"].map(dict(of.channels)) * frame["country"].map(dict(of.countries))
    whole = np.round(of.scale * week * parts / len(HOURS) + 0.3 * (of.scale > 0)).astype("int64")
    good = np.round(whole * frame["country"].map({"BR": 0.8}).fillna(0.98)).astype("int64")
    names = np.array(of.campaigns)[(number + frame["hour"].to_numpy()) % len(of.campaigns)]
    shared = frame.assign(direction="mt", network="", category="", campaign=names, cost_currency="GBP", cost=0)
    done = shared.assign(status="delivered", messages=good, segments=good * 2)
    lost = shared.assign(status="failed", messages=whole - good, segments=whole - good)
    both = pd.concat([done, lost], ignore_index=True)
    return both[(both["messages"] > 0) | of.kept].sort_values(["day", "hour"], kind="stable").reset_index(drop=True)


def _latency(month: pd.DataFrame) -> pd.DataFrame:
    """Receipts: half within five seconds, a long tail, slower for channels further down."""
    delivered = month[month["status"] == "delivered"].groupby("channel")["messages"].sum()
    rows = []
    for slow, (channel, messages) in enumerate(delivered.sort_values(ascending=False, kind="stable").items()):
        reached = 1 - 0.7 ** (np.arange(1, len(BOUNDS) + 2) / (1 + 0.3 * slow) * 1.6)
        shares = np.diff(np.minimum(reached, 1), prepend=0)
        rows += [(str(channel), place, round(part * messages)) for place, part in enumerate(shares)]
    return latency_table(rows)


def _senders(messages: int) -> pd.DataFrame:
    """Six senders, one more every other month."""
    months = [str(MONTH.shift(-n)) for n in reversed(range(12))]
    rows = {
        f"sender-{number}": [
            round(messages * (0.05 + 0.01 * number) * (1 + 0.03 * place)) if place >= 2 * number else 0
            for place in range(12)
        ]
        for number in range(6)
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=months)
