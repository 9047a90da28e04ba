from datetime import timedelta

import pytest
from planted_book import NOW, PlantedBook

from tollbook.dashboards.link import Choice
from tollbook.dashboards.readings import Reading, Readings
from tollbook.dashboards.usage_words import NONE, headline_cards, remark, span_text, stamp_text

EVENING = NOW.replace(hour=20)


def read(book: PlantedBook, client: str = "acorn", period: str = "30d", days_later: int = 0) -> Reading:
    return Readings(book, clock=lambda: EVENING + timedelta(days=days_later)).read(Choice(client, period))


def test_the_cards_of_planted_usage(book: PlantedBook) -> None:
    messages, segments, rate, receipts, place = headline_cards(read(book))
    assert (receipts.value, receipts.change) == ("within 1 minute", "half: within 5 seconds")
    assert (messages.value, messages.change, messages.direction) == ("3,600", "as before", 0)
    assert segments.value == "7,200"
    assert list(messages.trail) == [120] * 30
    # 90 delivered and 20 read of 120 final messages a day
    assert (rate.value, rate.change) == ("91.7%", "as before")
    assert rate.part == pytest.approx(110 / 120)
    assert (place.value, place.change) == ("United Kingdom", "83.3% of messages, before 83.3%")


def test_a_longer_month_says_how_much_more(book: PlantedBook) -> None:
    messages = headline_cards(read(book, period="2026-10"))[0]
    assert (messages.change, messages.direction) == ("3.3% more", 1)


def test_a_client_without_usage_is_compared_with_nothing(book: PlantedBook) -> None:
    cards = headline_cards(read(book, "silent"))
    assert [card.value for card in cards] == ["0", "0", NONE, NONE, NONE]
    assert [card.direction for card in cards] == [None] * 5
    assert cards[0].change == "nothing to compare with"


def test_span_and_stamp(book: PlantedBook) -> None:
    assert span_text(read(book)) == "30 days, 25 October to 23 November 2026"
    assert span_text(read(book, period="2026-10")) == "October 2026"
    assert stamp_text(read(book)) == "As of 23 Nov 2026, 20:30 GMT · ledger version 3"


def test_a_page_with_fresh_figures_has_nothing_to_remark(book: PlantedBook) -> None:
    assert remark(read(book), refused=False) == ""
    assert remark(read(book, days_later=1), refused=False) == ""


def test_stale_missing_and_refused_are_said(book: PlantedBook) -> None:
    assert "since 23 Nov 2026" in remark(read(book, days_later=3), refused=False)
    assert "No usage" in remark(read(book, "silent"), refused=False)
    assert "not on offer" in remark(read(book), refused=True)
