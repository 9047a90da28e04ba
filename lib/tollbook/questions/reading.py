"""Times, comparisons and limits in words: taken out of a text before the rest is read word by word."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from tollbook.period import Month

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip


@dataclass(slots=True)
class Reading:
    """What has been made of the words so far; `notes` are (words, meaning) pairs."""

    known_to: date
    measures: list[str] = field(default_factory=list)
    dimensions: list[str] = field(default_factory=list)
    filters: dict[str, list[str]] = field(default_factory=dict)
    grain: str = ""
    period: str = ""
    compare: str = ""
    against: str = ""
    limit: int | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def take_times(text: str, reading: Reading) -> str:
    """Take periods, comparisons and limits out of the text; what is left."""

    def taken(pattern: str, use: Callable[[re.Match[str]], str]) -> None:
        nonlocal text
        for found in list(re.finditer(pattern, text)):
            meaning = use(found)
            if meaning:
                reading.notes.append((found[0].strip(), meaning))
                text = text.replace(found[0], " ", 1)

    months = "|".join(_MONTHS)
    against = r"(?:vs\.?|versus|against|compared? (?:to|with)|than)"
    taken(rf"{against} (?:the )?(?:same (?:month|period) )?(?:a |the |last )?(?:year(?: (?:before|ago|earlier))?)\b",
          lambda _: _compare(reading, "year"))  # fmt: skip
    span = "(?:month|period|week)"
    taken(rf"{against} (?:the )?{span}s? before|{against} (?:the )?(?:previous|last) {span}",
          lambda _: _compare(reading, "previous"))  # fmt: skip
    taken(rf"{against} ((?:{months})(?: \d{{4}})?|\d{{4}}-\d{{2}})\b", lambda found: _against(reading, found[1]))
    taken(r"\btop (\d{1,3})\b", lambda found: _limit(reading, int(found[1])))
    taken(r"\blast (\d{1,3}) (days|months)\b", lambda found: _period(reading, f"last {int(found[1])} {found[2]}"))
    taken(r"\b(?:last|past) (week|year)\b",
          lambda found: _period(reading, "last 7 days" if found[1] == "week" else "last 12 months"))  # fmt: skip
    taken(r"\b(last month|this month|yesterday)\b", lambda found: _period(reading, found[1]))
    taken(rf"\b(?:in |of |for )?((?:{months})(?: \d{{4}})?|\d{{4}}-\d{{2}})\b",
          lambda found: "" if found[0].strip() == "may" else _month_period(reading, found[1]))  # fmt: skip
    if reading.against:
        _settle(reading)
    return text


def _period(reading: Reading, period: str) -> str:
    reading.period = reading.period or period
    return f"period: {period}"


def _month_period(reading: Reading, text: str) -> str:
    return _period(reading, _month(text, reading.known_to))


def _limit(reading: Reading, limit: int) -> str:
    reading.limit = max(1, limit)
    return f"the first {reading.limit}"


def _compare(reading: Reading, how: str) -> str:
    reading.compare = how
    return "against a year before" if how == "year" else "against the period before"


def _against(reading: Reading, month: str) -> str:
    reading.against = _month(month, reading.known_to)
    return f"against {reading.against}"


def _month(text: str, known_to: date) -> str:
    """`october` as the latest October that has begun by `known_to`: `2026-10`."""
    if text[0].isdigit():
        return text
    name, _, year = text.partition(" ")
    number = _MONTHS.index(name) + 1
    return str(Month(int(year) if year else known_to.year - (number > known_to.month), number))


def _settle(reading: Reading) -> None:
    """A comparison with a named month, as one of the two that can be made."""
    this = Month.of(reading.known_to)
    if not reading.period:
        reading.period = "last month"
    last = this if reading.known_to == this.last else this.shift(-1)
    asked = {"last month": last, "this month": this}.get(reading.period)
    month = asked or (Month.parse(reading.period) if reading.period[:1].isdigit() else None)
    if month is not None and str(month.shift(-1)) == reading.against:
        reading.compare = "previous"
    elif month is not None and str(month.shift(-12)) == reading.against:
        reading.compare = "year"
    else:
        reading.compare = "previous"
        reading.remarks.append(
            f"{reading.against} is neither the period before nor a year before; the period before is shown"
        )
