"""A reading as words and cards: what the top of the usage page says."""

from datetime import date, datetime, timedelta
from math import isfinite

import pandas as pd
from babel.dates import format_date

from tollbook.charts.names import country_name
from tollbook.charts.words import duration, period
from tollbook.dashboards.page import Card, Tone
from tollbook.dashboards.readings import Reading
from tollbook.money import format_count, format_share
from tollbook.usage.latency import frame_latency, within
from tollbook.usage.summary import Compared, by_day, headline

NO_COMPARISON = "nothing to compare with"
NONE = "\N{EN DASH}"
HALF, MOST = 0.5, 0.95  # of receipts
STEADY = 0.0005  # a change that would be written as 0.0%

DEFINITIONS = (
    ("Messages", "Records a supplier accepted, in both directions; a message to ten people counts ten."),
    ("Segments", "The parts a message is split into for the network; the unit most contracts are priced by."),
    ("Delivery rate", "Delivered or read, out of the outgoing messages whose status can no longer change."),
    ("Receipts", "The time from submission until the status that said delivered or read, of outgoing messages."),
    ("Top destination", "The country with the most outgoing messages, and its part of them."),
    ("Compared with", "As many days right before, or the month before; an unfinished day up to the same hour."),
    ("As of", "Everything posted up to that version of the ledger; Refresh shows what came since."),
)


def headline_cards(reading: Reading) -> list[Card]:
    """Messages, segments, delivery rate and top destination, each against the span before."""
    figures, locale = headline(reading.now, reading.before), reading.client.locale
    place, waits = figures.destination, reading.receipts
    return [
        _count_card("Messages", figures.messages, reading, "messages"),
        _count_card("Segments", figures.segments, reading, "segments"),
        Card(
            "Delivery rate",
            _share(figures.delivery_rate.now, locale),
            *_points(figures.delivery_rate, locale),
            part=figures.delivery_rate.now,
        ),
        *([] if waits is None else [_receipts_card(waits)]),
        Card(
            "Top destination",
            NONE if place is None else country_name(place),
            _of_messages(figures.destination_share, locale),
            part=figures.destination_share.now,
            words=True,
        ),
    ]


def span_text(reading: Reading) -> str:
    """The window in words: `30 days, 2 to 31 October 2026`; a whole month by its name alone."""
    days = period(reading.window.first, reading.window.last)
    return days if days == reading.window.label else f"{reading.window.label}, {days}"


def stamp_text(reading: Reading) -> str:
    """How fresh the figures are: `As of 23 Nov 2026, 14:32 GMT · ledger version 17`."""
    return stamp(reading.at, reading.batch)


def stamp(at: datetime, batch: int) -> str:
    """When something was read, and at which version of the ledger."""
    return f"As of {_day(at.date())}, {at:%H:%M} {at.tzname()} · ledger version {batch}"


def remark(reading: Reading, *, refused: bool) -> str:
    """What a reader should know before believing the page; "" when there is nothing."""
    if refused:
        return f"The link asked for something that is not on offer here; this is {reading.client.name}."
    if reading.latest is None:
        return "No usage of this client has been posted yet."
    if reading.latest < reading.today - timedelta(days=1):
        return f"No usage has been posted since {_day(reading.latest)}; the last 7, 30 and 90 days end there."
    return ""


def _receipts_card(receipts: pd.DataFrame) -> Card:
    counts = frame_latency(receipts).sum()
    most, half = within(counts, MOST), within(counts, HALF)
    if most is None or half is None:
        return Card("Receipts", NONE, "no confirmed delivery")
    return Card("95% of receipts", _bound(most), f"half: {_bound(half)}", words=True)


def _bound(seconds: float) -> str:
    return f"within {duration(seconds)}" if isfinite(seconds) else "after more than a day"


def _count_card(label: str, figure: Compared, reading: Reading, measure: str) -> Card:
    days = by_day(reading.now, reading.window.first, reading.window.last, measure=measure)
    change, direction = _relative(figure, reading.client.locale)
    trail = days.sum(axis="columns").tolist()
    return Card(label, format_count(figure.now or 0, reading.client.locale), change, direction, trail=trail)


def _relative(figure: Compared, locale: str) -> tuple[str, int | None]:
    if figure.relative is None:
        return NO_COMPARISON, None
    if abs(figure.relative) < STEADY:
        return "as before", 0
    text = format_share(abs(figure.relative), locale)
    return (f"{text} more", 1) if figure.relative > 0 else (f"{text} fewer", -1)


def _points(figure: Compared, locale: str) -> tuple[str, int | None, Tone]:
    if figure.difference is None:
        return NO_COMPARISON, None, "plain"
    if abs(figure.difference) < STEADY:
        return "as before", 0, "plain"
    text = f"{format_share(abs(figure.difference), locale).rstrip('%').rstrip()} points"
    return (f"{text} better", 1, "good") if figure.difference > 0 else (f"{text} worse", -1, "bad")


def _of_messages(figure: Compared, locale: str) -> str:
    if figure.now is None:
        return "no outgoing messages"
    text = f"{format_share(figure.now, locale)} of messages"
    return text if figure.before is None else f"{text}, before {format_share(figure.before, locale)}"


def _share(part: float | None, locale: str) -> str:
    return NONE if part is None else format_share(part, locale)


def _day(day: date) -> str:
    return format_date(day, "d MMM yyyy", locale="en")
