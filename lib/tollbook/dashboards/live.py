"""The live tile: what happens now, of one client."""

from datetime import datetime, timedelta

from tollbook.dashboards.page import Card
from tollbook.money import format_count, format_share
from tollbook.storage.documents import Documents
from tollbook.usage.live import Live, read_live

EVERY = 10.0  # seconds between two looks
LEASE = timedelta(minutes=10)  # a page nobody touches stops looking, or its kernel would live for ever


def live_card(documents: Documents, client: str, *, now: datetime, locale: str) -> Card | None:
    """The last five minutes; None where nobody follows the landing folder, so that nothing old looks new."""
    found = read_live(documents, [client])[client]
    if found.lag is None or not found.is_fresh(now):
        return None
    return Card("Live, last 5 minutes", format_count(found.total(), locale), _how(found, locale), trail=_trail(found))


def _how(found: Live, locale: str) -> str:
    rate = found.delivery_rate()
    delivered = f"; {format_share(rate, locale)} of the last hour delivered" if rate is not None else ""
    return f"as of {found.as_of:%H:%M:%S} UTC{delivered}"


def _trail(found: Live) -> list[float]:
    return [float(count) for count in found.minutes["messages"]]
