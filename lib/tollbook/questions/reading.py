"""Times, comparisons, orders and limits in words: taken out of a text before the rest is read word by word."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from tollbook.period import Month

_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
_NUMBERS = {name: n for n, name in enumerate(_NAMES, start=1)} | {name[:3]: n for n, name in enumerate(_NAMES, start=1)}
_NUMBERS["sept"] = 9
_MONTH = rf"(?:(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\b(?: \d{{4}}\b)?|\d{{4}}-\d{{2}}\b(?!-))"
_DAY = (rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|"
        rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?! *\d))")  # fmt: skip
_AGAINST = r"(?:vs\.?|versus|against|compared? (?:to|with)|than)"
_TO = r" *(?:to|and|until|till|through|-|\u2013) *"
_SPAN = "(?:month|period|week|quarter)"
_RISING = "bottom|lowest|worst|fewest|smallest|least"


@dataclass(slots=True)
class Reading:
    """What has been made of the words so far; `notes` are (words, meaning) pairs.

    Attributes:
        without: values to leave out, by dimension.
        rising: the word that asked for the smallest first.
        leaving: the word that says that what follows is to be left out; "" elsewhere.
        left: whether something was left out since.
    """

    known_to: date
    measures: list[str] = field(default_factory=list)
    dimensions: list[str] = field(default_factory=list)
    filters: dict[str, list[str]] = field(default_factory=dict)
    without: dict[str, list[str]] = field(default_factory=dict)
    grain: str = ""
    period: str = ""
    compare: str = ""
    against: str = ""
    limit: int | None = None
    rising: str = ""
    leaving: str = ""
    left: bool = False
    notes: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def take_times(text: str, reading: Reading) -> str:
    """Take periods, comparisons, orders and limits out of the text; what is left."""

    def taken(pattern: str, use: Callable[[re.Match[str]], str]) -> None:
        nonlocal text
        for found in list(re.finditer(pattern, text)):
            meaning = use(found)
            if meaning:
                reading.notes.append((found[0].strip(), meaning))
                text = text.replace(found[0], " ", 1)

    taken(rf"{_AGAINST} (?:the )?(?:same (?:month|period) )?(?:a |the |last )?(?:year(?: (?:before|ago|earlier))?)\b",
          lambda _: _compare(reading, "year"))  # fmt: skip
    taken(rf"{_AGAINST} (?:the )?{_SPAN}s? before|{_AGAINST} (?:the )?(?:previous|last) {_SPAN}",
          lambda _: _compare(reading, "previous"))  # fmt: skip
    taken(
        rf"\bcompare ({_MONTH}) (?:and|with|to|against|vs\.?) ({_MONTH})", lambda found: _two(reading, *found.groups())
    )
    taken(rf"{_AGAINST} ({_MONTH})", lambda found: _against(reading, found[1]))
    taken(rf"\b(?:from |between )?({_DAY}){_TO}({_DAY})", lambda found: _days(reading, found[1], found[2]))
    taken(rf"\b(?:from |between )?(\d{{1,2}}){_TO}(\d{{1,2}}(?: of)? )({_MONTH})",
          lambda found: _days(reading, f"{found[1]} {found[3]}", f"{found[2].removesuffix('of ')}{found[3]}"),
          )  # fmt: skip
    taken(rf"\bsince ({_DAY})", lambda found: _days(reading, found[1], str(reading.known_to)))
    taken(rf"\bsince ({_MONTH})", lambda found: _months(reading, found[1], str(Month.of(reading.known_to))))
    taken(rf"\b(?:on )?({_DAY})", lambda found: _days(reading, found[1], found[1]))
    taken(rf"\b({_MONTH}) and ({_MONTH})", lambda found: _months(reading, *sorted(
        (_month(found[1], reading.known_to), _month(found[2], reading.known_to)))))  # fmt: skip
    taken(rf"\b(?:from |between )?({_MONTH}){_TO}({_MONTH})", lambda found: _months(reading, found[1], found[2]))
    taken(r"\b(?:in |of |for )?q([1-4])(?: (\d{4}))?\b", lambda found: _quarter(reading, int(found[1]), found[2]))
    taken(rf"\b(?:top|first) (\d{{1,3}})\b|\b({_RISING}) (\d{{1,3}})\b", lambda found: _limit(reading, *found.groups()))
    taken(rf"\b({_RISING})\b", lambda found: _rising(reading, found[1]))
    taken(r"\blast (\d{1,3}) (days|months)\b", lambda found: _period(reading, f"last {int(found[1])} {found[2]}"))
    taken(r"\b(?:last|past) (week|year)\b",
          lambda found: _period(reading, "last 7 days" if found[1] == "week" else "last 12 months"))  # fmt: skip
    taken(r"\b(?:in )?(?:the )?(last month|this month|yesterday|this week|this quarter|last quarter|this year)\b",
          lambda found: _period(reading, found[1]))  # fmt: skip
    taken(r"\b(?:ytd|year to date|so far this year)\b", lambda _: _period(reading, "this year"))
    taken(rf"\b(?:in |of |for |during )?({_MONTH})",
          lambda found: "" if found[0].strip() == "may" else _period(reading, _month(found[1], reading.known_to)),
          )  # fmt: skip
    taken(r"\b(?:in|of|for|during) (20\d\d)\b", lambda found: _months(reading, f"{found[1]}-01", f"{found[1]}-12"))
    if reading.against:
        _settle(reading)
    return text


def _period(reading: Reading, period: str) -> str:
    if reading.period and reading.period != period:
        reading.remarks.append(f"one period can be asked at a time: {period} was left out")
        return f"left out: {period}"
    reading.period = period
    return f"period: {period}"


def _two(reading: Reading, one: str, other: str) -> str:
    """Two months to compare: the later one against the earlier."""
    earlier, later = sorted((_month(one, reading.known_to), _month(other, reading.known_to)))
    reading.against = earlier
    return f"{_period(reading, later)} against {earlier}"


def _months(reading: Reading, first: str, last: str) -> str:
    """From one month to another; one without a year goes before the last."""
    end = Month.parse(_month(last, reading.known_to))
    begin = Month.parse(_month(first, end.last))
    return _period(reading, f"{begin} to {end}") if begin < end else _period(reading, str(end))


def _days(reading: Reading, first: str, last: str) -> str:
    """From one day to another; "" when the calendar has no such day."""
    try:
        end = _day(last, reading.known_to)
        begin = _day(first, end)
    except ValueError:
        return ""
    return _period(reading, f"{begin} to {end}") if begin <= end else ""


def _quarter(reading: Reading, number: int, year: str | None) -> str:
    known = reading.known_to
    first = Month(int(year) if year else known.year - (3 * number - 2 > known.month), 3 * number - 2)
    return _period(reading, f"{first} to {first.shift(2)}")


def _limit(reading: Reading, top: str | None, rising: str | None, bottom: str | None) -> str:
    reading.limit = max(1, int(top or bottom or 1))
    if rising:
        return f"{_rising(reading, rising)}, {reading.limit} of them"
    return f"the first {reading.limit}"


def _rising(reading: Reading, word: str) -> str:
    reading.rising = word
    return "the worst first" if word == "worst" else "the smallest first"


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
    number = _NUMBERS[name]
    return str(Month(int(year) if year else known_to.year - (number > known_to.month), number))


def _day(text: str, known_to: date) -> date:
    """`5 october` as the latest one that is not after `known_to`.

    Raises:
        ValueError: the calendar has no such day.
    """
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return date.fromisoformat(text)
    name, number, year = (re.search(pattern, text) for pattern in (r"[a-z]{3,}", r"\b\d{1,2}(?!\d)", r"\b\d{4}\b"))
    month = Month.parse(_month(f"{name[0]} {year[0]}" if year else name[0], known_to))  # type: ignore[index]
    day = month.first.replace(day=int(number[0]))  # type: ignore[index]
    return day if year or day <= known_to else day.replace(year=day.year - 1)


def _settle(reading: Reading) -> None:
    """A comparison with a named month, as one of the two that can be made."""
    this = Month.of(reading.known_to)
    if not reading.period:
        reading.period = "last month"
    last = this if reading.known_to == this.last else this.shift(-1)
    asked = {"last month": last, "this month": this}.get(reading.period)
    month = asked or (Month.parse(reading.period) if re.fullmatch(r"\d{4}-\d{2}", reading.period) else None)
    if month is not None and str(month.shift(-1)) == reading.against:
        reading.compare = "previous"
    elif month is not None and str(month.shift(-12)) == reading.against:
        reading.compare = "year"
    else:
        reading.compare = "previous"
        reading.remarks.append(
            f"{reading.against} is neither the period before nor a year before; the period before is shown"
        )
