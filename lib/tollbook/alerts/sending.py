"""Sending: alerts to a webhook and by mail, each once to each; what fails is tried again for a day.

The webhook gets a POST with `{"text": ..., "alert": {...}}`; chat programs that take incoming webhooks show the text.
Neither its address (it may hold a token) nor the mail server's password is ever part of a message.
"""

import hashlib
import json
import smtplib
import ssl
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Protocol
from urllib.error import URLError
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import Request, urlopen

from pydantic import SecretStr

from tollbook.alerts.alert import Alert, mark_sent, read_alerts
from tollbook.errors import TollbookError
from tollbook.rating.contracts import Client
from tollbook.settings import Settings
from tollbook.storage.documents import Documents

_SECONDS = 10
_TRIED_FOR = timedelta(days=1)
_TLS_PORT, _SUBMISSION_PORT = 465, 587


class AlertNotSent(TollbookError):
    """A webhook or a mail server that did not take an alert; it is tried again."""

    def __init__(self, channel: str, host: str, why: str) -> None:
        self.channel = channel
        super().__init__(f"alerts by {channel} to {host}: {why}; they are stored, and sent once it answers")


class SendingBook(Protocol):
    """The part of a book that is sent from."""

    settings: Settings
    documents: Documents

    def clients(self) -> dict[str, Client]:
        """All clients by id."""


def send_alerts(book: SendingBook, *, now: datetime) -> Iterator[str]:
    """Send what was raised in the last day and not sent yet; the troubles met, each channel's first."""
    settings, clients = book.settings, book.clients()
    waiting = read_alerts(book.documents, list(clients), since=now - _TRIED_FOR)
    channels: dict[str, Callable[[Alert], bool]] = {}
    if settings.alert_webhook:
        channels["webhook"] = lambda alert: _post(settings.alert_webhook, alert)
    if settings.smtp:
        channels["mail"] = lambda alert: _mail(settings, clients[alert.client], alert)
    for channel, send in channels.items():
        try:
            for alert in reversed(waiting):
                current = book.documents.get("alerts", alert.id)
                if current and channel not in current["sent"] and send(alert):
                    mark_sent(book.documents, Alert.from_document(current), channel)
        except AlertNotSent as error:
            yield str(error)


def _post(address: SecretStr | None, alert: Alert) -> bool:
    url = address.get_secret_value() if address else ""
    host = urlsplit(url).hostname or "?"
    if urlsplit(url).scheme not in {"http", "https"}:
        raise AlertNotSent("webhook", host, "the address must begin with https://")
    about = {**alert.as_document(), "at": alert.at.isoformat(timespec="seconds"), "id": alert.id}
    body = json.dumps({"text": alert.text, "alert": about}, default=str).encode()
    request = Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 - the scheme was looked at
    try:
        with urlopen(request, timeout=_SECONDS):  # noqa: S310 - same
            return True
    except URLError as error:
        raise AlertNotSent("webhook", host, f"answer {getattr(error, 'code', None) or 'none'}") from None
    except (OSError, ValueError):
        raise AlertNotSent("webhook", host, "no answer") from None


def _mail(settings: Settings, client: Client, alert: Alert) -> bool:
    """Mail an alert to the client's addresses, else to those of the settings; False when there is none."""
    to = client.alerts.notify or tuple(one.strip() for one in settings.alert_to.split(",") if one.strip())
    if not to or not settings.smtp:
        return False
    server = urlsplit(settings.smtp.get_secret_value())
    message = EmailMessage()
    message["Subject"] = f"{alert.title}: {' '.join(client.name.split())}"
    message["From"], message["To"] = settings.alert_from, ", ".join(to)
    message["Message-ID"] = f"<{hashlib.sha256(alert.id.encode()).hexdigest()[:32]}@tollbook>"
    message.set_content(f"{alert.text}\n\n{alert.at:%Y-%m-%d %H:%M} UTC, client {alert.client}\n")
    try:
        with _connected(server) as connection:
            if server.username:
                connection.login(unquote(server.username), unquote(server.password or ""))
            connection.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise AlertNotSent("mail", server.hostname or "?", type(error).__name__) from None
    return True


def _connected(server: SplitResult) -> smtplib.SMTP:
    """A connection over TLS, or over none where no password would cross a network."""
    host, secure = server.hostname or "", ssl.create_default_context()
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(host, server.port or _TLS_PORT, timeout=_SECONDS, context=secure)
    connection = smtplib.SMTP(host, server.port or _SUBMISSION_PORT, timeout=_SECONDS)
    connection.ehlo_or_helo_if_needed()
    if connection.has_extn("starttls"):
        connection.starttls(context=secure)
    elif server.username and host not in {"localhost", "127.0.0.1"}:
        connection.close()
        raise AlertNotSent("mail", host, "it offers no TLS, and the password is not sent in clear")
    return connection
