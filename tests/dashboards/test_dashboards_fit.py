from itertools import pairwise

import pandas as pd
from matplotlib.figure import Figure

from tollbook.charts.forecast import forecast_chart
from tollbook.charts.style import figure, headline, house_style
from tollbook.dashboards.fit import (
    first_alone,
    last_days,
    names_above,
    on_panel,
    take_key,
    thin_out,
    without_end_labels,
)
from tollbook.forecasting import forecast


def bars() -> Figure:
    with house_style():
        fig = figure()
        headline(fig, "A finding", "what is drawn")
        first, second = fig.subplots(1, 2)
        first.barh([0, 1], [3, 2], color="#0F766E", label="delivered")
        first.barh([0, 1], [1, 1], left=[3, 2], color="#B4532A", label="failed")
        first.set_yticks([0, 1], ["SMS", "WhatsApp"])
        first.legend()
        second.plot([1, 2])
        return fig


def test_on_a_panel_the_headline_is_gone_and_the_size_is_the_panels() -> None:
    fig = on_panel(bars(), 3.0, 2.0)
    assert fig.texts == []
    assert fig.get_size_inches().tolist() == [3.0, 2.0]


def test_the_first_drawing_alone_gets_the_width() -> None:
    fig = bars()
    first_alone(fig)
    on_panel(fig, 6.0, 3.0)
    assert len(fig.axes) == 1
    assert fig.axes[0].get_position().width > 0.7


def test_the_key_is_taken_out_in_order() -> None:
    fig = bars()
    assert take_key(fig) == [("delivered", "#0f766e"), ("failed", "#b4532a")]
    assert fig.axes[0].get_legend() is None


def test_names_go_above_their_bars() -> None:
    fig = bars()
    names_above(fig.axes[0])
    assert [text.get_text() for text in fig.axes[0].texts] == ["SMS", "WhatsApp"]
    assert list(fig.axes[0].get_yticks()) == []


def test_the_last_days_alone_and_no_names_beside_them() -> None:
    days = pd.date_range("2026-08-01", "2026-10-31")
    history = pd.Series([500.0 + 20 * (day.weekday() < 5) for day in days], index=days)
    fig = forecast_chart(history, forecast(history, 30, country="IN"), title="")
    said = [text.get_text() for text in fig.axes[0].texts]
    assert any("Diwali" in text for text in said)
    right = fig.axes[0].get_xlim()[1]
    last_days(fig.axes[0], 40)
    without_end_labels(fig.axes[0])
    assert fig.axes[0].get_xlim() == (right - 40, right)
    assert list(fig.axes[0].texts) == []


def test_labels_that_would_touch_are_hidden() -> None:
    fig = figure(3.0, 2.0)
    axes = fig.subplots()
    axes.set_xticks(range(12), ["12 October"] * 12)
    fig.draw_without_rendering()
    thin_out(axes.xaxis)
    shown = [label for label in axes.get_xticklabels() if label.get_visible()]
    assert 1 < len(shown) < 12
    boxes = [label.get_window_extent() for label in shown]
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
