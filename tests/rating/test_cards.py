"""Which row prices a message, why, and which cards are refused."""

from datetime import date
from pathlib import Path

import pytest
from card_cases import HEADER, card_of, write_card
from hypothesis import given
from hypothesis import strategies as st

from tollbook.rating.cards import BadRateCard, Destination, NoRateCard, Rate, RateCard, read_card
from tollbook.rating.rates import SPECIFICITY

BRITAIN = """
    sms,mt,,,,segment,0.0950,GBP,2024-01-01,
    sms,mt,GB,,,segment,0.0390,GBP,2024-01-01,2026-04-01
    sms,mt,GB,,,segment,0.0365,GBP,2026-04-01,
    sms,mt,GB,23415,,segment,0.0370,GBP,2024-01-01,
    ,mt,GB,,marketing,segment,0.0500,GBP,2024-01-01,
"""
PREFIXED = "channel,direction,country,network,category,unit,price,currency,valid_from,valid_to,prefix,sender_type"
TODAY = date(2026, 10, 5)


def to(country: str, network: str = "", category: str = "", **more: str) -> Destination:
    return Destination("sms", "mt", country, network, category, **more)


@pytest.mark.parametrize(
    ("destination", "day", "price", "reason"),
    [
        (to("GB"), "2026-03-31", "0.0390", "line 3: country GB, channel sms, direction mt"),
        (to("GB"), "2026-04-01", "0.0365", "line 4: country GB, channel sms, direction mt"),  # changed at midnight
        (to("GB", "23410"), "2026-10-05", "0.0365", "line 4: country GB, channel sms, direction mt"),
        (to("GB", "23415"), "2026-10-05", "0.0370", "line 5: network 23415, country GB, channel sms, direction mt"),
        (to("GB", "23415", "marketing"), "2026-10-05", "0.0370", "line 5: network 23415, country GB, channel sms, direction mt"),
        (to("GB", "", "marketing"), "2026-10-05", "0.0500", "line 6: country GB, category marketing, direction mt"),
        (to("PT"), "2026-10-05", "0.0950", "line 2: channel sms, direction mt"),
        (to(""), "2026-10-05", "0.0950", "line 2: channel sms, direction mt"),
    ],
)  # fmt: skip
def test_the_most_specific_row_wins(
    destination: Destination, day: str, price: str, reason: str, tmp_path: Path
) -> None:
    found = card_of(tmp_path, BRITAIN).find(destination, date.fromisoformat(day))
    assert found is not None
    assert (str(found.price), found.reason) == (price, reason)


def test_no_row_is_no_price(tmp_path: Path) -> None:
    card = card_of(tmp_path, "sms,mt,GB,,,segment,0.04,GBP,2026-01-01,2026-06-01")
    assert card.find(to("FR"), date(2026, 3, 1)) is None
    assert card.find(to("GB"), date(2025, 12, 31)) is None
    assert card.find(to("GB"), date(2026, 6, 1)) is None  # valid_to is the first day it no longer holds
    assert "add one, or a default row" in card.why_not(to("FR"), TODAY)


def test_the_longest_prefix_wins_and_a_hidden_one_is_never_guessed_at(tmp_path: Path) -> None:
    """A published case (cgrates tutorial2): 1002 costs 0.1, 10 costs 0.2, and 2001 has no price."""
    card = card_of(
        tmp_path,
        """
        sms,mt,,,,message,0.1,USD,,,1002,
        sms,mt,,,,message,0.2,USD,,,10,
        """,
        header=PREFIXED,
    )
    prices = {shown: card.find(to("", prefix=shown), TODAY) for shown in ("1002", "1003", "2001", "100")}
    assert {shown: rate and str(rate.price) for shown, rate in prices.items()} == {
        "1002": "0.1", "1003": "0.2", "2001": None, "100": None,
    }  # fmt: skip
    assert "needs 4 digits of the number, the ledger keeps 3" in card.why_not(to("", prefix="100"), TODAY)


