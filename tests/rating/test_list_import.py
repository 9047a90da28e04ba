"""Published lists become rate cards: networks found by name, history kept, everything said."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from shared_data import shared

from tollbook.rating.cards import read_card
from tollbook.rating.list_import import Edition, EditionTooOld, import_list
from tollbook.rating.rates import Destination

HEAD = "ISO,Country,Description,Price / msg\n"
FIRST = HEAD + (
    ",Unknown,SATELLITE Outbound SMS - Other,0.10000\n"
    "GR,Greece,GREECE  Outbound SMS - Cosmote,0.05000\n"
    "GR,Greece,GREECE Outbound SMS - Nobody,0.07000\n"
    "GR,Greece,GREECE Outbound SMS - Other,0.06000\n"
    'NA,Namibia,"NAMIBIA Outbound SMS - Other",0.09000\n'
)
SECOND = FIRST.replace("0.06000", "0.06500").replace('NA,Namibia,"NAMIBIA Outbound SMS - Other",0.09000\n', "")


def price(card: Path, country: str, network: str, day: date) -> Decimal | None:
    found = read_card(card).find(Destination("sms", "mt", country, network, ""), day)
    return found.price if found else None


def test_two_editions_give_each_day_its_price(tmp_path: Path) -> None:
    card = tmp_path / "rates" / "list.csv"
    for text, day in ((FIRST, date(2026, 1, 1)), (SECOND, date(2026, 6, 1))):
        (tmp_path / "list.csv").write_text(text)
        placed = import_list(tmp_path / "list.csv", card, Edition(day, "USD"))
    assert Counter(one.became for one in placed) == {
        "no country": 1, "network": 1, "no such network": 1, "country": 1,
    }  # fmt: skip
    may, june = date(2026, 5, 31), date(2026, 6, 1)
    assert [price(card, "GR", "20201", day) for day in (may, june)] == [Decimal("0.05000")] * 2
    assert [price(card, "GR", "20205", day) for day in (may, june)] == [Decimal("0.06000"), Decimal("0.06500")]
    assert [price(card, "NA", "", day) for day in (may, june)] == [Decimal("0.09000"), None]
    assert price(card, "GR", "", date(2025, 12, 31)) is None


def test_an_edition_before_the_last_one_is_refused_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(FIRST)
    card = tmp_path / "card.csv"
    import_list(tmp_path / "list.csv", card, Edition(date(2026, 1, 1), "USD"))
    before = card.read_bytes()
    with pytest.raises(EditionTooOld, match="2026-01-01"):
        import_list(tmp_path / "list.csv", card, Edition(date(2025, 1, 1), "USD"))
    assert card.read_bytes() == before


def test_a_real_list_in_two_editions(tmp_path: Path) -> None:
    """1,091 and 1,075 prices: every one is placed or named, and every country with an own price is found."""
    folder = shared("data/messaging/prices")
    card = tmp_path / "twilio.csv"
    for path, day in zip(sorted(folder.glob("*.csv")), (date(2024, 9, 5), date(2026, 5, 25)), strict=True):
        placed = import_list(path, card, Edition(day, "USD"))
        counts = Counter(one.became for one in placed)
        assert sum(counts.values()) == len(placed) > 1000
        assert counts["no country"] == 3
        assert counts["network"] > 300
        known = read_card(card)
        for one in placed:
            if one.became == "country":
                found = known.find(Destination("sms", "mt", one.listed.country, "", ""), day)
                assert found is not None
                assert found.price == one.listed.price
    assert price(card, "NA", "", date(2026, 5, 25)) is not None
