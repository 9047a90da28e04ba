"""Numbers as words: how sentences and labels of pictures write counts, shares, money and periods.

Numbers are written by `tollbook.money`, in the client's locale; words and dates are in the language spoken
(`names.speaking`).
"""

import re
from datetime import date
from decimal import Decimal

from babel.dates import format_date, format_skeleton
from babel.numbers import format_compact_decimal, format_currency, format_decimal
from babel.units import format_unit

from tollbook.charts.names import isolate, month_name, say, spoken
from tollbook.money import format_count, format_money, format_share, known_locale
from tollbook.period import Month

MARKUP = r"[\\`*_{}\[\]<>&#|~$!]"  # what Markdown, HTML or MathJax would read as their own
PLAIN = {"en": "en_GB"}  # how a language is written where the client's locale is of another
ABOUT_EQUAL = 0.005  # a change below half a per cent is none


def count(number: float | Decimal, locale: str = "en") -> str:
    """A whole count: `1,234,567`."""
    return format_count(number, locale)


def short_count(number: float, locale: str = "en", *, digits: int = 1) -> str:
    """A count for a crowded axis: `950`, `25K`, `1.2M`."""
    return format_compact_decimal(number, fraction_digits=digits, locale=known_locale(locale))


def money(amount: Decimal, currency: str, locale: str = "en") -> str:
    """An amount as on the invoice, safe inside a sentence."""
    return isolate(_drawn(format_money(amount, currency, locale)))


def short_money(amount: float | Decimal, currency: str, locale: str = "en") -> str:
    """An amount as on the invoice, but without the minor unit where it is whole: `€1,200`."""
    exact = Decimal(str(amount)).quantize(Decimal("1.000000"))
    if exact != exact.to_integral_value():
        return _drawn(format_money(exact, currency, locale))
    known = known_locale(locale)
    pattern = known.currency_formats["standard"].pattern.replace(".00", "")
    return _drawn(format_currency(exact, currency, format=pattern, locale=known, currency_digits=False))


def _drawn(text: str) -> str:
    """Japanese locales write the yen in full width, which few fonts have."""
    return text.replace("\N{FULLWIDTH YEN SIGN}", "\N{YEN SIGN}")


def share(part: float, locale: str = "en") -> str:
    """A part of a whole in full per cent; never `0%` of something nor `100%` of less than all."""
    if 0 < part < 0.01:
        return say("under", share=format_share(0.01, locale, 0))
    return format_share(min(part, 0.99) if 0.99 < part < 1 else part, locale, 0)


def signed(part: float, locale: str = "en") -> str:
    """A relative change: `+18%`, `+0.4%` (one decimal below 1 %), `\N{PLUS-MINUS SIGN}0%`."""
    if abs(part) < ABOUT_EQUAL / 10:
        return f"\N{PLUS-MINUS SIGN}{format_share(0, locale, 0)}"
    sign = "+" if part > 0 else "\N{MINUS SIGN}"
    return f"{sign}{format_share(abs(part), locale, 0 if abs(part) >= 0.01 else 1)}"


def rate(part: float, locale: str = "en") -> str:
    """A rate to one decimal; `100.0%` only when it is all."""
    return format_share(min(part, 0.999) if part < 1 else part, locale, 1)


def counted(number: float | Decimal, measure: str = "messages", locale: str = "en") -> str:
    """A count with its noun: `1 message`, `5,000 segments`."""
    return say(f"{measure}_1" if number == 1 else measure, n=count(number, locale))


def against(relative: float, unit: str = "", locale: str = "en") -> str:
    """A relative change of a count, up to the thing compared with: `12% more a day than`, `2.3 times as many as`."""
    if abs(relative) < ABOUT_EQUAL:
        return say("same", unit=unit)
    if relative >= 1:
        times = format_decimal(1 + relative, format="#,##0.0", locale=known_locale(locale))
        return say("times", times=times, unit=unit)
    return say("more" if relative > 0 else "fewer", share=share(abs(relative), locale), unit=unit)


def markdown(*sentences: str) -> str:
    """Sentences as a Markdown list; names inside them are text, never Markdown or HTML."""
    return "\n".join(f"- {re.sub(MARKUP, _entity, sentence)}." for sentence in sentences)


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def day_text(day: date, locale: str = "en") -> str:
    """A day as an axis shows it: `1 Oct`, or `Oct 1` where English is written so."""
    known = known_locale(locale)
    return format_skeleton("MMMd", day, locale=known if known.language == spoken() else _written_in())


def long_day(day: date) -> str:
    """`20 October`, in the language spoken."""
    return str(format_skeleton("MMMMd", day, locale=_written_in()))


def duration(seconds: float) -> str:
    """`5 seconds`, `2 minutes`, `1 hour`, `1 day`, in the language spoken."""
    sizes = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
    size, unit = next(pair for pair in sizes if seconds >= pair[0] or pair[0] == 1)
    text = str(format_unit(round(seconds / size, 1), f"duration-{unit}", length="long", locale=spoken()))
    return text.removeprefix("1 ") if spoken() == "he" else text  # a Hebrew singular needs no number


def period(first: date, last: date) -> str:
    """The days from `first` to `last` in words: `October 2026`, `1 to 14 October 2026`, `3 March to 2 April 2026`."""
    start, end = Month.of(first), Month.of(last)
    one_year = start.year == end.year
    if first == start.first and last == end.last:
        if start == end:
            return end.label(spoken())
        return say("days", first=month_name(first) if one_year else start.label(spoken()), last=end.label(spoken()))
    if first == last:
        return long_date(last)
    begin = str(first.day) if start == end else long_day(first) if one_year else long_date(first)
    return say("days", first=begin, last=long_date(last))


def during(first: date, last: date) -> str:
    """`period` with its preposition: `in October 2026`, `on 7 October 2026`, `from 1 to 14 October 2026`."""
    start, end = Month.of(first), Month.of(last)
    if first == start.first and last == end.last and start == end:
        return say("during_month", period=period(first, last))
    return say("during_day" if first == last else "during_days", period=period(first, last))


def long_date(day: date) -> str:
    """`20 October 2026`, in the language spoken."""
    return str(format_date(day, "long", locale=_written_in()))


def _written_in() -> str:
    return PLAIN.get(spoken(), spoken())
