"""Figures that notebooks leave, as numbers, and what in them asks for a look."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tollbook.money import format_count, format_share

_LIKELY = Decimal("0.5")  # of all simulated futures


def notes(ran: Mapping[str, Mapping[str, Any]], locale: str) -> dict[str, str]:
    """Notebook -> note, of the figures of those that ran."""
    found = {}
    unrated = whole(ran.get("billing", {}).get("unrated"))
    if unrated:
        found["billing"] = f"{format_count(unrated, locale)} messages have no price and are not charged"
    about = ran.get("forecasting", {})
    over = decimal(about.get("over_budget"))
    if over is not None and over >= _LIKELY:
        found["forecasting"] = (
            f"{about.get('bill_month')} will probably exceed the budget ({format_share(float(over))})"
        )
    return found


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
