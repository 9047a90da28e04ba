"""What the days of a chart are called: new contracts, the first day of big campaigns, surprises."""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from tollbook.forecasting.surprises import Surprise
from tollbook.rating.contracts import Client

# A campaign is named when its busiest day is at least this share of that day's messages.
LEAST_SHARE, MOST = 0.25, 3


def named_days(client: Client, usage: pd.DataFrame, found: Sequence[Surprise] = ()) -> dict[date, str]:
    """The days worth a name, in order.

    Args:
        client: whose contracts' first days are price changes (the first contract's is not).
        usage: the usage frame, for its campaigns.
        found: surprises; a change of level is named on its first day, and of days in a row the first.
    """
    names = {contract.valid_from: "new prices" for contract in client.contracts[1:]}
    names |= _campaigns(usage)
    odd = {one.first for one in found if one.kind == "day"}
    for one in found:
        if one.kind == "day" and one.first - timedelta(days=1) in odd:
            continue
        sign = "+" if one.difference > 0 else "-"
        share = f" {sign}{abs(one.share):.0%}" if one.expected else ""
        names[one.first] = {"day": f"unexpected{share}", "level": f"new level{share}", "silence": "silent"}[one.kind]
    return dict(sorted(names.items()))


def _campaigns(usage: pd.DataFrame) -> dict[date, str]:
    """The busiest day of the largest campaigns."""
    sent = usage[usage["campaign"].astype(str) != ""]
    if sent.empty:
        return {}
    by_day = sent.groupby(["campaign", "day"], observed=True, as_index=False)["messages"].sum()
    all_day = usage.groupby("day", observed=True)["messages"].sum()
    large = by_day[by_day["messages"] >= LEAST_SHARE * by_day["day"].map(all_day)]
    peaks = large.sort_values("messages", ascending=False).drop_duplicates("campaign").iloc[:MOST]
    return dict(zip(pd.to_datetime(peaks["day"]).dt.date, peaks["campaign"].astype(str), strict=True))
