"""What the ledger must hold once everything is read: counted from the traffic itself, not from the files."""

from collections.abc import Callable, Mapping
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tollbook.demo import aws_sns, telemessage, twilio
from tollbook.demo.manifest import ClientUsage, MonthUsage
from tollbook.demo.receipts import OUTCOMES, RECEIVED
from tollbook.demo.traffic import Traffic

_COSTS: Mapping[str, Callable[[pd.DataFrame], NDArray[np.int64]]] = {
    twilio.SOURCE: twilio.costs,
    aws_sns.SOURCE: aws_sns.costs,
}


def client_usage(traffic: Traffic) -> ClientUsage:
    """The client's usage by local month."""
    rows = _with_facts(traffic)
    months = {_label(number): _month(traffic, rows[rows["month"] == number]) for number in sorted(set(rows["month"]))}
    return ClientUsage(
        records=int(rows["records"].sum()),
        messages=len(rows),
        segments=int(rows["segments"].sum()),
        months=months,
    )


def _label(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _with_facts(traffic: Traffic) -> pd.DataFrame:
    """The rows with source, records (AWS: one per part), cost in 0.00001 USD and the source's word for the status."""
    rows = traffic.rows
    sources = np.array([stream.source for stream in traffic.streams])[rows["stream"].to_numpy()]
    in_parts = sources == aws_sns.SOURCE
    cost = np.zeros(len(rows), dtype=np.int64)
    words = np.full(len(rows), "", dtype=object)
    for source in sorted(set(sources)):
        here = sources == source
        if source in _COSTS:
            cost[here] = _COSTS[source](rows[here])
        words[here] = _words(traffic, source, rows[here])
    records = np.where(in_parts, rows["segments"], 1)
    return rows.assign(source=sources, records=records, cost=cost, status=words)


def _words(traffic: Traffic, source: str, rows: pd.DataFrame) -> NDArray[np.object_]:
    outcomes = rows["outcome"].to_numpy()
    if source == telemessage.SOURCE:
        codes = np.array([telemessage.CODES[stream.channel] for stream in traffic.streams])
        words = codes[rows["stream"].to_numpy(), outcomes].astype(str).astype(object)
        return np.asarray(words)
    statuses = twilio.STATUSES if source == twilio.SOURCE else aws_sns.STATUSES
    return np.asarray(np.array([statuses.get(name, "") for name in OUTCOMES], dtype=object)[outcomes])


def _month(traffic: Traffic, rows: pd.DataFrame) -> MonthUsage:
    received = rows[rows["outcome"] == RECEIVED]
    campaigns = rows.loc[rows["campaign"] > 0, "campaign"].value_counts().sort_index()
    return MonthUsage(
        messages=len(rows),
        segments=int(rows["segments"].sum()),
        received=len(received),
        received_segments=int(received["segments"].sum()),
        cost=Decimal(int(rows["cost"].sum())).scaleb(-5),
        records={str(name): int(n) for name, n in rows.groupby("source")["records"].sum().items()},
        statuses={str(name): int(n) for name, n in rows.groupby("status")["records"].sum().items()},
        campaigns={traffic.campaigns[int(str(code))]: int(n) for code, n in campaigns.items()},
    )
