"""What the numbers say, in sentences: computed from a forecast, never fixed text. For notebooks and pages."""

from datetime import date
from decimal import Decimal

import pandas as pd

from tollbook.forecasting.bill import BillForecast
from tollbook.forecasting.daily import LEAST_DAYS, RATE_DAYS, SILENT_DAYS, Forecast
from tollbook.forecasting.issued import Record
from tollbook.forecasting.surprises import Surprise, Watched
from tollbook.forecasting.track_record import TrackRecord
from tollbook.money import format_count, format_share, told_money
from tollbook.period import Month

# Closer than this, two numbers are called the same.
SAME = 0.005
RARE = 0.01

_BASIS = {
    "recent rate": f"The client has no steady rhythm, so this is the mean of its last {RATE_DAYS} known days.",
    "plain rate": f"There are fewer than {LEAST_DAYS} known days, so this is only the mean of the days so far.",
    "stopped": f"Nothing was sent on the last {SILENT_DAYS} known days: the client is taken to have stopped.",
    "recent weeks": "The model was lately worse than the mean of the last four same weekdays, so this is that mean.",
}


def history_finding(history: pd.Series, month: Month, locale: str = "en") -> str:
    """The month's total, its change against the month and the year before, and its busiest day."""
    total, inside = _month_total(history, month)
    if not len(inside) or not total:
        return f"{month.label()}: no messages."
    changes = [
        f"{_change(total / before)} {earlier.label()}"
        for earlier in (month.shift(-1), month.shift(-12))
        for before, days in [_month_total(history, earlier)]
        if before and days.count() == len(earlier.days) and inside.count() == len(month.days)
    ]
    busiest = pd.Timestamp(str(inside.idxmax()))
    gaps = int(inside.isna().sum())
    return (
        f"{month.label()}: {format_count(total, locale)} messages"
        + (f", {' and '.join(changes)}" if changes else "")
        + f". The busiest day was {_day(busiest.date())} with {format_count(inside[busiest], locale)}."
        + (f" {gaps} of its days are missing." if gaps else "")
    )


def outlook_finding(forecast: Forecast, locale: str = "en") -> str:
    """The expected total of each month that is forecast whole, with its 80 % interval, and what it rests on."""
    months = forecast.by_month()
    whole = months[[days == len(Month.parse(str(month)).days) for month, days in months["days"].items()]]
    told = [
        f"{Month.parse(str(month)).label()}: {format_count(row['mean'], locale)} messages expected, "
        f"{_range(row[0.1], row[0.9], locale)} in eight of ten futures."
        for month, row in whole.iterrows()
    ]
    if not told:
        mean = float(forecast.mean.sum())
        told = [f"{_day(forecast.first)} to {_day(forecast.last)}: {format_count(mean, locale)} messages expected."]
    freaks = [_day(day) for day in forecast.set_aside]
    left = f"Freak days set aside: {', '.join(freaks)}." if freaks else ""
    return " ".join(part for part in [*told, _BASIS.get(forecast.method, ""), left] if part)


def bill_finding(bill: BillForecast, locale: str = "en") -> str:
    """The middle and the range of the coming bill, what is known of it, and the chance to pass the budget."""
    label = bill.month.label()
    if bill.method == "known":
        told = f"{label} is over: its usage costs {_money(bill.p50, bill, locale)}."
    else:
        told = (
            f"{label} may cost {_money(bill.p50, bill, locale)}, and between {_money(bill.p10, bill, locale)} and "
            f"{_money(bill.p90, bill, locale)} in eight of ten futures."
        )
        if bill.messages_so_far:
            told += (
                f" Known up to {_day(bill.known_to)}: {format_count(bill.messages_so_far, locale)} messages, "
                f"{_money(bill.so_far, bill, locale)}."
            )
    if bill.budget is None or bill.over_budget is None:
        return told
    chance = chance_text(bill.over_budget, locale)
    return f"{told} The chance to pass the budget of {_money(bill.budget, bill, locale)} is {chance}."


def chance_text(chance: float, locale: str = "en") -> str:
    """A chance in whole per cent that never calls a simulated rarity certain or impossible."""
    if 0 < chance < RARE:
        return f"under {format_share(RARE, locale, 0)}"
    if 1 - RARE < chance < 1:
        return f"over {format_share(1 - RARE, locale, 0)}"
    return format_share(chance, locale, 0)


def bill_record_finding(earlier: BillForecast, actual: Decimal, locale: str = "en") -> str:
    """How a bill forecast made earlier compares with what the month's usage costs."""
    held = "inside" if earlier.p10 <= actual <= earlier.p90 else "outside"
    told = (
        f"On {_day(earlier.known_to)} the bill of {earlier.month.label()} would have been put at "
        f"{_money(earlier.p50, earlier, locale)}; it is {_money(actual, earlier, locale)}"
    )
    if actual:
        told += f": {_error(float(earlier.p50 / actual) - 1)}"
    return f"{told}, {held} the range of eight in ten futures."


