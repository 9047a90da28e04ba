from datetime import date

import pytest

from tollbook.forecasting import known_until, next_bill
from tollbook.period import Month

OCTOBER = Month(2026, 10)


@pytest.mark.parametrize(
    ("last_used", "today", "known_to", "bill"),
    [
        ("2026-10-12", "2026-11-23", "2026-10-31", "2026-11"),
        ("2026-11-20", "2026-11-23", "2026-10-31", "2026-11"),
        ("2026-10-12", "2026-10-14", "2026-10-12", "2026-10"),
        ("2026-10-14", "2026-10-14", "2026-10-13", "2026-10"),
        ("2026-08-02", "2026-10-14", "2026-09-30", "2026-10"),
        (None, "2026-10-14", "2026-09-30", "2026-10"),
        ("2026-10-31", "2026-10-31", "2026-10-30", "2026-10"),
    ],
)
def test_what_is_known_and_which_bill_is_open(last_used: str | None, today: str, known_to: str, bill: str) -> None:
    used = date.fromisoformat(last_used) if last_used else None
    known = known_until(OCTOBER, last_used=used, today=date.fromisoformat(today))
    assert known.isoformat() == known_to
    assert str(next_bill(OCTOBER, known)) == bill
