"""Invented usage: days with a weekly shape and noise, and a shift where one is planted."""

import numpy as np
import pandas as pd

COUNTRIES = {"GB": 0.5, "US": 0.2, "DE": 0.15, "FR": 0.1, "": 0.05}
CHANNELS = {"sms": 0.7, "whatsapp": 0.3}
LAST = pd.Timestamp("2026-10-31")


def invented_usage(
    *, days: int = 150, seed: int = 0, noise: float = 0.15, drifting: float = 0.0, country: str = "", shift: float = 1.0
) -> pd.DataFrame:
    """A frame as `book.usage` gives it, ending on 31 October 2026; `country` is multiplied by `shift` in October.

    Args:
        days: how many.
        seed: of the noise.
        noise: standard deviation of each part's days, as a fraction.
        drifting: how much of a day's noise stays on the next day, 0 to 1.
        country: the shifted one.
        shift: its factor.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for place, weight in COUNTRIES.items():
        for channel, part in CHANNELS.items():
            level = 0.0
            for day in pd.date_range(end=LAST, periods=days):
                level = drifting * level + float(rng.normal(0, noise)) * (1 - drifting**2) ** 0.5
                week = 0.5 if day.dayofweek >= 5 else 1.0
                rate = 1000 * weight * part * week * max(1 + level, 0.05)
                if place == country and day >= pd.Timestamp("2026-10-01"):
                    rate *= shift
                sent = int(rng.poisson(rate))
                lost = int(rng.binomial(sent, 0.03))
                shared = (day, int(rng.integers(24)), channel, "mt", place, "", "service", "")
                rows += [(*shared, "delivered", sent - lost, sent - lost), (*shared, "failed", lost, lost)]
    names = ["day", "hour", "channel", "direction", "country", "network", "category", "campaign", "status",
             "messages", "segments"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names).astype({"day": "datetime64[us]"})
    return frame[frame["messages"] > 0].reset_index(drop=True)
