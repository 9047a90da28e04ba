"""The numbers under the pictures: the split of a bill's change, unusual days, receipts, senders."""

from datetime import date
from decimal import Decimal

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tollbook.billing.bill import Bill, Item, Line, TaxLine
from tollbook.billing.split import Split, split_change
from tollbook.charts.changes import change_rows
from tollbook.period import Month
from tollbook.usage.latency import BOUNDS, frame_latency, within
from tollbook.usage.senders import cohorts

PARIS = Month(2026, 10)


def bill(usage: dict[str, tuple[int, str]], fee: str = "0", tax: str = "0") -> Bill:
    """`bill({"GB": (1000, "0.04")}, fee="50.00")`: country -> quantity and unit price."""
    items = tuple(
        Item(PARIS.first, "sms", "mt", country, "", quantity, quantity, Decimal(quantity), Decimal(price),
             quantity * Decimal(price))
        for country, (quantity, price) in usage.items()
    )  # fmt: skip
    exact = sum((item.amount for item in items), Decimal(0))
    whole = sum((item.quantity for item in items), Decimal(0))
    lines = (
        Line("sms", "SMS", "usage", whole, "segments", exact, round(exact, 2), "standard", items=items),
        Line("fee", "Fee", "recurring", Decimal(1), "month", Decimal(fee), Decimal(fee), "standard"),
    )
    taxes = (TaxLine("standard", "VAT", Decimal(20), exact, Decimal(tax)),)
    return Bill("client", PARIS, "EUR", "Europe/Paris", 1, date(2026, 1, 1), lines=lines, taxes=taxes)


def split(before: Bill, after: Bill) -> Split:
    found = split_change(before, after)
    assert found is not None
    return found


def effects(found: Split) -> dict[str, str]:
    return {name: str(amount) for name, amount in found.effects().items() if amount}


def test_more_of_the_same_is_volume() -> None:
    found = split(bill({"GB": (1000, "0.04")}), bill({"GB": (1500, "0.04")}))
    assert effects(found) == {"Volume": "20.00"}


def test_another_price_is_price() -> None:
    assert effects(split(bill({"GB": (1000, "0.04")}), bill({"GB": (1000, "0.05")}))) == {"Price": "10.00"}


def test_a_shift_to_a_dearer_country_is_mix() -> None:
    before, after = {"GB": (900, "0.04"), "BR": (100, "0.10")}, {"GB": (800, "0.04"), "BR": (200, "0.10")}
    assert effects(split(bill(before), bill(after))) == {"Mix": "6.00"}


def test_a_country_that_was_not_used_before_is_a_new_destination() -> None:
    before, after = {"GB": (1000, "0.04")}, {"GB": (1500, "0.04"), "BR": (100, "0.10")}
    assert effects(split(bill(before), bill(after))) == {"Volume": "20.00", "New destinations": "10.00"}
    assert effects(split(bill(after), bill(before))) == {"Volume": "-20.00", "Destinations no longer used": "-10.00"}


def test_nothing_in_common_is_only_begun_and_ended() -> None:
    found = split(bill({"GB": (1000, "0.04")}), bill({"BR": (100, "0.10")}))
    assert effects(found) == {"New destinations": "10.00", "Destinations no longer used": "-40.00"}


def test_fees_and_tax_are_told_apart() -> None:
    usage = {"GB": (1000, "0.04")}
    assert effects(split(bill(usage, "10.00", "5.00"), bill(usage, "12.00", "5.40"))) == {"Fees": "2.00", "Tax": "0.40"}


def test_a_line_that_ends_is_said_to_end() -> None:
    found = split(bill({"GB": (1000, "0.04")}), bill({}))
    assert effects(found) == {"Lines begun or ended": "-40.00"}


def test_other_currencies_do_not_compare() -> None:
    from dataclasses import replace

    one = bill({"GB": (1, "1")})
    assert split_change(one, replace(one, currency="USD")) is None


USAGE = st.dictionaries(
    st.sampled_from(["GB", "US", "BR", "FR"]),
    st.tuples(st.integers(0, 10**6), st.decimals("0.0001", "9", places=4).map(str)),
)


@given(USAGE, USAGE, st.decimals("0", "999", places=2).map(str))
def test_the_effects_always_add_up_to_the_cent(one: dict[str, tuple[int, str]], two: dict[str, tuple[int, str]],
                                               fee: str) -> None:  # fmt: skip
    found = split(bill(one, fee), bill(two, "3.00", "1.23"))
    assert sum(found.effects().values()) == found.after - found.before
    rows = change_rows(found, PARIS)
    assert rows[-2].start + rows[-2].amount == rows[-1].amount or len(rows) == 2


def test_receipts_are_counted_by_class_and_within_a_time() -> None:
    receipts = pd.DataFrame(
        [("sms", "GB", 2, 1), ("sms", "FR", 2, 1), ("sms", "GB", len(BOUNDS), 1)],
        columns=["channel", "country", "class", "messages"],
    )
    counts = frame_latency(receipts).sum()
    assert counts[counts > 0].to_dict() == {5.0: 2, float("inf"): 1}
    assert within(counts, 0.5) == 5
    assert within(counts, 0.95) == float("inf")
    assert within(frame_latency(receipts[:0]).sum(), 0.5) is None


def test_senders_stand_in_the_month_they_were_first_used() -> None:
    both = pd.DataFrame({"2026-09": [5, 0], "2026-10": [1, 7]}, index=["old", "new"])
    table = cohorts(both, PARIS, months=2)
    assert table.to_dict("index") == {
        "2026-09": {"senders": 1, "2026-09": 5, "2026-10": 1},
        "2026-10": {"senders": 1, "2026-09": 0, "2026-10": 7},
    }
