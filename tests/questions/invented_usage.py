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
    when = pd.date_range(end=LAST, periods=days)
    week = np.where(when.day_of_week >= 5, 0.5, 1.0)
    parts = []
    for place, weight in COUNTRIES.items():
        for channel, part in CHANNELS.items():
            level = _wandering(rng.normal(0, noise, days), drifting)
            moved = np.where(when >= pd.Timestamp("2026-10-01"), shift if place == country else 1.0, 1.0)
            sent = rng.poisson(1000 * weight * part * week * np.maximum(1 + level, 0.05) * moved)
            lost = rng.binomial(sent, 0.03)
            hour = rng.integers(24, size=days)
            for status, count in (("delivered", sent - lost), ("failed", lost)):
                parts.append(pd.DataFrame({
                    "day": when, "hour": hour, "channel": channel, "direction": "mt", "country": place, "network": "",
                    "category": "service", "campaign": "", "status": status, "messages": count, "segments": count,
                }))  # fmt: skip
    frame = pd.concat(parts, ignore_index=True).astype({"day": "datetime64[us]"})
    return frame[frame["messages"] > 0].reset_index(drop=True)


def _wandering(noise: np.ndarray, drifting: float) -> np.ndarray:
    """Noise of the same size of which a part stays on the next day."""
    level = noise.copy()
    for day in range(1, len(noise)):
        level[day] = drifting * level[day - 1] + noise[day] * (1 - drifting**2) ** 0.5
    return level
