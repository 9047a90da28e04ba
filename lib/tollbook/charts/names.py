"""What channels, statuses, countries and weekdays are called in sentences and labels."""

from babel import Locale

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
_TERRITORIES = Locale("en").territories


def channel_name(channel: str) -> str:
    """`WhatsApp` for `whatsapp`; a channel nobody has named yet as it is."""
    return CHANNELS.get(channel, channel or "Unknown channel")


def country_name(code: str) -> str:
    """English name of an ISO 3166 alpha-2 code; "" is `Unknown country`."""
    return _SHORT.get(code) or str(_TERRITORIES.get(code, code)) or "Unknown country"


def campaign_name(campaign: str) -> str:
    """A campaign's own name, safe inside an English sentence; "" is `No campaign`."""
    return isolate(campaign) or "No campaign"


def isolate(name: str) -> str:
    """A name of unknown script inside an English sentence: Hebrew stays right-to-left and moves nothing else.

    Source: Unicode UAX #9, first-strong isolate. The marks themselves are invisible.
    """
    return name if name.isascii() else f"\u2068{name}\u2069"


def shortened(name: str, longest: int) -> str:
    """`name`, cut to `longest` characters with an ellipsis."""
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"
