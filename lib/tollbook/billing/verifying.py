"""Checking final documents: the kept document against its hash, its pins computed anew, and its files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tollbook.billing.filing import bill_again
from tollbook.billing.issued import Issued, content_hash
from tollbook.billing.issuing import Office, issue, pinned_terms


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of one final document found; no faults means it is what it was.

    Attributes:
        faults: each with the place in the document that differs.
    """

    issued: Issued
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.faults


def verify(office: Office, issued: Issued) -> Verified:
    """Compare a final document with its hash, with itself computed anew from its pins, and with its JSON file.

    Args:
        office: the store and the reader of usage.
        issued: the document.
    """
    return Verified(issued, tuple(_faults(office, issued)))


def _faults(office: Office, issued: Issued) -> Iterator[str]:
    if content_hash(issued.document) != issued.sha:
        yield "the kept document does not have its hash: the store was changed"
    made = bill_again(office, issued)
    version = issued.document["pins"]["tollbook"]
    anew = issue(made, pinned_terms(office, issued), issued.number, issued.issued_on, version=version)
    yield from (f"computed anew: {place}" for place in differing(issued.document, anew.document))
    path = office.invoices / issued.folder / f"{issued.number}.json"
    if not path.exists():
        yield f"{path} is missing; `tollbook invoice finalise` writes it again"
    elif differing(issued.document, json.loads(path.read_text("utf-8"))):
        yield f"{path} was changed"


def differing(one: Any, other: Any, place: str = "") -> list[str]:
    """Where two JSON values differ, as `place: one / other`."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted({*one, *other})
        return [text for key in keys for text in differing(one.get(key), other.get(key), f"{place}.{key}".strip("."))]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [text for index, (mine, theirs) in pairs for text in differing(mine, theirs, f"{place}[{index}]")]
    return [] if one == other else [f"{place}: {one!r} / {other!r}"]
