"""What channels, statuses, countries and weekdays are called, and the sentences they stand in, in the language spoken.

All is English unless `speaking("he")` is on, as it is while a client's report is made. Labels inside a picture go
through `word` (`words.yaml`), which keeps the English where a language lacks one; sentences come from `say`
(`sentences.yaml`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from importlib.resources import files

import yaml
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

from tollbook.usage.summary import OTHER

CHANNELS = {
    "sms": "SMS",
    "mms": "MMS",
    "rcs": "RCS",
    "whatsapp": "WhatsApp",
    "viber": "Viber",
    "email": "E-mail",
    "voice": "Voice",
    "fax": "Fax",
    "seat": "Archiver seats",
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT = {"GB": "United Kingdom", "HK": "Hong Kong", "MO": "Macao", "US": "United States"}
_SPOKEN: ContextVar[str] = ContextVar("spoken", default="en")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Name things in this language; each thread speaks its own."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def spoken() -> str:
    """The language in which things are named now: `en`, `he`."""
    return _SPOKEN.get()


def from_right() -> bool:
    """Whether the language spoken now is read from right to left."""
    return bool(Locale(spoken()).text_direction == "rtl")


@cache
def texts(name: str) -> Mapping[str, Mapping[str, str]]:
    """`words.yaml` (English label -> label) or `sentences.yaml` (key -> text), by language."""
    read: dict[str, dict[str, str]] = yaml.safe_load(files(__package__).joinpath(name).read_text("utf-8"))
    return read


def word(text: str) -> str:
    """A label of a picture in the language spoken now; the English one where there is no other."""
    return texts("words.yaml").get(spoken(), {}).get(text, text)


def say(key: str, **values: object) -> str:
    """A sentence, or a part of one, in the language spoken now."""
    return texts("sentences.yaml")[spoken()][key].format(**values)


def joined(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c` in the language spoken now."""
    return str(format_list(parts, locale={"en": "en_GB"}.get(spoken(), spoken())))


def weekday_name(weekday: int) -> str:
    """`Monday` for 0, in the language spoken now."""
    return WEEKDAYS[weekday] if spoken() == "en" else str(Locale(spoken()).days["format"]["wide"][weekday])


def month_name(day: date) -> str:
    """`October`, in the language spoken now."""
    return str(format_date(day, "LLLL", locale=spoken()))


def channel_name(channel: str) -> str:
    """`WhatsApp` for `whatsapp`; a channel nobody has named yet as it is."""
    return isolate(word(CHANNELS.get(channel, channel or "Unknown channel")))


def country_name(code: str) -> str:
    """Name of an ISO 3166 alpha-2 code; "" is `Unknown country`."""
    if not code:
        return word("Unknown country")
    return (spoken() == "en" and _SHORT.get(code)) or str(Locale(spoken()).territories.get(code, code))


def place_name(code: str) -> str:
    """Name of a country, or of all the rest together (`usage.summary.OTHER`)."""
    return word("Other countries") if code == OTHER else country_name(code)


def campaign_name(campaign: str) -> str:
    """A campaign's own name, safe inside a sentence; "" is `No campaign`."""
    return isolate(campaign) or word("No campaign")


NAMED: Mapping[str, Callable[[str], str]] = {
    "channel": channel_name,
    "country": country_name,
    "status": word,
    "campaign": campaign_name,
}
"""What counts are told apart by, and what its values are called."""
REST = {"country": "Other countries", "campaign": "Other campaigns"}


def value_name(by: str, value: str) -> str:
    """A value's name: `WhatsApp` of a channel, `Germany` of a country; `Other countries` for all the rest."""
    return word(REST.get(by, "Other")) if value == OTHER else NAMED[by](value)


def isolate(name: str) -> str:
    """A name of unknown script inside a sentence: Hebrew stays right-to-left in English and moves nothing else.

    Source: Unicode UAX #9, first-strong isolate. The marks themselves are invisible.
    """
    return name if name.isascii() and not from_right() else f"\u2068{name}\u2069"


def directed(text: str) -> str:
    """A text that stands alone, with a mark that makes it run in the direction of the language spoken.

    Otherwise its first letter decides: a line that begins with a Latin name in Hebrew, or with a Hebrew one in English.
    """
    return f"\u200f{text}" if from_right() else text if text.isascii() else f"\u200e{text}"


def shortened_apart(names: Sequence[str], longest: int) -> list[str]:
    """The names as `shortened` cuts them; those that would then look alike lose their middle instead."""
    cut, half = [shortened(name, longest) for name in names], longest // 2
    return [
        f"{name[:half].rstrip()}…{name[1 - half :].lstrip()}" if cut.count(short) > 1 and len(name) > longest else short
        for name, short in zip(names, cut, strict=True)
    ]


def shortened(name: str, longest: int) -> str:
    """`name`, cut to `longest` characters with an ellipsis."""
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"
