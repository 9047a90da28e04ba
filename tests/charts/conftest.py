"""A month of invented usage, a bill, and eyes: what is drawn, and whether any two texts touch."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from tollbook.billing.bill import Bill, Line, TaxLine
from tollbook.charts.style import house_style
from tollbook.period import Month

Usage = Callable[..., pd.DataFrame]
SHARES = {"sms": 0.6, "whatsapp": 0.3, "mms": 0.06, "rcs": 0.04}
COUNTRIES = {"GB": 0.6, "US": 0.2, "AE": 0.1, "BR": 0.07, "": 0.03}
ARRIVES = {"GB": 0.98, "US": 0.97, "AE": 0.97, "BR": 0.8, "": 0.97}


@pytest.fixture(scope="session")
def usage() -> Usage:
    """`usage(first, last, scale=1.0, campaigns=("",))`: a frame as `book.usage` gives it, the same each time."""

    def make(first: date, last: date, scale: float = 1.0, campaigns: tuple[str, ...] = ("", "autumn")) -> pd.DataFrame:
        rows = []
        for number, day in enumerate(pd.date_range(first, last)):
            weekday = 0.4 if day.dayofweek >= 5 else 1.0
            for hour in (9, 12, 18):
                for channel, part in SHARES.items():
                    for country, there in COUNTRIES.items():
                        whole = round(scale * weekday * 1000 * part * there * (1 + 0.02 * (number % 7)))
                        good = round(whole * ARRIVES[country])
                        name = campaigns[(number + hour) % len(campaigns)]
                        shared = (day, hour, channel, "mt", country, "", "", name)
                        rows += [
                            (*shared, "delivered", good, good * 2),
                            (*shared, "failed", whole - good, whole - good),
                        ]
        names = [
            "day",
            "hour",
            "channel",
            "direction",
            "country",
            "network",
            "category",
            "campaign",
            "status",
            "messages",
            "segments",
        ]
        frame = pd.DataFrame(rows, columns=names).astype({"day": "datetime64[us]"})
        return frame[frame["messages"] > 0].reset_index(drop=True) if scale else frame

    return make


@pytest.fixture(scope="session")
def bill() -> Callable[..., Bill]:
    """`bill({"Outbound SMS": "120.50", ...}, currency="GBP", tax="24.10")`; names in capitals are fees."""

    def make(amounts: dict[str, str], currency: str = "GBP", tax: str = "0") -> Bill:
        lines = tuple(
            Line(
                charge=f"line-{number}",
                label=label,
                kind="recurring" if label.isupper() else "usage",
                quantity=Decimal(1 if label.isupper() else 1000),
                unit="month" if label.isupper() else "segments",
                exact=Decimal(amount),
                amount=Decimal(amount),
                tax="standard",
            )
            for number, (label, amount) in enumerate(amounts.items())
        )
        net = sum((line.amount for line in lines), Decimal(0))
        taxes = (TaxLine("standard", "VAT 20 %", Decimal(20), net, Decimal(tax)),)
        return Bill(
            "some-client", Month(2026, 10), currency, "Europe/London", 1, date(2026, 1, 1), lines=lines, taxes=taxes
        )

    return make


def visible_texts(fig: Figure) -> list[Text]:
    """All texts that are drawn, after layout; tick labels outside an axis's limits exist, but are not drawn."""
    with house_style():
        FigureCanvasAgg(fig)
        fig.draw_without_rendering()
    every = {id(text): text for text in fig.findobj(Text) if isinstance(text, Text) and text.get_text().strip()}
    for axis in (axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)):
        low, high = sorted(axis.get_view_interval())
        room = (high - low) * 1e-6
        for tick in axis.get_major_ticks():
            if not low - room <= tick.get_loc() <= high + room:
                every.pop(id(tick.label1), None)
    return [text for text in every.values() if text.get_visible()]


@pytest.fixture(scope="session")
def touching() -> Callable[[Figure], list[tuple[str, str]]]:
    """Pairs of texts in a figure that overlap by more than a hundredth of an inch."""

    def find(fig: Figure) -> list[tuple[str, str]]:
        boxes = [(text.get_text(), text.get_window_extent().padded(-0.006 * fig.dpi)) for text in visible_texts(fig)]
        return [(one, two) for (one, a), (two, b) in combinations(boxes, 2) if a.overlaps(b)]

    return find


@pytest.fixture(scope="session")
def cut_off() -> Callable[[Figure], list[str]]:
    """Texts that reach beyond the edge of a figure."""

    def find(fig: Figure) -> list[str]:
        page = fig.bbox
        return [
            text.get_text()
            for text in visible_texts(fig)
            if not _inside(np.asarray(text.get_window_extent().extents), np.asarray(page.extents))
        ]

    return find


def _inside(box: np.ndarray, page: np.ndarray) -> bool:
    return bool((box[:2] >= page[:2] - 1).all() and (box[2:] <= page[2:] + 1).all())
