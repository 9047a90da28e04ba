"""What the PDF says: every text of the page, formatted and in the client's language; `invoice.typ` only lays it out."""

import json
import unicodedata
from datetime import date
from typing import Any

from tollbook.billing.bill import Bill
from tollbook.billing.documents import details, summary
from tollbook.billing.documents.as_json import invoice_json
from tollbook.billing.documents.brand import Brand
from tollbook.billing.documents.labels import Labels, left_to_right
from tollbook.rating.contracts import Client

LETTER_COUNTRIES = frozenset({"US", "CA"})
LONGEST = 400
UNBROKEN = 28
# Direction embeddings and overrides go; the full-width yen of Japanese amounts becomes the one the fonts have.
_REPLACED = {**dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e")), 0xFFE5: "\u00a5"}


def invoice_content(
    bill: Bill, client: Client, brand: Brand, *, issued_on: date, due_on: date, number: str | None = None
) -> dict[str, Any]:
    """The data of `invoice.typ`: plain strings, numbers, lists and mappings."""
    labels = Labels.of(client.locale, bill.currency)
    document = invoice_json(bill, client, number=number, issued_on=issued_on, due_on=due_on)
    layout = {
        "language": labels.locale.language,
        "direction": labels["direction"],
        "paper": "us-letter" if client.country in LETTER_COUNTRIES else "a4",
        "colours": brand.colours.model_dump(),
    }
    texts = {
        "draft": labels["draft"] if number is None else "",
        "title": labels["credit_note" if bill.refers_to else "invoice"],
        "sender": summary.sender(brand, labels),
        "bill_to": {"title": labels["bill_to"], **summary.bill_to(client, labels)},
        "facts": summary.facts(bill, client, labels, dates=(issued_on, due_on), number=number),
        "due": summary.due(bill, labels, due_on, draft=number is None),
        "unrated": summary.unrated(bill, labels),
        "lines": summary.lines(bill, labels),
        "totals": summary.totals(bill, labels),
        "payment": summary.payment(bill, brand, labels, number),
        "usage": details.usage(bill, labels),
        "days": details.days(bill, labels),
        "how": details.how(bill, client, labels),
        "page": labels["page"],
    }
    shown = _printable(texts, mirrored=labels["direction"] == "rtl")
    return {**layout, **shown, "attachment": json.dumps(document, ensure_ascii=False, indent=2)}


def printable(text: str) -> str:
    """`text` on one line, as it may stand on a page.

    Control signs and direction overrides (a name could turn the amounts after it round) go, what is too long is
    cut with an ellipsis, and a long word may break.
    """
    kept = "".join(" " if unicodedata.category(sign) in {"Cc", "Cn", "Cs"} else sign for sign in text)
    words = kept.translate(_REPLACED).split(" ")
    whole = " ".join(word for word in words if word)
    cut = whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…"
    return " ".join(_breakable(word) for word in cut.split(" "))


def _breakable(word: str) -> str:
    return "\u200b".join(word[start : start + UNBROKEN] for start in range(0, len(word), UNBROKEN))


def _printable(value: Any, *, mirrored: bool) -> Any:
    """`printable` for every text in nested lists and mappings, sentences of the labels included.

    On a right-to-left page a text without a right-to-left letter is one run of its own: else the sign at the end of
    `VAT 18 %`, or a house number, would go to its other side.
    """
    if isinstance(value, dict):
        return {key: _printable(inner, mirrored=mirrored) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner, mirrored=mirrored) for inner in value]
    if not isinstance(value, str):
        return value
    text = printable(value)
    return left_to_right(text) if mirrored and _only_latin(text) else text


def _only_latin(text: str) -> bool:
    """Whether a text has a left-to-right letter and no right-to-left one, nor an isolate of its own already."""
    kinds = {unicodedata.bidirectional(sign) for sign in text}
    return "L" in kinds and not kinds & {"R", "AL", "LRI"}
