"""Issued invoices and credit notes as they are kept: numbered, hashed, pinned, never changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Self

from tollbook.errors import TollbookError
from tollbook.period import Month
from tollbook.storage.documents import Documents

COLLECTION = "invoices"
PINNED = "pinned"


class UnknownInvoice(TollbookError):
    """A number nobody issued."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"no invoice or credit note {number!r}; `tollbook invoice list` shows all")


@dataclass(frozen=True, slots=True)
class Issued:
    """A final document.

    Attributes:
        kind: an invoice, or a credit note that corrects the one it `refers_to`.
        batch: the ledger batch it was computed at.
        document: what was sent, as `invoice_json` gives it.
        sha: SHA-256 of `document`, see `content_hash`.
        pins: client, cards, exchange, brand -> SHA-256 of the text used, kept in the collection `pinned`.
    """

    number: str
    kind: Literal["invoice", "credit_note"]
    entity: str
    client: str
    month: Month
    issued_on: date
    batch: int
    document: dict[str, Any]
    sha: str
    pins: dict[str, Any]

    @property
    def refers_to(self) -> str:
        """Of a credit note: the invoice it corrects."""
        return self.document["refers_to"] or ""

    @property
    def total(self) -> Decimal:
        """Net and tax."""
        return Decimal(self.document["total"])

    @property
    def currency(self) -> str:
        """ISO 4217."""
        return str(self.document["currency"])

    @property
    def folder(self) -> str:
        """Where its files lie, below outputs/invoices."""
        return f"{self.entity}/{self.issued_on.year}"

    def as_document(self) -> dict[str, Any]:
        """As the store keeps it."""
        return {
            "number": self.number,
            "kind": self.kind,
            "entity": self.entity,
            "client": self.client,
            "month": str(self.month),
            "issued_on": self.issued_on.isoformat(),
            "batch": self.batch,
            "document": self.document,
            "sha": self.sha,
            "pins": self.pins,
        }

    @classmethod
    def from_document(cls, kept: Mapping[str, Any]) -> Self:
        """What `as_document` gave."""
        fields = {name: kept[name] for name in cls.__dataclass_fields__}
        fields |= {"month": Month.parse(kept["month"]), "issued_on": date.fromisoformat(kept["issued_on"])}
        return cls(**fields)


def content_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 of a document: its JSON with sorted keys and no spaces, in UTF-8."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def pin(documents: Documents, text: str) -> str:
    """Keep a text for ever under its SHA-256; the hash."""
    sha = hashlib.sha256(text.encode()).hexdigest()
    documents.insert(PINNED, sha, {"text": text})
    return sha


def pinned(documents: Documents, sha: str) -> str:
    """The text kept under a hash."""
    kept = documents.get(PINNED, sha)
    if kept is None:
        raise UnknownInvoice(f"pinned text {sha}")
    return str(kept["text"])


def all_issued(documents: Documents, *, client: str = "", kind: str = "") -> list[Issued]:
    """Final documents by month and number; of one client or kind where it is given."""
    where = {name: value for name, value in (("client", client), ("kind", kind)) if value}
    found = documents.find(COLLECTION, where, sort=[("month", 1), ("number", 1)])
    return [Issued.from_document(one) for one in found]


def find_issued(documents: Documents, number: str) -> Issued:
    """One final document by its number.

    Raises:
        UnknownInvoice: nobody issued it.
    """
    found = documents.find(COLLECTION, {"number": number})
    if not found:
        raise UnknownInvoice(number)
    return Issued.from_document(found[0])