def test_a_row_for_a_kind_of_sender(tmp_path: Path) -> None:
    card = card_of(
        tmp_path,
        """
        sms,mt,US,,,segment,0.0080,USD,,,,
        sms,mt,US,,,segment,0.0065,USD,,,,short_code
        """,
        header=PREFIXED,
    )
    assert card.needs_sender
    assert not card.needs_prefix
    prices = [card.find(to("US", sender_type=kind), TODAY) for kind in ("short_code", "long_code", "")]
    assert [str(rate.price) for rate in prices if rate] == ["0.0065", "0.0080", "0.0080"]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("sms,mt,GB,,,segment,x,GBP,,", "line 2: price or date cannot be read"),
        ("sms,mt,GB,,,segment,-1,GBP,,", "line 2: price -1 must be 0 or more"),
        ("sms,mt,GB,,,segment,NaN,GBP,,", "line 2: price NaN must be 0 or more"),
        ("sms,mt,GB,,,segment,1,GBP,2026-02-30,", "line 2: price or date cannot be read"),
        ("sms,mt,GB,,,segment,1,GBP,2026-02-01,2026-02-01", "line 2: valid_from 2026-02-01 is not before"),
        ("sms,mt,GB,,,parcel,1,GBP,,", "line 2: unit 'parcel' is none of segment"),
        ("sms,mt,gb,,,segment,1,GBP,,", "line 2: country 'gb' must be an ISO 3166"),
        ("sms,up,GB,,,segment,1,GBP,,", "line 2: direction 'up' must be mt, mo or empty"),
        ("sms,mt,GB,2341,,segment,1,GBP,,", "line 2: network '2341' must be MCC and MNC"),
        ("sms,mt,GB,,,segment,1,XXY,,", "line 2: unknown currency 'XXY'"),
        ("sms,mt,GB,,,segment,1", "line 2: needs 10 cells"),
        ("sms,mt,GB,,,segment,1,GBP,,,,", "line 2: needs 10 cells"),
        ("sms,mt,GB,,,segment,1,GBP,,\nsms,mt,GB,,,segment,2,GBP,,", "line 3: holds on the same days as line 2"),
        (
            "sms,mt,GB,,,segment,1,GBP,,2026-01-01\nsms,mt,GB,,,segment,2,GBP,2026-02-01,",
            "line 3: leaves 2026-01-01 to 2026-02-01 without a price after line 2",
        ),
    ],
)
def test_a_bad_card_is_refused_with_its_line(rows: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(BadRateCard) as caught:
        card_of(tmp_path, rows)
    assert fault in str(caught.value)
    assert str(tmp_path / "card.csv") in str(caught.value)


def test_a_prefix_no_mask_can_show_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRateCard, match="at most 7 digits"):
        card_of(tmp_path, "sms,mt,,,,message,0.1,USD,,,44790012,", header=PREFIXED)


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRateCard, match="line 1: the header must be"):
        card_of(tmp_path, "", header="country,price")
    with pytest.raises(NoRateCard, match="no such rate card"):
        read_card(tmp_path / "none.csv")
    latin = tmp_path / "latin.csv"
    latin.write_bytes(HEADER.encode() + b"\nsms,mt,GB,,\xe9,segment,1,GBP,,\n")
    with pytest.raises(BadRateCard, match="is not UTF-8"):
        read_card(latin)


def test_the_hash_is_the_files(tmp_path: Path) -> None:
    import hashlib

    path = write_card(tmp_path, BRITAIN)
    assert read_card(path).sha == hashlib.sha256(path.read_bytes()).hexdigest()


CELLS = {
    "network": st.sampled_from(["", "23415", "23410"]),
    "country": st.sampled_from(["", "GB", "FR"]),
    "prefix": st.sampled_from(["", "44", "447", "33"]),
    "category": st.sampled_from(["", "otp"]),
    "channel": st.sampled_from(["", "sms", "mms"]),
    "sender_type": st.sampled_from(["", "short_code"]),
    "direction": st.sampled_from(["", "mt", "mo"]),
}
KEYS = st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=12, unique_by=lambda one: tuple(one.values()))
FULL = {name: st.sampled_from(["447", "44", "331"]) if name == "prefix" else cell for name, cell in CELLS.items()}


@given(keys=KEYS, wanted=st.fixed_dictionaries(FULL))
def test_the_lookup_agrees_with_looking_at_every_row(keys: list[dict[str, str]], wanted: dict[str, str]) -> None:
    """The row found is the greatest, column by column, of all rows that fit."""
    rates = [
        Rate(line=line, unit="segment", price=line, currency="GBP", valid_from=date.min, valid_to=date.max, **key)  # type: ignore[arg-type]
        for line, key in enumerate(keys, 2)
    ]
    card, destination = RateCard("card", rates, ""), Destination(**wanted)

    def fits(rate: Rate) -> bool:
        others = all(getattr(rate, name) in ("", wanted[name]) for name in SPECIFICITY if name != "prefix")
        return others and wanted["prefix"].startswith(rate.prefix)

    def weight(rate: Rate) -> tuple[int, ...]:
        return tuple(len(rate.prefix) if name == "prefix" else int(getattr(rate, name) != "") for name in SPECIFICITY)

    fitting = [rate for rate in rates if fits(rate)]
    found = card.find(destination, TODAY)
    if "needs" in card.why_not(destination, TODAY):
        assert found is None
    else:
        assert found == max(fitting, key=weight, default=None)
