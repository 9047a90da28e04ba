from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from planted_book import NOW, PlantedBook

from tollbook.alerts import Alert, raise_alerts
from tollbook.alerts.alert import Kind
from tollbook.dashboards.attention import Size, alerts_about, attention_list, nothing_asks, since, size_of
from tollbook.period import Month

NOVEMBER = Month(2026, 11)
PENNY = Decimal("0.01")  # what a message costs


def alert(kind: Kind, occasion: str, days_ago: float = 0, **figures: Any) -> Alert:
    return Alert("acorn", kind, occasion, NOW - timedelta(days=days_ago), "Acorn & Sons <Ltd>: as it is.", figures)


@pytest.mark.parametrize(
    ("kind", "figures", "size"),
    [
        ("budget", {"total": "120.50", "budget": "100"}, Size(Decimal("20.50"), "over")),
        ("budget", {"total": "80", "budget": "100"}, Size(Decimal(20), "left")),
        ("forecast", {"expected": "130", "budget": "100"}, Size(Decimal(30), "over")),
        ("forecast", {"expected": "130"}, None),  # raised before budgets were written down
        ("unusual", {"first": "2026-11-20", "amount": "7.40"}, Size(Decimal("7.40"), "more")),
        ("level", {"first": "2026-11-02", "amount": "-90"}, Size(Decimal(90), "less")),
        ("unusual", {"first": "2026-11-20", "amount": None}, None),  # nothing has a price
        ("burst", {"messages": 1200, "usual": 200}, Size(Decimal(10), "more")),
        ("silence", {"hours": 5, "usual": 300}, Size(Decimal(3), "less")),
        ("delivery", {"rate": 0.7, "usual": 0.9}, None),
    ],
)
def test_an_alert_has_its_size_in_money(kind: Kind, figures: dict[str, Any], size: Size | None) -> None:
    assert size_of(alert(kind, "2026-11-20", **figures), PENNY) == size


def test_counts_have_no_size_where_no_message_has_a_price() -> None:
    assert size_of(alert("burst", "2026-11-20T09", messages=1200, usual=200), None) is None


@pytest.mark.parametrize(
    ("kind", "occasion", "told"),
    [
        ("budget", "2026-11 80%", "November 2026"),
        ("unusual", "2026-11-20 more", "20 Nov 2026"),
        ("level", "2026-11-02 fewer", "since 2 Nov 2026"),
        ("burst", "2026-11-20T09", "20 Nov 2026, 09:00"),
        ("silence", "2026-11-20T23", "since 21 Nov 2026, 00:00"),  # named by the last hour with a message
        ("silence", "2026-11-20 fewer", "since 20 Nov 2026"),
    ],
)
def test_since_when(kind: Kind, occasion: str, told: str) -> None:
    assert since(alert(kind, occasion)) == told


def test_a_month_shows_what_is_about_it_and_what_came_lately(book: PlantedBook) -> None:
    here = alert("budget", "2026-09 80%", 40)
    lately, gone = alert("burst", "2026-11-20T09", 3), alert("budget", "2026-10 80%", 30)
    other = Alert("birch", "budget", "2026-09 80%", NOW, "x")
    raise_alerts(book.documents, [here, lately, gone, other])
    september = alerts_about(book.documents, book.client("acorn"), Month(2026, 9), now=NOW)
    assert [one.occasion for one in september] == [lately.occasion, here.occasion]


def test_the_list_names_size_and_day_and_folds_what_is_older(book: PlantedBook) -> None:
    client = book.client("acorn")
    day = alert("unusual", "2026-11-20 more", first="2026-11-20", messages=900, usual=160, amount="7.40")
    html = attention_list([day], client)
    for part in ("Unusual day", "900 messages, where 160 were to be expected.", "€7.40 more", "20 Nov 2026"):
        assert part in html
    assert "<details" not in html
    many = attention_list([alert("burst", f"2026-11-{n}T09", messages=9, usual=1) for n in range(10, 16)], client)
    shown, _, folded = many.partition("<details")
    assert (shown.count("<li>"), folded.count("<li>")) == (4, 2)
    assert "2 earlier alerts" in folded
    assert "As it is." in shown
    assert "Acorn" not in many  # the page is the client's


def test_nothing_to_say_is_said_in_words(book: PlantedBook) -> None:
    assert attention_list([], book.client("acorn")) == ""
    assert "no alert about November 2026, none in the last 7 days" in nothing_asks(NOVEMBER)
