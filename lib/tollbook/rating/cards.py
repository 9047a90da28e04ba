"""Rate-card files: CSV read, checked and refused with the line and column that is wrong.

Columns: `channel,direction,country,network,category,unit,price,currency,valid_from,valid_to`, and optionally `prefix`
(E.164 digits) and `sender_type`, in any order. Two rows for the same destination must neither overlap nor leave days
between them without a price.
"""

import csv
import hashlib
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from tollbook.errors import TollbookError
from tollbook.money import UnknownCurrency, minor_digits
from tollbook.rating.rates import LONGEST_PREFIX, UNITS, Destination, Key, Rate, RateCard

__all__ = [
    "COLUMNS",
    "UNITS",
    "BadRateCard",
    "Destination",
    "NoRateCard",
    "Rate",
    "RateCard",
    "parse_card",
    "read_card",
]

COLUMNS = (
    "channel", "direction", "country", "network", "category", "unit", "price", "currency", "valid_from", "valid_to",
)  # fmt: skip
OPTIONAL = ("prefix", "sender_type")
SENDER_TYPES = ("alphanumeric", "short_code", "toll_free", "long_code")
_FORMS = {
    "direction": (r"mt|mo", "mt, mo or empty"),
    "country": (r"[A-Z]{2}", "an ISO 3166 alpha-2 code such as GB, or empty"),
    "network": (r"\d{5,6}", "MCC and MNC, five or six digits, or empty"),
    "prefix": (rf"[1-9]\d{{0,{LONGEST_PREFIX - 1}}}", f"at most {LONGEST_PREFIX} digits: the ledger shows no more"),
    "sender_type": ("|".join(SENDER_TYPES), f"one of {', '.join(SENDER_TYPES)}, or empty"),
    "channel": (r"[a-z]+", "a channel such as sms, or empty"),
}


class BadRateCard(TollbookError):
    """A rate card that cannot be used."""

    def __init__(self, path: Path, fault: str, line: int | None = None) -> None:
        self.path, self.line = path, line
        where = f"{path}, line {line}" if line else f"{path}"
        super().__init__(f"{where}: {fault}; parameters/README.md describes rate cards")


class NoRateCard(TollbookError):
    """A contract names a card that is not there."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: no such rate card; add it, or correct card: in the contract")


def read_card(path: Path) -> RateCard:
    """Load and check one card.

    Raises:
        NoRateCard: no such file.
        BadRateCard: wrong columns, an unreadable cell (its line is named), rows that overlap or leave a gap.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise NoRateCard(path) from error
    return parse_card(path, content)


def parse_card(path: Path, content: bytes) -> RateCard:
    """`read_card` of bytes already read; `path` gives the name and stands in messages.

    Raises:
        BadRateCard: as `read_card`.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRateCard(path, f"is not UTF-8 (byte {error.start})") from error
    rows = csv.DictReader(text.splitlines())
    names = list(rows.fieldnames or ())
    if len(set(names)) != len(names) or not set(COLUMNS) <= set(names) <= {*COLUMNS, *OPTIONAL}:
        raise BadRateCard(path, f"the header must be {','.join(COLUMNS)} and may add {','.join(OPTIONAL)}", 1)
    rates = [_rate(path, rows.line_num, row, len(names)) for row in rows]
    _refuse_overlaps_and_gaps(path, rates)
    return RateCard(path.stem, rates, hashlib.sha256(content).hexdigest())


def _rate(path: Path, line: int, row: dict[str, str], width: int) -> Rate:
    if None in row or None in row.values():
        raise BadRateCard(path, f"needs {width} cells", line)
    cells = {name: value.strip() for name, value in row.items()}
    if fault := _fault(cells):
        raise BadRateCard(path, fault, line)
    try:
        price = Decimal(cells.pop("price"))
        starts, ends = (date.fromisoformat(cells.pop(name) or "0001-01-01") for name in ("valid_from", "valid_to"))
        minor_digits(cells["currency"])
    except (InvalidOperation, ValueError) as error:
        raise BadRateCard(path, f"price or date cannot be read ({error})", line) from error
    except UnknownCurrency as error:
        raise BadRateCard(path, str(error), line) from error
    ends = date.max if ends == date.min else ends
    if not price.is_finite() or price < 0:
        raise BadRateCard(path, f"price {price} must be 0 or more", line)
    if starts >= ends:
        raise BadRateCard(path, f"valid_from {starts} is not before valid_to {ends}", line)
    return Rate(line=line, price=price, valid_from=starts, valid_to=ends, **cells)


def _fault(cells: dict[str, str]) -> str:
    if cells["unit"] not in UNITS:
        return f"unit {cells['unit']!r} is none of {', '.join(UNITS)}"
    for name, (form, allowed) in _FORMS.items():
        if cells.get(name) and not re.fullmatch(form, cells[name]):
            return f"{name} {cells[name]!r} must be {allowed}"
    return ""


def _refuse_overlaps_and_gaps(path: Path, rates: list[Rate]) -> None:
    last: dict[Key, Rate] = {}
    for rate in sorted(rates, key=lambda one: (one.key, one.valid_from)):
        before = last.get(rate.key)
        if before and rate.valid_from < before.valid_to:
            raise BadRateCard(path, f"holds on the same days as line {before.line} for the same destination", rate.line)
        if before and rate.valid_from > before.valid_to:
            gap = f"leaves {before.valid_to} to {rate.valid_from} without a price after line {before.line}"
            raise BadRateCard(path, f"{gap}; close the gap in valid_from or valid_to", rate.line)
        last[rate.key] = rate
