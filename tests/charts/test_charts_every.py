"""What every picture must hold, on the usual month and on awkward ones."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure

from tollbook.billing.bill import Bill
from tollbook.charts.bill import bill_lines
from tollbook.charts.hours import busy_hours
from tollbook.charts.outcome import delivery_outcome
from tollbook.charts.places import compare_campaigns, top_destinations
from tollbook.charts.rendering import to_png
from tollbook.charts.tiers import tier_progress
from tollbook.charts.usage import month_pace, usage_over_time
from tollbook.rating.prices import Graduated, price_model
from tollbook.usage import summary

Usage = Callable[..., pd.DataFrame]
TIERS = price_model(
    {
        "model": "graduated",
        "tiers": [{"up_to": 20000, "unit": "0.04"}, {"up_to": 90000, "unit": "0.035"}, {"unit": "0.03"}],
    }
)
HEBREW = ("", "תזכורת לתור (סתיו 2026)", "סקר שביעות רצון", "a-campaign-whose-name-somebody-made-much-too-long")
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
CASES: dict[str, dict[str, Any]] = {
    "usual": {"first": FIRST, "last": LAST},
    "one day": {"first": FIRST, "last": FIRST},
    "two weeks": {"first": FIRST, "last": date(2026, 10, 14)},
    "all zero": {"first": FIRST, "last": LAST, "scale": 0.0},
    "one message": {"first": FIRST, "last": FIRST, "scale": 0.0017},
    "millions": {"first": FIRST, "last": LAST, "scale": 4321.0},
    "Hebrew and long names": {"first": FIRST, "last": LAST, "campaigns": HEBREW},
    "five years": {"first": date(2022, 1, 1), "last": LAST, "scale": 0.05},
    "empty": {"first": FIRST, "last": LAST},
}
LOCALES = {"Hebrew and long names": "he-IL", "millions": "de"}


def _tiers(frame: pd.DataFrame, first: date, last: date, locale: str) -> Figure:
    assert isinstance(TIERS, Graduated)
    daily = summary.by_day(frame.assign(all="all"), first, last, by="all", measure="segments").sum(axis="columns")
    return tier_progress(daily, TIERS, "EUR", locale=locale)


PICTURES: dict[str, Callable[[pd.DataFrame, date, date, str], Figure]] = {
    "usage": lambda frame, first, last, locale: usage_over_time(
        summary.by_day(frame, first, last), summary.by_day(frame, first, last), locale=locale
    ),
    "pace": lambda frame, first, last, locale: month_pace(
        summary.running(frame, first, last), summary.running(frame, first, LAST), locale=locale
    ),
    "destinations": lambda frame, _, __, locale: top_destinations(summary.destinations(frame), locale=locale),
    "campaigns": lambda frame, _, __, locale: compare_campaigns(summary.campaigns(frame), locale=locale),
    "hours": lambda frame, _, __, locale: busy_hours(summary.by_hour(frame), locale=locale),
    "delivery": lambda frame, _, __, locale: delivery_outcome(summary.delivery(frame), locale=locale),
    "tiers": _tiers,
}


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("case", CASES)
def test_texts_neither_touch_nor_leave_the_page(
    picture: str,
    case: str,
    usage: Usage,
    touching: Callable[[Figure], list[tuple[str, str]]],
    cut_off: Callable[[Figure], list[str]],
) -> None:
    asked = CASES[case]
    frame = usage(**asked).iloc[: 0 if case == "empty" else None]
    fig = PICTURES[picture](frame, asked["first"], asked["last"], LOCALES.get(case, "en"))
    assert touching(fig) == []
    assert cut_off(fig) == []
    assert fig.get_label()


@pytest.mark.parametrize(
    ("amounts", "currency", "locale"),
    [
        ({"Outbound SMS": "1204.10", "PLATFORM": "350.00"}, "GBP", "en-GB"),
        ({}, "EUR", "de"),
        ({"Nothing yet": "0"}, "EUR", "de"),
        ({"Outbound SMS": "100.00", "CREDIT": "-340.00"}, "USD", "en-US"),
        ({f"A line with a name of its own, number {n}": f"{n}000000.00" for n in range(1, 30)}, "JPY", "ja"),
        ({"הודעות SMS לפי רשת": "778.22", "CREDIT": "-20.00"}, "ILS", "he-IL"),
    ],
)
def test_texts_of_any_bill_neither_touch_nor_leave_the_page(
    amounts: dict[str, str],
    currency: str,
    locale: str,
    bill: Callable[..., Bill],
    touching: Callable[[Figure], list[tuple[str, str]]],
    cut_off: Callable[[Figure], list[str]],
) -> None:
    fig = bill_lines(bill(amounts, currency, "20"), locale=locale)
    assert touching(fig) == []
    assert cut_off(fig) == []


@pytest.mark.parametrize("picture", PICTURES)
def test_the_same_usage_gives_the_same_bytes(picture: str, usage: Usage) -> None:
    frame = usage(FIRST, LAST)
    one, two = (to_png(PICTURES[picture](frame, FIRST, LAST, "en"), dpi=72) for _ in range(2))
    assert one == two
    assert one.startswith(b"\x89PNG")


def test_no_figure_stays_open_and_no_setting_changes(usage: Usage) -> None:
    from matplotlib import pyplot as plt

    before = dict(mpl.rcParams)
    frame = usage(FIRST, LAST)
    for draw in PICTURES.values():
        to_png(draw(frame, FIRST, LAST, "en"), dpi=50)
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before


def test_threads_draw_what_one_thread_draws(usage: Usage) -> None:
    frame, before = usage(FIRST, LAST), dict(mpl.rcParams)
    alone = {name: to_png(draw(frame, FIRST, LAST, "en"), dpi=50) for name, draw in PICTURES.items()}
    together: dict[str, bytes] = {}

    def draw(name: str) -> None:
        together[name] = to_png(PICTURES[name](frame, FIRST, LAST, "en"), dpi=50)

    threads = [threading.Thread(target=draw, args=(name,)) for name in PICTURES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone
    assert dict(mpl.rcParams) == before
