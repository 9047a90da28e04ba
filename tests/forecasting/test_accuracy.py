"""Real daily usage: the forecast beats repeating the last week, and holds months it has not seen."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tollbook.forecasting import forecast

DATA = Path(__file__).parents[3] / "shared" / "data" / "forecasting"
SERIES = [
    ("nn5_daily_atm.csv", "NN5-007", "GB"),
    ("nn5_daily_atm.csv", "NN5-040", "GB"),
    ("chicago_l_station_daily.csv", "Clark_Lake", "US"),
    ("chicago_l_station_daily.csv", "Addison", "US"),
]
DAYS = 28


def read(file: str, name: str) -> pd.Series:
    path = DATA / file
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{path} is absent, and CI must not skip it")
        pytest.skip(f"{path} is absent: it comes with the shared data, not with the project")
    frame = pd.read_csv(path, usecols=["date", name], parse_dates=["date"], index_col="date")
    return frame[name].iloc[-1096:].asfreq("D")


def test_the_blend_beats_the_seasonal_naive_and_its_months_hold() -> None:
    """Four series, two months each: the ratio of mean absolute errors, averaged, is below 0.9."""
    ratios, inside = [], 0
    for file, name, country in SERIES:
        series = read(file, name)
        for back in (DAYS, 2 * DAYS):
            past = series.iloc[:-back]
            truth = series.iloc[len(series) - back :].iloc[:DAYS].to_numpy()
            known = ~np.isnan(truth)
            made = forecast(past, DAYS, country=country)
            naive = np.resize(past.ffill().iloc[-7:].to_numpy(), DAYS)
            error, yardstick = (np.abs(guess - truth)[known].mean() for guess in (made.mean.to_numpy(), naive))
            ratios.append(error / yardstick)
            low, high = np.quantile(made.paths[:, known].sum(axis=1), [0.025, 0.975])
            inside += low <= truth[known].sum() <= high
    assert np.exp(np.log(ratios).mean()) < 0.9
    assert inside >= 0.8 * len(ratios)
