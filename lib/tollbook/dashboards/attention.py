"""What asks for attention: which clients to look at first, and a client's alerts with their size and since when."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from babel.dates import format_date

from tollbook.alerts import read_alerts
from tollbook.alerts.alert import Alert
from tollbook.dashboards.page import escape
from tollbook.errors import TollbookError
from tollbook.money import format_count, format_money
from tollbook.period import Month
from tollbook.rating.contracts import Client
from tollbook.storage.documents import Documents

ALERT_DAYS = 7
AT_ONCE = 4  # alerts a page shows unfolded
SPANS = frozenset({"level", "silence"})  # kinds that last; the others are of one day or hour


class Size(NamedTuple):
    """What an alert is worth: an amount of at least 0, and what it is: `more`, `less`, `over`, `left`."""

    amount: Decimal
    word: str


def alerts_of(documents: Documents, clients: Sequence[str], *, now: datetime) -> dict[str, list[Alert]]:
    """Alerts of the last days by client, newest first; clients without one are left out."""
    found: dict[str, list[Alert]] = {}
    for alert in read_alerts(documents, clients, since=_lately(now)):
        found.setdefault(alert.client, []).append(alert)
    return found


def alerts_about(documents: Documents, client: Client, month: Month, *, now: datetime) -> list[Alert]:
    """A client's alerts about a month, and those of the last days whatever they are about; newest first."""
    begin = month.bounds(client.time_zone)[0]
    found = read_alerts(documents, [client.client], since=min(begin, _lately(now)))
    return [one for one in found if one.at >= _lately(now) or one.occasion.startswith(str(month))]


def by_attention(clients: Sequence[str], alerts: dict[str, list[Alert]]) -> list[str]:
    """Clients with alerts first, most alerts before fewer; then the others, by id."""
    return sorted(clients, key=lambda client: (-len(alerts.get(client, ())), client))


def attention_list(alerts: Sequence[Alert], client: Client, *, message: Decimal | None = None) -> str:
    """A client's alerts, each with its size in money and since when; nothing when there are none.

    Args:
        alerts: newest first; all but the first few are folded away.
        client: whose.
        message: what a message costs on average, for alerts that count messages alone; None when unknown.
    """
    if not alerts:
        return ""
    rows = [_row(one, client, message) for one in alerts]
    shown = f'<ul class="tb-alerts tb-sized" aria-label="What asks for attention">{"".join(rows[:AT_ONCE])}</ul>'
    rest = rows[AT_ONCE:]
    if not rest:
        return shown
    more = f"{len(rest)} earlier {'alert' if len(rest) == 1 else 'alerts'}"
    return (
        f'{shown}<details class="tb-earlier"><summary>{more}</summary>'
        f'<ul class="tb-alerts tb-sized" aria-label="Earlier alerts">{"".join(rest)}</ul></details>'
    )


def nothing_asks(month: Month) -> str:
    """The empty state of a page that shows a month."""
    said = f"Nothing asks for attention: no alert about {month.label()}, none in the last {ALERT_DAYS} days."
    return f'<p class="tb-calm"><i aria-hidden="true">✓</i>{escape(said)}</p>'


def size_of(alert: Alert, message: Decimal | None) -> Size | None:
    """What an alert is worth; None where it has no amount, such as a delivery rate.

    Args:
        alert: of any kind.
        message: what a message costs on average.
    """
    figures = alert.figures
    if alert.kind in {"budget", "forecast"}:
        spent, budget = figures.get("total", figures.get("expected")), figures.get("budget")
        if spent is None or budget is None:
            return None
        over = Decimal(spent) - Decimal(budget)
        return Size(abs(over), "over" if over > 0 else "left")
    amount = figures.get("amount")
    if amount is not None:
        worth = Decimal(amount)
    elif message is not None and alert.kind in {"burst", "silence"}:
        worth = (figures.get("messages", 0) - figures["usual"]) * message
    else:
        return None
    return Size(abs(worth), "more" if worth > 0 else "less")


def since(alert: Alert) -> str:
    """When it happened, or since when it lasts: `since 5 Oct 2026`, `21 Oct 2026, 09:00`, `October 2026`."""
    day, _, hour = alert.occasion.split()[0].partition("T")
    if day.count("-") == 1:
        return Month.parse(day).label()
    at = datetime.fromisoformat(day) + timedelta(hours=int(hour or 0))
    if hour and alert.kind == "silence":  # named by the last hour with a message
        at += timedelta(hours=1)
    told = format_date(at, "d MMM yyyy", locale="en") + (f", {at:%H:%M}" if hour else "")
    return f"since {told}" if alert.kind in SPANS else told


def _row(alert: Alert, client: Client, message: Decimal | None) -> str:
    size, currency = size_of(alert, message), _currency(alert, client)
    money = f"{format_money(size.amount, currency, client.locale)} {size.word}" if size and currency else ""
    return (
        f"<li><b>{escape(alert.title)}</b><span>{escape(_said(alert, client))}</span>"
        f"<strong>{escape(money)}</strong><time>{escape(since(alert))}</time></li>"
    )


def _said(alert: Alert, client: Client) -> str:
    """The alert's sentence, without the client's name and without what stands beside it."""
    if "first" in alert.figures:
        came, usual = (format_count(alert.figures[name], client.locale) for name in ("messages", "usual"))
        return f"{came} messages, where {usual} were to be expected."
    text = alert.text.removeprefix(f"{client.name}: ")
    return text[:1].upper() + text[1:]


def _currency(alert: Alert, client: Client) -> str:
    """That of the contract then, in which its amounts are; "" without one."""
    try:
        return client.contract(Month.parse(alert.occasion[:7])).currency
    except TollbookError:
        return ""


def _lately(now: datetime) -> datetime:
    return now.astimezone(UTC) - timedelta(days=ALERT_DAYS)