def record_finding(record: TrackRecord | None, locale: str = "en") -> str:
    """How far the earlier forecast was off, whether its interval held, and against repeating the last week."""
    if record is None:
        return "There is no earlier forecast to judge: too few days are known."
    error = record.total_error
    told = (
        f"A forecast made on {_day(record.made_on)} would have expected {format_count(record.expected_total, locale)} "
        f"messages; {format_count(record.actual_total, locale)} came"
    )
    low, high = record.total_80
    held = "inside" if low <= record.actual_total <= high else "outside"
    if error is None:
        return f"{told}, {held} its 80% interval."
    told += (
        f": {_error(error)}, {held} its 80% interval ({_range(low, high, locale)}). "
        f"{format_share(record.day_80, locale, 0)} of the days lay in theirs."
    )
    if record.naive_total_error is not None:
        told += f" Repeating the week before would have been {format_share(record.naive_total_error, locale)} off."
    return told


def _month_total(history: pd.Series, month: Month) -> tuple[float, pd.Series]:
    inside = history[pd.Timestamp(month.first) : pd.Timestamp(month.last)]
    return float(inside.sum()), inside


def _change(ratio: float) -> str:
    if abs(ratio - 1) < SAME:
        return "as many as in"
    return f"{format_share(abs(ratio - 1))} {'more' if ratio > 1 else 'fewer'} than in"


def _error(error: float) -> str:
    if abs(error) < SAME:
        return "right to half a per cent"
    return f"{format_share(abs(error))} too {'high' if error > 0 else 'low'}"


def _range(low: float, high: float, locale: str) -> str:
    return f"{format_count(low, locale)} to {format_count(high, locale)}"


def _money(amount: Decimal, bill: BillForecast, locale: str) -> str:
    return told_money(amount, bill.currency, locale)


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def surprises_finding(watched: Watched, locale: str = "en") -> str:
    """What the last four weeks brought that the weeks before did not let expect, and what would have been seen."""
    if watched.surprises:
        return " ".join(surprise_text(one, watched.currency, locale) for one in watched.surprises)
    told = "The last four weeks brought nothing unexpected."
    if watched.visible is None:
        return f"{told} There is too little history to tell a new level from noise."
    share = format_share(watched.visible, locale, 0)
    return (
        f"{told} A rise of {share} over two weeks would stand out from this client's own noise, a smaller one may not."
    )


def surprise_text(one: Surprise, currency: str, locale: str) -> str:
    """A surprise in one sentence: since when, how many messages more or fewer, and what they are worth."""
    more = "more" if one.difference > 0 else "fewer"
    worth = f", worth {told_money(abs(one.amount), currency, locale)}" if one.amount is not None else ""
    size = f"{format_count(abs(one.difference), locale)} messages {more} than expected{worth}"
    if one.kind == "silence":
        return f"Silent since {_day(one.first)}: {size}."
    if one.kind == "level":
        return f"A new level since {_day(one.first)}, {format_share(abs(one.share), locale)} {more}: {size}."
    return f"{_day(one.first)}: {size}."


def milestones_finding(bill: BillForecast, locale: str = "en") -> str:
    """The budget, the next tiers and the commitment: how likely each is passed in the month, and by when."""
    told = []
    for one in bill.milestones:
        when = f"most likely by {_day(one.day)}" if one.day and one.chance >= RARE else ""
        if one.kind == "budget":  # its chance is told with the bill
            told += [f"If it is passed, then {when}."] if when else []
            continue
        passed = f"{one.label} is reached" if one.kind == "tier" else "the commitment is spent"
        told.append(f"The chance that {passed} is {chance_text(one.chance, locale)}{when and f', {when}'}.")
    return " ".join(told)


def standing_finding(record: Record, locale: str = "en") -> str:
    """How good the forecasts issued so far turned out."""
    if not record.judged or record.ape is None or record.bias is None or record.day_80 is None:
        return "No forecast issued before can be judged yet."
    told = (
        f"{len(record.judged)} issued so far: their totals were {format_share(record.ape, locale)} off on average, "
        f"{_error(record.bias)} as a whole; {format_share(record.day_80, locale, 0)} of the days lay in their 80% "
        "intervals."
    )
    if record.against_naive is not None:
        told += f" Their daily error was {format_share(record.against_naive, locale, 0)} of the naive forecast's."
    return told if record.trusted else f"{told} That is worse than naive: the model is not used for this client."
