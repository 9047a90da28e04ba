"""The pictures of the usage page: which there are, how large they are on a screen, and their PNG."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from tollbook.charts import findings, findings_month
from tollbook.dashboards.drill_down import DIMENSIONS
from tollbook.dashboards.readings import Reading
from tollbook.usage.latency import frame_latency, latency_table
from tollbook.usage.summary import by_day, by_hour, delivery, destinations, largest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CSS_INCH = 96  # CSS pixels an inch, by definition
NARROWEST, WIDEST = 240, 2400
PHONE = 440
ONE_DRAWING = 700  # a panel narrower than this has no room for a second drawing beside the first
TOP_DESTINATIONS = 8
MOST_VALUES = 6  # that usage over time is split into
NO_RECEIPTS = ("How long receipts took is kept by channel and destination", "Choose one of these, or everything")


@dataclass(frozen=True, slots=True)
class Screen:
    """Where pictures are going to be seen: room in panels in CSS pixels, dark or light, device pixels a CSS pixel."""

    wide: int
    half: int
    dark: bool
    ratio: float

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self | None:
        """What a browser told, kept within reason; None as long as it has told nothing."""
        try:
            wide, half = (min(max(int(told[name]), NARROWEST), WIDEST) for name in ("wide", "half"))
            ratio = min(max(float(told["ratio"]), 1.0), 2.0)
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
        return cls(wide, half, told.get("dark") is True, ratio)


def _as_it_is(_: "Figure") -> None:
    """Change nothing."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its words (the finding, and what is drawn), how to draw it, and its place.

    Attributes:
        name: of its panel.
        words: heading and line under it, of what the page has read.
        figure: from `tollbook.charts`.
        height: in CSS pixels, of what is read.
        wide: across the page, however wide it is.
        for_phone: what else to change where the panel is narrower than `PHONE`.
    """

    name: str
    words: Callable[[Any], tuple[str, str]]
    figure: Callable[[Any], "Figure"]
    height: Callable[[Any], int]
    wide: bool = False
    for_phone: Callable[["Figure"], None] = _as_it_is


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as PNG and its key, (name, colour) in order; empty when the names stand in the picture."""

    png: bytes
    key: tuple[tuple[str, str], ...]


def draw(picture: Picture, reading: Any, screen: Screen, *, hidden: bool = False) -> Drawn:
    """The picture, exactly as wide as its panel and on the panel's own paper; `hidden` leaves out every number."""
    from tollbook.charts.style import house_style
    from tollbook.dashboards import fit
    from tollbook.dashboards.night import for_dark

    room = screen.wide if picture.wide else screen.half
    key: list[tuple[str, str]] = []
    with house_style():
        fig = picture.figure(reading)
        if screen.dark:
            for_dark(fig)
        if room < ONE_DRAWING:
            fit.first_alone(fig)
            key = fit.take_key(fig)
        if room < PHONE:
            picture.for_phone(fig)
        fit.on_panel(fig, room / CSS_INCH, picture.height(reading) / CSS_INCH)
        if hidden:
            fit.without_digits(fig)
        return Drawn(fit.as_png(fig, CSS_INCH * screen.ratio), tuple(key))


def warm_up() -> None:
    """Import what drawing needs, so that the first picture does not wait for it."""
    from tollbook.charts import hours, outcome, places, receipts, usage  # noqa: F401 - imported for their effect
    from tollbook.dashboards import fit, night  # noqa: F401


def _days(reading: Reading) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    span = reading.window
    by, before = reading.by, None
    if len(reading.before):
        before = by_day(reading.before, span.before_first, span.before_last, by=by)
    return largest(by_day(reading.now, span.first, span.last, by=by), MOST_VALUES), before


def _usage_words(reading: Reading) -> tuple[str, str]:
    finding = findings.usage(*_days(reading), by=reading.by, locale=reading.client.locale)
    if reading.now.empty:
        return finding, "Pictures and destinations are shown where there are messages"
    return (
        finding,
        f"Messages by {DIMENSIONS[reading.by].lower()} and day; the grey line is {reading.window.before_label}",
    )


def _usage_figure(reading: Reading) -> "Figure":
    from tollbook.charts.usage import usage_over_time

    return usage_over_time(*_days(reading), by=reading.by, locale=reading.client.locale)


def _places(reading: Reading) -> pd.DataFrame:
    return destinations(reading.now, limit=TOP_DESTINATIONS)


def _places_words(reading: Reading) -> tuple[str, str]:
    return findings.destinations(_places(reading), reading.client.locale), "Outgoing messages by country"


def _places_figure(reading: Reading) -> "Figure":
    from tollbook.charts.places import top_destinations

    return top_destinations(_places(reading), locale=reading.client.locale)


def _outcome_words(reading: Reading) -> tuple[str, str]:
    return findings.delivery(delivery(reading.now), reading.client.locale), "Outgoing messages by latest status"


def _outcome_figure(reading: Reading) -> "Figure":
    from tollbook.charts.outcome import delivery_outcome

    return delivery_outcome(delivery(reading.now), locale=reading.client.locale)


def _without_end_labels(fig: "Figure") -> None:
    from tollbook.dashboards.fit import without_end_labels

    without_end_labels(fig.axes[0])


def names_above_bars(fig: "Figure") -> None:
    """Give a phone's bars the width that their names would take."""
    from tollbook.dashboards.fit import names_above

    names_above(fig.axes[0])


def _places_height(reading: Reading) -> int:
    """Its rows', and as high as the picture beside it."""
    return max(30 + 34 * len(_places(reading)), _outcome_height(reading))


def _outcome_height(reading: Reading) -> int:
    rows = max(len(delivery(reading.now)), 2)
    return 60 + (64 if rows <= 3 else 46) * rows


def _hours_words(reading: Reading) -> tuple[str, str]:
    return findings.hours(by_hour(reading.now), reading.client.locale), "Messages by weekday and hour, local time"


def _hours_figure(reading: Reading) -> "Figure":
    from tollbook.charts.hours import busy_hours

    return busy_hours(by_hour(reading.now), locale=reading.client.locale)


def _receipts_words(reading: Reading) -> tuple[str, str]:
    if reading.receipts is None:
        return NO_RECEIPTS
    finding = findings_month.latency(frame_latency(reading.receipts), reading.client.locale)
    return finding, "Delivered messages by the time from submission to the receipt"


def _receipts_figure(reading: Reading) -> "Figure":
    from tollbook.charts.receipts import receipt_latency

    table = latency_table([]) if reading.receipts is None else frame_latency(reading.receipts)
    return receipt_latency(table, locale=reading.client.locale)


PICTURES = (
    Picture("usage", _usage_words, _usage_figure, lambda _: 330, wide=True, for_phone=_without_end_labels),
    Picture("destinations", _places_words, _places_figure, _places_height),
    Picture("delivery", _outcome_words, _outcome_figure, _outcome_height, for_phone=names_above_bars),
    Picture("receipts", _receipts_words, _receipts_figure, lambda _: 300),
    Picture("hours", _hours_words, _hours_figure, lambda _: 300),
)
