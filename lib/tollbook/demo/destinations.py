"""Where demo messages go: invented numbers, networks and what the suppliers charge, by country.

Numbers are made up. Where a regulator keeps a range free for fiction it is used: North America 555-01xx, Britain
07700 900xxx, France 06 39 98 xxxx, Germany 0171 39200xx, 0176 040690xx and 030 23125-xxx. Elsewhere the number starts
with a run of zeros. All of them parse to their country's calling code.
Networks are real MCC + MNC pairs, always text (Wikipedia's list as published by pbakondy/mcc-mnc-list, MIT); their
shares are our assumption. Supplier prices are invented, in units of 0.00001 USD a segment.
"""

from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from tollbook.errors import TollbookError

UNKNOWN_NETWORK = "99999"  # MCC 999 is for internal use: no public network has it
_US_AREAS = (201, 202, 203, 205, 206, 207, 208, 212, 213, 214, 215, 216, 217, 224, 228, 239, 251, 253, 267, 281)
_US_AREAS_2 = (301, 302, 303, 304, 305, 307, 310, 312, 313, 314, 315, 316, 317, 319, 323, 336, 347, 352, 360, 385)
_CA_AREAS = (204, 226, 236, 249, 250, 306, 343, 403, 416, 418, 431, 438, 506, 514, 519, 587, 604, 613, 705, 902)


class UnknownDestination(TollbookError):
    """A country of the demo's world that has no numbers."""

    def __init__(self, country: str) -> None:
        self.country = country
        super().__init__(f"the demo has no numbers in {country!r}: add it to lib/tollbook/demo/destinations.py")


@dataclass(frozen=True, slots=True)
class Destination:
    """One country's numbers: `prefixes` + `digits` more; network -> share; suppliers' prices in 0.00001 USD."""

    prefixes: tuple[int, ...]
    digits: int
    networks: dict[str, float] = field(default_factory=dict)
    twilio: int = 0
    sns: int = 0

    @property
    def size(self) -> int:
        """Numbers behind one prefix."""
        return int(10**self.digits)


def _north_america(*areas: int) -> tuple[int, ...]:
    return tuple(int(f"1{area}55501") for area in areas)


DESTINATIONS = MappingProxyType(
    {
        "AE": Destination((97150000,), 4, {"42402": 0.6, "42403": 0.4}, 2900, 3100),
        "CA": Destination(_north_america(*_CA_AREAS), 2, {"302720": 0.4, "302610": 0.3, "302220": 0.3}, 750, 720),
        "DE": Destination((4917139200, 49176040690), 2, {"26201": 0.4, "26202": 0.3, "26203": 0.3}, 7100, 7400),
        "ES": Destination((3460000,), 4, {"21407": 0.4, "21401": 0.3, "21403": 0.3}, 5400, 5600),
        "FR": Destination((3363998,), 4, {"20801": 0.45, "20810": 0.3, "20820": 0.25}, 5600, 5900),
        "GB": Destination((447700900,), 3, {"23410": 0.3, "23415": 0.25, "23430": 0.3, "23420": 0.15}, 3220, 3900),
        "IE": Destination((35385000,), 4, {"27201": 0.55, "27203": 0.45}, 5100, 5500),
        "IL": Destination(
            (97250000, 97252000, 97253000),
            4,
            {"42501": 0.29, "42502": 0.28, "42503": 0.22, "42507": 0.12, "42508": 0.06, "42516": 0.03},
            6800,
            7000,
        ),
        "IN": Destination((91900000, 91700000), 4, {"40410": 0.4, "40420": 0.25, "405857": 0.35}, 190, 230),
        "SG": Destination((658100,), 4, {"52501": 0.5, "52503": 0.5}, 3600, 3800),
        "US": Destination(
            _north_america(*_US_AREAS, *_US_AREAS_2), 2, {"310260": 0.34, "310410": 0.31, "311480": 0.35}, 790, 645
        ),
    }
)
COUNTRIES = tuple(DESTINATIONS)
BERLIN_FAX = Destination((493023125,), 3)  # reserved for fiction: 030 23125-000 to -999
MAILBOXES = Destination((0,), 4)  # the digits of an address such as reader-0042@example.com


def country_index(country: str) -> int:
    """The place of a country in `COUNTRIES`.

    Raises:
        UnknownDestination: the demo has no numbers there.
    """
    try:
        return COUNTRIES.index(country)
    except ValueError as error:
        raise UnknownDestination(country) from error


def draw_numbers(
    rng: np.random.Generator, destination: Destination, count: int, *, keep_free: int = 0
) -> NDArray[np.int64]:
    """`count` numbers of a destination as integers; the last `keep_free` of each prefix are never drawn."""
    prefixes = np.array(destination.prefixes, dtype=np.int64)
    chosen = prefixes[rng.integers(0, len(prefixes), count)]
    return chosen * destination.size + rng.integers(0, destination.size - keep_free, count)


@cache
def supplier_prices(source: str) -> NDArray[np.int64]:
    """The supplier's price of a segment by place in `COUNTRIES`, in 0.00001 USD; TeleMessage reports none."""
    prices = {
        "twilio": [destination.twilio for destination in DESTINATIONS.values()],
        "aws-sns": [destination.sns for destination in DESTINATIONS.values()],
    }
    return np.array(prices.get(source, [0] * len(COUNTRIES)), dtype=np.int64)
