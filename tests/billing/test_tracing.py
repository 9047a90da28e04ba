"""The trace: every line of every demo bill, down to the entries that add up to it."""

import pytest

from tollbook.billing.tracing import NoSuchLine, NotMetered, trace
from tollbook.book import Book


def test_the_entries_of_a_line_add_up_to_it(demo_book: Book) -> None:
    seen = 0
    for name in demo_book.client_ids():
        made = demo_book.bill(name, "2026-10")
        for line in made.lines:
            if not line.items or line.unit not in {"segments", "messages"}:
                continue
            entries = demo_book.entries(made, line.charge)
            counted = (
                (entries["sign"] * entries["segments"]).sum()
                if line.unit == "segments"
                else entries.loc[entries["part"] <= 1, "sign"].sum()
            )
            without = sum(one.quantity for one in made.unrated if one.charge == line.charge)
            assert counted == line.quantity + without, (name, line.charge)
            seen += 1
    assert seen > 6


def test_a_day_and_a_country_narrow_it(demo_book: Book) -> None:
    made = demo_book.bill("harbour-bank", "2026-10")
    line = next(line for line in made.lines if line.items)
    item = max(line.items, key=lambda one: one.messages)
    found = demo_book.entries(made, line.charge, day=item.day, country=item.country)
    mine = [one.segments for one in line.items if (one.day, one.country) == (item.day, item.country)]
    assert (found["sign"] * found["segments"]).sum() == sum(mine)
    assert not found["recipient_masked"].str.fullmatch(r"\+?\d+").any()


def test_what_no_entry_stands_behind_is_said(demo_book: Book) -> None:
    made = demo_book.bill("harbour-bank", "2026-10")
    with pytest.raises(NotMetered, match="recurring"):
        demo_book.entries(made, "platform")
    with pytest.raises(NoSuchLine, match="its lines: messages, "):
        trace(made, "nothing")
