"""Figures that notebooks leave, as numbers, and what in them asks for a look."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tollbook.money import format_count, format_share
from tollbook.period import BadMonth, Month

_MUCH = Decimal("0.25")  # of a total: more than months differ by themselves
_LIKELY = Decimal("0.5")  # of all simulated futures


def notes(ran: Mapping[str, Mapping[str, Any]], locale: str, change: Decimal | None = None) -> dict[str, str]:
    """Notebook -> note, of the figures of those that ran; `change` is that of the total against last month."""
    found = {}
    if "billing" in ran and change is not None and abs(change) >= _MUCH:
        found["billing"] = f"The total is {format_share(abs(float(change)), locale, 0)} " + (
            "above last month's" if change > 0 else "below last month's"
        )
    unrated = whole(ran.get("billing", {}).get("unrated"))
    if unrated:
        found["billing"] = f"{format_count(unrated, locale)} messages have no price and are not charged"
    about = ran.get("forecasting", {})
    over = decimal(about.get("over_budget"))
    if over is not None and over >= _LIKELY:
        found["forecasting"] = (
            f"{_label(about.get('bill_month'))} will probably exceed the budget "
            f"(in {format_share(float(over), locale, 0)} of all simulated months)"
        )
    return found


def _label(month: object) -> str:
    try:
        return Month.parse(str(month)).label()
    except BadMonth:
        return str(month)


def decimal(value: object) -> Decimal | None:
    """The number, when it is a finite one."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def whole(value: object) -> int | None:
    """The number without its decimals."""
    number = decimal(value)
    return None if number is None else int(number)
