"""What each picture draws, counted on the figure itself."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from tollbook.billing.bill import Bill
from tollbook.charts import style, tables
from tollbook.charts.axes import day_number
from tollbook.charts.bill import MOST_LINES, bill_lines, waterfall
from tollbook.charts.hours import busy_hours
from tollbook.charts.outcome import LOST, delivery_outcome
from tollbook.charts.pictures import picture, save_pictures
from tollbook.charts.places import top_destinations
from tollbook.charts.tiers import tier_progress
from tollbook.charts.usage import month_pace, usage_over_time
from tollbook.rating.prices import Graduated, price_model
from tollbook.usage import summary

Usage = Callable[..., pd.DataFrame]
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


def heights(fig: Figure) -> dict[str, list[float]]:
    """Bar heights of the first axes by colour."""
    found: dict[str, list[float]] = {}
    for container in fig.axes[0].containers:
        for bar in container:
            found.setdefault(to_hex(bar.get_facecolor()).upper(), []).append(bar.get_height())
    return found


def test_usage_has_a_bar_for_each_day_and_channel_in_the_channels_colour(usage: Usage) -> None:
    days = summary.by_day(usage(FIRST, LAST), FIRST, LAST)
    drawn = heights(usage_over_time(days))
    assert drawn == {style.CHANNELS[name]: days[name].tolist() for name in ("sms", "mms", "rcs", "whatsapp")}


def test_usage_of_a_long_time_is_drawn_by_month(usage: Usage) -> None:
    first = date(2026, 5, 1)
    days = summary.by_day(usage(first, LAST, scale=0.1), first, LAST)
    drawn = heights(usage_over_time(days))
    assert [len(bars) for bars in drawn.values()] == [6] * len(drawn)
    assert sum(map(sum, drawn.values())) == days.to_numpy().sum()


def test_the_period_before_lies_under_the_same_weekdays(usage: Usage) -> None:
    september = summary.by_day(usage(date(2026, 9, 1), date(2026, 9, 30)), date(2026, 9, 1), date(2026, 9, 30))
    fig = usage_over_time(summary.by_day(usage(FIRST, LAST), FIRST, LAST), september)
    (line,) = [patch for patch in fig.axes[0].patches if hasattr(patch, "get_data")]
    values, edges, _ = line.get_data()
    # 3 September, a Thursday, lies under 1 October, a Thursday; 30 September under 28 October.
    assert values.tolist() == september.sum(axis="columns").tolist()[2:]
    assert edges[0] == day_number(FIRST) - 0.5


def test_pace_draws_two_lines_from_the_first_day(usage: Usage) -> None:
    frame = usage(FIRST, LAST)
    fig = month_pace(summary.running(frame, FIRST, date(2026, 10, 9)), summary.running(frame, FIRST, LAST))
    before, now, dot = fig.axes[0].lines
    assert [len(line.get_xdata()) for line in (before, now, dot)] == [31, 9, 1]  # type: ignore[arg-type]
    assert fig.axes[0].get_ylim()[0] == 0


def test_destinations_mark_only_the_one_that_is_behind(usage: Usage) -> None:
    table = summary.destinations(usage(FIRST, LAST))
    bars, dots = top_destinations(table).axes
    assert [bar.get_width() for bar in bars.patches] == table["messages"].tolist()  # type: ignore[attr-defined]
    rings = [line for line in dots.lines if line.get_marker() == "o" and line.get_markerfacecolor() == "white"]
    assert [line.get_ydata().tolist() for line in rings] == [[list(table.index).index("BR")]]  # type: ignore[union-attr]


@pytest.mark.parametrize(("locale", "first"), [("en-GB", "Monday"), ("en-US", "Sunday"), ("he-IL", "Sunday")])
def test_the_week_begins_where_the_client_begins_it(locale: str, first: str, usage: Usage) -> None:
    ax = busy_hours(summary.by_hour(usage(FIRST, LAST)), locale=locale).axes[0]
    assert ax.get_yticklabels()[0].get_text() == first
    assert ax.collections[0].get_array().size == 7 * 24  # type: ignore[union-attr]


def test_statuses_fill_the_bar_and_the_enlarged_side_holds_what_was_lost(usage: Usage) -> None:
    table = summary.delivery(usage(FIRST, LAST))
    whole, zoom = delivery_outcome(table).axes
    for row in range(len(table)):
        parts = [bar for bar in whole.patches if round(bar.get_y() + 0.33, 6) == row]  # type: ignore[attr-defined]
        assert sum(bar.get_width() for bar in parts) == pytest.approx(1)  # type: ignore[attr-defined]
    lost = sum(bar.get_width() for bar in zoom.patches if round(bar.get_y() + 0.33, 6) == 0)  # type: ignore[attr-defined]
    assert lost == pytest.approx(table.iloc[0].reindex(LOST).sum() / table.iloc[0].sum())


def test_the_waterfall_ends_at_the_total(bill: Callable[..., Bill]) -> None:
    made = bill({"Outbound SMS": "75.00", "PLATFORM": "25.00", "CREDIT": "-10.00"}, "GBP", "18.00")
    rows = waterfall(made)
    assert [(row.label, row.start, row.amount) for row in rows] == [
        ("Outbound SMS", Decimal(0), Decimal(75)),
        ("PLATFORM", Decimal(75), Decimal(25)),
        ("CREDIT", Decimal(100), Decimal(-10)),
        ("VAT 20 %", Decimal(90), Decimal(18)),
        ("Total", Decimal(0), made.total),
    ]
    assert rows[-2].start + rows[-2].amount == made.total
    assert len(bill_lines(made).axes[0].patches) == 5


def test_many_lines_are_drawn_as_one_and_nothing_is_lost(bill: Callable[..., Bill]) -> None:
    made = bill({f"Line {number}": f"{number}.10" for number in range(1, 31)}, "EUR", "5.00")
    rows = waterfall(made)
    assert len(rows) == MOST_LINES + 2
    assert "22 other lines" in [row.label for row in rows]
    assert rows[-2].start + rows[-2].amount == made.total


@pytest.mark.parametrize(("quantity", "bounds"), [(10, 1), (999, 1), (1500, 1), (60_000, 2)])
def test_tiers_show_the_bounds_in_sight(quantity: int, bounds: int) -> None:
    price = price_model(
        {"model": "graduated", "tiers": [{"up_to": 1000, "unit": 2}, {"up_to": 70000, "unit": 1}, {"unit": 0}]}
    )
    assert isinstance(price, Graduated)
    daily = pd.Series([quantity / 10.0] * 10, index=pd.date_range(FIRST, periods=10))
    ax = tier_progress(daily, price, "EUR").axes[0]
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert len(dashed) <= bounds
    assert ax.get_ylim()[0] == 0
    assert ax.get_ylim()[1] > quantity


def test_an_empty_period_says_so_in_every_language(usage: Usage) -> None:
    nothing = usage(FIRST, LAST).iloc[:0]
    fig = usage_over_time(summary.by_day(nothing, FIRST, LAST))
    assert fig.get_label() == "No messages in this period"
    assert [text.get_text() for text in fig.axes[0].texts] == ["No messages in this period"]


def test_pictures_are_written_whole_and_carry_their_finding(usage: Usage, tmp_path: Path) -> None:
    fig = busy_hours(summary.by_hour(usage(FIRST, LAST)))
    image = picture(fig)
    paths = save_pictures(tmp_path / "new", hours=image, again=image)
    assert [path.name for path in paths] == ["hours.png", "again.png"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["again.png", "hours.png"]
    assert paths[0].read_bytes() == image.data  # what stands on the page, not drawn a second time
    assert image.alt == fig.get_label() != ""


def test_tables_show_the_numbers_of_the_pictures(usage: Usage, bill: Callable[..., Bill]) -> None:
    frame = usage(FIRST, LAST)
    days = summary.by_day(frame, FIRST, LAST)
    head = tables.headline_table(summary.headline(frame, frame.iloc[:0]))
    assert head.loc["Messages", "this period"] == f"{summary.total(frame):,}"
    assert set(head["period before"]) == {tables.NONE}
    assert tables.channel_table(days, days).index[0] == "SMS"
    assert tables.ranking_table(summary.destinations(frame, limit=2)).index.tolist()[-1] == "All others"
    assert len(tables.busiest_table(summary.by_hour(frame), limit=3)) == 3
    assert tables.outcome_table(summary.delivery(frame))["delivery rate"].str.endswith("%").all()
    shown = tables.bill_table(bill({"Outbound SMS": "75.00", "PLATFORM": "25.00"}, "GBP", "20.00"))
    assert shown["quantity"].tolist()[:2] == ["1,000 segments", "1 month"]
    assert "£120.00" in shown["amount"].tolist()[-1]


def test_tables_of_nothing_are_empty(usage: Usage) -> None:
    nothing = usage(FIRST, LAST).iloc[:0]
    assert len(tables.busiest_table(summary.by_hour(nothing))) == 0
    assert len(tables.outcome_table(summary.delivery(nothing))) == 0
    assert len(tables.ranking_table(summary.destinations(nothing))) == 0
    assert "Nowhere" in tables.headline_table(summary.headline(nothing, nothing)).index[-1]
