"""The pictures of the usage page: what each says and how it is drawn."""

from typing import TYPE_CHECKING

import pandas as pd

from tollbook.charts import findings, findings_month
from tollbook.dashboards.drill_down import DIMENSIONS
from tollbook.dashboards.picture import Picture, names_above_bars
from tollbook.dashboards.readings import Reading
from tollbook.usage.latency import frame_latency, latency_table
from tollbook.usage.summary import by_day, by_hour, delivery, destinations, largest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TOP_DESTINATIONS = 8
MOST_VALUES = 6  # that usage over time is split into
NO_RECEIPTS = ("How long receipts took is kept by channel and destination", "Choose one of these, or everything")


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
