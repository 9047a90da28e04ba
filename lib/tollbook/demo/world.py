"""The demo's world: what each of the six clients sends, as data.

A client is a few streams of messages; a stream has a level, a daily and a weekly shape, destinations, text lengths
and bursts. Volumes, growth and bursts are invented. Who the clients are, their clocks and their accounts stand in
`parameters/clients/`.
"""

from dataclasses import dataclass
from types import MappingProxyType

# Monday to Sunday. Midweek peak: Esendex 2022-23; Israel works Sunday to Thursday, little on Friday, almost nothing
# on Saturday (our assumption).
OFFICE_WEEK = (0.98, 1.05, 1.12, 1.07, 0.98, 0.42, 0.38)
DAILY_WEEK = (0.98, 1.00, 1.03, 1.03, 1.07, 0.98, 0.91)
ISRAEL_WEEK = (1.05, 1.08, 1.06, 1.00, 0.35, 0.03, 1.02)
EVEN_WEEK = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)

# Shares of texts with 1, 2, 3 and 4 segments: our assumption, above what personal messages show (NUS: 3.6-9.1 % multi).
LATIN = (0.85, 0.11, 0.03, 0.01)
HEBREW = (0.45, 0.40, 0.12, 0.03)
CODES = (0.995, 0.005, 0.0, 0.0)
ONE = (1.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Burst:
    """Messages on top of the stream's base, every year, or every month.

    Attributes:
        when: "MM-DD", "*-DD" (each month) or "black-friday" (the day after the fourth Thursday of November).
        messages: over all its days, at the level of autumn 2025.
        days: how long it lasts; each day brings 0.6 of the one before.
        hours: profile of its hours.
        campaign: whether its name is a campaign's (with the year, or year and month, after it).
    """

    name: str
    when: str
    messages: int
    days: int = 1
    hours: str = "blast"
    campaign: bool = False


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of traffic of a client.

    Attributes:
        monthly: messages a month in September 2025, without bursts.
        growth: factor a year.
        mix: country -> share.
        segments: shares of 1, 2, 3 and 4 segments.
        holiday: factor on a public holiday of the client's country.
        delivered: share that reaches the phone; 95-98 % is a healthy route (several vendors' guides).
        shared: share of messages with two or three recipients (TeleMessage only).
    """

    name: str
    source: str
    category: str
    monthly: float
    mix: dict[str, float]
    segments: tuple[float, float, float, float]
    hours: str = "business"
    week: tuple[float, ...] = OFFICE_WEEK
    growth: float = 1.0
    holiday: float = 1.0
    delivered: float = 0.965
    bursts: tuple[Burst, ...] = ()
    direction: str = "mt"
    channel: str = "sms"
    language: str = "en"
    shared: float = 0.0


BANK_MIX = {"GB": 0.90, "IE": 0.03, "FR": 0.02, "ES": 0.02, "DE": 0.01, "US": 0.02}
AIR_MIX = {"IN": 0.86, "AE": 0.06, "SG": 0.04, "GB": 0.03, "US": 0.01}
CLINIC_MIX = {"IL": 0.965, "US": 0.015, "GB": 0.01, "FR": 0.01}

_BANK = (
    Stream(
        "passcodes", "twilio", "otp", 44_000, BANK_MIX, CODES, "otp", DAILY_WEEK, 1.82, 0.86, 0.972,
        (Burst("black-friday", "black-friday", 5_000, 4, "otp"),),
    ),
    Stream(
        "alerts", "twilio", "alert", 13_500, BANK_MIX, LATIN, growth=1.82, holiday=0.5, delivered=0.968,
        bursts=(Burst("statements", "*-01", 2_000, 2, "business"),),
    ),
    Stream("replies", "twilio", "service", 600, {"GB": 1.0}, ONE, growth=1.6, direction="mo"),
)  # fmt: skip
_CAMPAIGNS = (
    Burst("club-offer", "*-05", 3_600, 1, "blast", campaign=True),
    Burst("new-year-clearance", "01-03", 13_000, 2, "blast", campaign=True),
    Burst("valentine", "02-08", 9_000, 2, "blast", campaign=True),
    Burst("spring-refresh", "03-20", 12_000, 2, "blast", campaign=True),
    Burst("mothers-day", "05-04", 14_000, 3, "blast", campaign=True),
    Burst("summer-sale", "06-22", 13_000, 2, "blast", campaign=True),
    Burst("fourth-of-july", "07-01", 9_000, 2, "blast", campaign=True),
    Burst("back-to-school", "08-10", 15_000, 3, "blast", campaign=True),
    Burst("autumn-home", "09-18", 11_000, 2, "blast", campaign=True),
    Burst("halloween", "10-20", 12_500, 3, "blast", campaign=True),
    Burst("black-friday", "black-friday", 34_000, 4, "blast", campaign=True),
    Burst("holiday-gifts", "12-10", 17_000, 3, "blast", campaign=True),
)
_RETAIL = (
    Stream(
        "orders", "aws-sns", "transactional", 14_500, {"US": 0.985, "CA": 0.015}, LATIN, "business", DAILY_WEEK, 1.15,
        0.6,
        bursts=(
            Burst("black-friday", "black-friday", 7_000, 5, "business"),
            Burst("gifts", "12-12", 8_000, 9, "business"),
        ),
    ),
    Stream(
        "offers", "aws-sns", "marketing", 3_800, {"US": 1.0}, LATIN, "blast", (1.6, 0.8, 1.0, 1.1, 1.3, 0.8, 0.4), 1.1,
        delivered=0.945,
    ),
    Stream(
        "campaigns", "telemessage", "marketing", 0, {"US": 1.0}, (0.72, 0.22, 0.05, 0.01), "blast", EVEN_WEEK, 1.1,
        delivered=0.945, bursts=_CAMPAIGNS, shared=0.02,
    ),
)  # fmt: skip
_CLINIC = (
    Stream(
        "reminders", "telemessage", "service", 4_500, CLINIC_MIX, HEBREW, "reminder", ISRAEL_WEEK, 1.12, 0.04,
        bursts=(
            Burst("flu-vaccination", "10-19", 1_500, 3, "reminder", campaign=True),
            Burst("health-check", "02-15", 900, 3, "reminder", campaign=True),
            Burst("recall", "05-10", 700, 2, "reminder", campaign=True),
        ),
        language="he", shared=0.03,
    ),
)  # fmt: skip
_AIRLINE = (
    Stream(
        "itineraries", "twilio", "transactional", 13_400, AIR_MIX, LATIN, "travel", DAILY_WEEK, 1.18, 1.1, 0.958,
        (Burst("diwali", "10-20", 1_800, 5, "travel"), Burst("year-end", "12-22", 2_200, 6, "travel")),
    ),
    Stream(
        "disruptions", "twilio", "alert", 350, AIR_MIX, (0.55, 0.36, 0.07, 0.02), "travel", EVEN_WEEK, 1.1,
        delivered=0.955,
        bursts=(
            Burst("fog", "12-28", 3_600, 4, "alert"), Burst("fog", "01-09", 4_200, 4, "alert"),
            Burst("dust", "05-17", 1_800, 2, "alert"), Burst("monsoon", "07-14", 5_200, 4, "alert"),
            Burst("monsoon", "08-19", 3_900, 3, "alert"), Burst("cyclone", "10-27", 3_000, 3, "alert"),
        ),
    ),
    Stream("replies", "twilio", "service", 380, {"IN": 1.0}, ONE, "travel", EVEN_WEEK, 1.1, direction="mo"),
)  # fmt: skip
_CITY = (
    Stream("notices", "aws-sns", "marketing", 850, {"CA": 1.0}, LATIN, growth=1.08, holiday=0.1, delivered=0.97),
    Stream(
        "alerts", "aws-sns", "transactional", 160, {"CA": 1.0}, (0.62, 0.30, 0.06, 0.02), "alert", EVEN_WEEK, 1.05,
        delivered=0.972,
        bursts=(
            Burst("blizzard", "12-16", 3_200, 2, "alert"), Burst("blizzard", "01-18", 4_600, 3, "alert"),
            Burst("cold", "02-11", 2_400, 2, "alert"), Burst("flood", "04-16", 4_200, 4, "alert"),
            Burst("boil-water", "06-09", 2_600, 3, "alert"), Burst("tornado-watch", "07-22", 2_100, 1, "alert"),
            Burst("smoke", "08-05", 1_700, 3, "alert"), Burst("early-snow", "10-24", 2_300, 2, "alert"),
        ),
    ),
)  # fmt: skip
_ARCHIVE = (
    Stream(
        "notices", "telemessage", "service", 285, {"DE": 0.94, "US": 0.03, "GB": 0.03}, LATIN, holiday=0.05,
        language="de", shared=0.08,
    ),
    Stream(
        "digests", "telemessage", "service", 75, {"DE": 1.0}, ONE, holiday=0.05, channel="email", language="de",
        shared=0.2,
    ),
    Stream(
        "letters", "telemessage", "service", 28, {"DE": 1.0}, ONE, holiday=0.05, delivered=0.93, channel="fax",
        language="de",
    ),
)  # fmt: skip

WORLD = MappingProxyType(
    {
        "carmel-clinic": _CLINIC,
        "harbour-bank": _BANK,
        "ledger-archive": _ARCHIVE,
        "marigold-retail": _RETAIL,
        "monsoon-air": _AIRLINE,
        "prairie-city": _CITY,
    }
)
"""Client id -> its streams."""
