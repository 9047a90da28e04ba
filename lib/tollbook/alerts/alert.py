"""An alert, and how it is raised once and read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Self

from tollbook.storage.documents import Documents

COLLECTION = "alerts"
Kind = Literal["budget", "forecast", "delivery", "silence", "burst", "unusual", "level"]
TITLES: Mapping[Kind, str] = {
    "budget": "Budget",
    "forecast": "Budget ahead",
    "delivery": "Delivery",
    "silence": "Silence",
    "burst": "Burst",
    "unusual": "Unusual day",
    "level": "New level",
}


@dataclass(frozen=True, slots=True)
class Alert:
    """Something about a client that somebody should look at.

    Attributes:
        kind: which threshold was passed.
        occasion: what makes it this one and no other, such as `2026-10 80 %`; an alert is raised once for each.
        at: when it was raised (UTC).
        text: one sentence with the figures, in the client's formats.
        figures: the same figures for programs; money as text.
        sent: the channels that have taken it: `webhook`, `mail`.
    """

    client: str
    kind: Kind
    occasion: str
    at: datetime
    text: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    sent: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The document's id."""
        return f"{self.client}|{self.kind}|{self.occasion}"

    @property
    def title(self) -> str:
        """The kind in a word or two."""
        return TITLES[self.kind]

    def as_document(self) -> dict[str, Any]:
        """As stored."""
        return {**asdict(self), "sent": list(self.sent)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read back what `as_document` gave."""
        known = {name: document[name] for name in cls.__dataclass_fields__}
        return cls(**{**known, "sent": tuple(known["sent"])})


def raise_alerts(documents: Documents, alerts: Iterable[Alert]) -> list[Alert]:
    """Store those that were not raised before; only these come back, whoever else evaluates at the same time."""
    return [one for one in alerts if documents.insert(COLLECTION, one.id, one.as_document())]


def read_alerts(
    documents: Documents, clients: Sequence[str], *, since: datetime, until: datetime | None = None
) -> list[Alert]:
    """Alerts of some clients raised from `since` on (and before `until`), the newest first."""
    span = {"$gte": since, **({"$lt": until} if until else {})}
    one = {"client": clients[0]} if len(clients) == 1 else {}
    found = documents.find(COLLECTION, {"at": span, **one}, sort=[("at", -1)])
    wanted = set(clients)
    return [Alert.from_document(one) for one in found if one["client"] in wanted]


def mark_sent(documents: Documents, alert: Alert, channel: str) -> Alert:
    """Remember that a channel has taken it."""
    sent = replace(alert, sent=(*alert.sent, channel))
    documents.put(COLLECTION, sent.id, sent.as_document())
    return sent
