"""What the forecast chart draws, read back from the figure."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from tollbook.charts import findings_forecast
from tollbook.charts.axes import day_number
from tollbook.charts.forecast import PAST_DAYS, forecast_chart
from tollbook.charts.names import speaking
from tollbook.charts.rendering import to_png
from tollbook.forecasting import Forecast, outlook


def history(days: int = 200, level: float = 1000) -> pd.Series:
    index = pd.date_range(end="2026-10-31", periods=days)
    random = np.random.default_rng(5)
    return pd.Series(np.round(level * np.where(index.day_of_week >= 5, 0.4, 1) * random.normal(1, 0.05, days)), index)


@pytest.fixture(scope="module")
def made() -> Forecast:
    return outlook(history(), 61, country="GB")


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in [*figure.texts, *figure.axes[0].texts]]


def test_it_shows_the_last_days_the_mean_and_two_bands(made: Forecast) -> None:
    figure = forecast_chart(history(), made, title="More in November")
    ax = figure.axes[0]
    lengths = sorted(len(np.asarray(line.get_xdata())) for line in ax.lines)
    assert lengths[-2:] == [61 + 1, PAST_DAYS]
    assert len(ax.collections) == 2
    assert ax.get_ylim()[0] == 0
    assert ax.get_xlim()[1] == day_number(date(2026, 12, 31)) + 0.5


def test_title_labels_and_holidays_stand_in_it_and_no_legend(made: Forecast) -> None:
    figure = forecast_chart(history(), made, title="More in November")
    found = texts(figure)
    assert "More in November" in found
    assert {"expected", "80%", "95%", "Christmas Day, Boxing Day"} <= set(found)
    assert any("31 October 2026" in text for text in found)
    assert any("holidays" in text for text in found)
    assert figure.axes[0].get_legend() is None


def test_a_gap_stays_a_gap(made: Forecast) -> None:
    gap = history()
    gap.iloc[-20:-10] = np.nan
    drawn = next(
        line
        for line in forecast_chart(gap, made, title="x").axes[0].lines
        if len(np.asarray(line.get_xdata())) == PAST_DAYS
    )
    assert np.isnan(np.asarray(drawn.get_ydata(), dtype=float)).sum() == 10


def test_a_client_that_sends_nothing_gets_a_note() -> None:
    silent = history() * 0
    figure = forecast_chart(silent, outlook(silent, 30), title="Nothing")
    assert "No messages, and none expected" in texts(figure)


def test_a_young_client_with_one_day_is_drawn() -> None:
    assert to_png(forecast_chart(history(1), outlook(history(1), 5), title="One day"))


def test_the_same_forecast_gives_the_same_picture(made: Forecast) -> None:
    assert to_png(forecast_chart(history(), made, title="x")) == to_png(forecast_chart(history(), made, title="x"))


def test_what_came_is_drawn_over_an_earlier_forecast() -> None:
    whole = history()
    earlier = outlook(whole[:-31], 31, country="GB")
    figure = forecast_chart(whole[:-31], earlier, title="As expected", actual=whole[-31:])
    assert "came" in texts(figure)
    assert figure.axes[0].get_ylim()[1] > whole[-31:].max()


def test_in_hebrew_every_word_is_hebrew_and_holidays_have_their_hebrew_names() -> None:
    made = outlook(history(), 61, country="IL")
    with speaking("he"):
        title = findings_forecast.outlook(made, "he")
        named = {date(2026, 10, 12): "unexpected +350%", date(2026, 10, 20): "new level -20%"}
        figure = forecast_chart(history(), made, title=title, locale="he", named=named)
        found = " ".join(texts(figure))
    assert re.search("[\u05d0-\u05ea]", title)
    assert "צפוי" in found
    assert "בלתי צפוי +350%" in found
    assert "רמה חדשה -20%" in found
    assert set(re.findall("[A-Za-z]{2,}", found)) <= {"tollbook", "holidays"}  # what made it, by name
    assert "Yom Kippur" in " ".join(texts(forecast_chart(history(), made, title="x")))
