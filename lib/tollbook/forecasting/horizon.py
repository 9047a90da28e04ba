"""Where a month's report stands in time: what is known, and which bill comes next."""

from datetime import date, timedelta

from tollbook.period import Month


def known_until(month: Month, *, last_used: date | None, today: date) -> date:
    """The last local day whose usage counts as complete when `month` is reported.

    A month that is over is known whole, silent days included. In the running month the days up to the last one
    with usage are known, but never today; before any usage, the month before.

    Args:
        month: the month of the report.
        last_used: the last local day with any usage, if there is one.
        today: by the client's own clock.
    """
    if month.last < today:
        return month.last
    before = month.first - timedelta(days=1)
    return max(before, min(last_used or before, today - timedelta(days=1)))


def next_bill(month: Month, known_to: date) -> Month:
    """The month whose bill is still open: `month` while it runs, the one after when it is known whole."""
    return month if known_to < month.last else month.shift(1)
