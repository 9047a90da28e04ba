"""The picture of a forecast's parts, read back from the figure."""

import numpy as np
import pandas as pd
import pytest

from tollbook.charts.axes import day_number
from tollbook.charts.forecast_parts import forecast_parts_chart
from tollbook.charts.names import speaking
from tollbook.forecasting import Forecast, forecast_parts, outlook

INDEX = pd.date_range(end="2026-10-31", periods=20)
HISTORIES = {"sms": pd.Series(900.0, INDEX), "viber": pd.Series(100.0, INDEX)}
WHOLE = outlook(HISTORIES["sms"] + HISTORIES["viber"], 30)
PARTS = forecast_parts(HISTORIES, WHOLE)


def texts(parts: dict[str, Forecast], **how: str) -> str:
    figure = forecast_parts_chart(parts, **how)  # type: ignore[arg-type]
    return " ".join(text.get_text() for text in [*figure.texts, *figure.axes[0].texts])


def test_the_bars_of_a_day_are_as_high_as_the_whole() -> None:
    heights: dict[float, float] = {}
    for bar in forecast_parts_chart(PARTS).axes[0].patches:
        place, height = round(bar.get_x() + bar.get_width() / 2, 3), bar.get_height()  # type: ignore[attr-defined]
        if bar.get_width() == pytest.approx(0.82):  # type: ignore[attr-defined]
            heights[place] = heights.get(place, 0) + height
    days = [day_number(day.date()) for day in pd.DatetimeIndex(WHOLE.mean.index)]
    assert sorted(heights) == pytest.approx(days)
    assert [heights[place] for place in sorted(heights)] == pytest.approx(WHOLE.mean.to_numpy())


def test_the_largest_part_is_named_with_its_share() -> None:
    assert "SMS is expected to carry 90% of 30,000 messages in 30 days" in texts(PARTS)
    with speaking("he"):
        assert "חלקו הצפוי של" in texts(PARTS)
    places = dict(zip(("DE", ""), PARTS.values(), strict=True))
    assert "Germany is expected to carry 90%" in texts(places, by="country")


def test_without_usage_it_says_so() -> None:
    assert "No messages, and none expected" in texts({})
    silent = pd.Series(np.zeros(20), INDEX)
    assert "No messages, and none expected" in texts(forecast_parts({"sms": silent}, outlook(silent, 30)))
