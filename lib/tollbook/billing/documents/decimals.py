"""Decimals as plain text, for JSON and CSV; people read `tollbook.money` instead."""

from decimal import Decimal


def decimal_text(value: Decimal, digits: int = 0) -> str:
    """`value` exactly, with at least `digits` decimals and no more zeros after them: 0.0790 -> `0.079`, never `1E+3`.

    Raises:
        ValueError: not a finite number.
    """
    if not value.is_finite():
        raise ValueError(f"{value} is no amount")
    whole, _, decimals = f"{value or abs(value):f}".partition(".")
    decimals = decimals.rstrip("0").ljust(digits, "0")
    return f"{whole}.{decimals}" if decimals else whole
