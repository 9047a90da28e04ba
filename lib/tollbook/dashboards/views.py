"""Who saw which client's figures, and when: one document a view, in the collection `views`."""

import getpass
import os
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from tollbook.storage.documents import Documents

COLLECTION = "views"


@dataclass(frozen=True, slots=True)
class View:
    """A person looked at a client's figures.

    Attributes:
        person: as the sign-in named them; the system's user on one's own machine.
        page: Usage or Account.
        period: `30d` or `YYYY-MM`.
    """

    at: datetime
    person: str
    page: str
    client: str
    period: str


def viewer() -> str:
    """Who looks at this kernel's pages."""
    return os.environ.get("TOLLBOOK_VIEWER") or getpass.getuser()


def note_view(documents: Documents, *, page: str, client: str, period: str) -> None:
    """Write a view down."""
    seen = {"at": datetime.now(UTC), "person": viewer(), "page": page, "client": client, "period": period}
    documents.insert(COLLECTION, uuid.uuid4().hex, seen)


def views(documents: Documents, *, client: str = "", limit: int = 100) -> list[View]:
    """The last views, newest first; of one client where it is given."""
    where = {"client": client} if client else {}
    found = documents.find(COLLECTION, where, sort=[("at", -1)], limit=limit)
    return [View(*(one[name] for name in View.__dataclass_fields__)) for one in found]
