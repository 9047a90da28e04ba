"""The live tile and the alerts: what happens now, of one client, and which clients want to be looked at first."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import escape

from tollbook.alerts import read_alerts
from tollbook.alerts.alert import Alert
from tollbook.dashboards.page import Card
from tollbook.money import format_count, format_share
from tollbook.storage.documents import Documents
from tollbook.usage.live import Live, read_live

ALERT_DAYS = 7
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


def alerts_of(documents: Documents, clients: Sequence[str], *, now: datetime) -> dict[str, list[Alert]]:
    """Alerts of the last days by client, newest first; clients without one are left out."""
    found: dict[str, list[Alert]] = {}
    for alert in read_alerts(documents, clients, since=now.astimezone(UTC) - timedelta(days=ALERT_DAYS)):
        found.setdefault(alert.client, []).append(alert)
    return found


def by_attention(clients: Sequence[str], alerts: dict[str, list[Alert]]) -> list[str]:
    """Clients with alerts first, most alerts before fewer; then the others, by id."""
    return sorted(clients, key=lambda client: (-len(alerts.get(client, ())), client))


def alert_list(alerts: Sequence[Alert]) -> str:
    """A client's alerts as a list; nothing when there are none."""
    if not alerts:
        return ""
    rows = "".join(
        f"<li><b>{escape(one.title)}</b> <span>{escape(one.text)}</span> <time>{one.at:%-d %b, %H:%M} UTC</time></li>"
        for one in alerts
    )
    return f'<ul class="tb-alerts" aria-label="Alerts of the last {ALERT_DAYS} days">{rows}</ul>'
