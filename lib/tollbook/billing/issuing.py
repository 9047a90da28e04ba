"""The invoice's life: a bill becomes final once, with the next number of its legal entity, and never changes.

`finalise` may be run again at any time: an invoice that is final is returned as it is, and files that are missing
(the machine went down between number and file) are written. Everything the amounts depend on is pinned: the ledger's
batch, and the very texts of the client's file, the rate cards, the exchange table and the brand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import tollbook
from tollbook.billing.adjustments import adjustments, invoiced, with_adjustments
from tollbook.billing.bill import Bill
from tollbook.billing.billing import credits_of
from tollbook.billing.documents.as_json import invoice_json
from tollbook.billing.documents.files import due_date
from tollbook.billing.issued import COLLECTION, Issued, all_issued, content_hash, pin, pinned
from tollbook.billing.reading import Reader
from tollbook.billing.reconciling import Review, review
from tollbook.billing.supplier_totals import read_supplier_totals
from tollbook.errors import TollbookError
from tollbook.money import ZERO
from tollbook.period import Month
from tollbook.rating.cards import NoRateCard, RateCard, parse_card
from tollbook.rating.contracts import Client, parse_client
from tollbook.rating.exchange import ExchangeTable
from tollbook.storage.documents import Documents
from tollbook.storage.files import Files


class NotFinal(TollbookError):
    """A bill that cannot be made final, and why."""

    def __init__(self, client: str, month: Month, why: str) -> None:
        super().__init__(f"the invoice of {client} for {month} cannot be made final: {why}")


@dataclass(frozen=True, slots=True)
class Office:
    """What issuing needs: the store, the parameters' folder, where usage is read, and where the files go.

    Attributes:
        invoices: outputs/invoices; below it <entity>/<year>/<number>.pdf and the other documents.
        files: where that folder lasts.
    """

    documents: Documents
    parameters: Path
    reader: Reader
    invoices: Path
    files: Files


@dataclass(frozen=True, slots=True)
class Terms:
    """The texts a bill depends on, and what they say."""

    client: Client
    cards: dict[str, RateCard]
    exchange: ExchangeTable
    pins: dict[str, Any]


def finalise(  # noqa: PLR0913 - what a person decides
    office: Office,
    client: str,
    month: Month,
    *,
    batch: int,
    issued_on: date | None = None,
    accept: str = "",
    now: datetime | None = None,
) -> tuple[Issued, Bill | None]:
    """Make a month's invoice final, or find the one that is.

    Args:
        office: the store and the rater.
        client: id.
        month: which; it must be over in the client's time zone.
        batch: the ledger batch to compute at.
        issued_on: the invoice's date; today (UTC) when None.
        accept: why differences that the review finds are accepted; "": they hold the invoice back.
        now: the present moment, for tests.

    Returns:
        The invoice, and its bill where this call computed it.

    Raises:
        NotFinal: the month is not over, a later one is final already, usage has no price, or the review found a
            difference.
    """
    moment = now or datetime.now(UTC)
    known = office.documents.get(COLLECTION, f"{client}|{month}")
    if known:
        return Issued.from_document(known), None
    terms = read_terms(office, client)
    _refuse_early(office, terms.client, month, moment)
    made = adjusted_bill(office, terms, month, batch)
    if made.unrated:
        missing = sum(one.messages for one in made.unrated)
        raise NotFinal(client, month, f"{missing:,} messages have no price ({made.unrated[0].reason})")
    found = review_of(office, terms, made, accept=accept)
    if found.differences and not accept:
        raise NotFinal(client, month, _difference(found))
    day = issued_on or moment.date()

    def numbered(number: int) -> dict[str, Any]:
        whole = issue(made, terms, f"{made.entity.upper()}-{day.year}-{number:06d}", day)
        return {**whole.as_document(), "review": found.as_document()}

    series = f"{made.entity}|{day.year}|invoice"
    kept, mine = office.documents.insert_numbered(COLLECTION, f"{client}|{month}", series, numbered)
    return Issued.from_document(kept), made if mine else None


def review_of(office: Office, terms: Terms, made: Bill, *, accept: str = "") -> Review:
    """Ledger, rollups, lines and suppliers' totals of a bill, compared; see `reconciling.review`."""
    stated = read_supplier_totals(office.parameters, made.client, made.month)
    return review(made, terms.client, office.reader, office.documents, stated, accepted=accept)


def _difference(found: Review) -> str:
    first, *others = found.differences
    more = f" and {len(others)} more" if others else ""
    return (
        f"the review found a difference: {first.what}: {first.one} and {first.other}{more}; `tollbook invoice review` "
        "shows all. Mend the cause, or accept it with a reason (--accept)"
    )


def _refuse_early(office: Office, client: Client, month: Month, moment: datetime) -> None:
    end = month.bounds(client.time_zone)[1]
    if moment < end:
        raise NotFinal(
            client.client, month, f"the month ends {end:%Y-%m-%d %H:%M} UTC; `tollbook bill` shows it so far"
        )
    later = [one for one in all_issued(office.documents, client=client.client, kind="invoice") if one.month > month]
    if later:
        why = f"{later[0].number} for {later[0].month} is final already; late usage comes on the next invoice by itself"
        raise NotFinal(client.client, month, why)


def issue(bill: Bill, terms: Terms, number: str, day: date, *, version: str = tollbook.__version__) -> Issued:
    """The final document of a bill, under a number."""
    document = invoice_json(bill, terms.client, number=number, issued_on=day, due_on=due_date(bill, terms.client, day))
    document["pins"]["tollbook"] = version
    return Issued(
        number=number,
        kind="credit_note" if bill.refers_to else "invoice",
        entity=bill.entity,
        client=bill.client,
        month=bill.month,
        issued_on=day,
        batch=bill.batch,
        document=document,
        sha=content_hash(document),
        pins=terms.pins,
    )


def adjusted_bill(office: Office, terms: Terms, month: Month, batch: int) -> Bill:
    """The month's bill with adjustments of the earlier months that have changed since they were last invoiced."""
    client = terms.client
    made = _rate(office, terms, month, batch)
    issued = [one for one in all_issued(office.documents, client=client.client, kind="invoice") if one.month < month]
    since = max((one.batch for one in issued), default=batch)
    changed = office.reader.changed(client, since, batch) if since < batch else set()
    found = []
    for one in issued:
        if one.month in changed:
            theirs = pinned_terms(office, one)
            earlier = office.reader.bill(
                theirs.client, one.month, batch=batch, cards=theirs.cards, exchange=theirs.exchange
            )
            found.append((earlier, adjustments(earlier, invoiced(issued, one.month))))
    contract = client.contract(month)
    whole = with_adjustments(made, contract, found)
    return replace(whole, credits=credits_of(whole, contract, _credit_used(issued))) if contract.prepaid else whole


def _rate(office: Office, terms: Terms, month: Month, batch: int) -> Bill:
    return office.reader.bill(terms.client, month, batch=batch, cards=terms.cards, exchange=terms.exchange)


def _credit_used(issued: Iterable[Issued]) -> dict[str, Decimal]:
    """What earlier invoices took from each prepaid credit."""
    used: dict[str, Decimal] = {}
    for one in issued:
        for credit in one.document["credits"]:
            used[credit["name"]] = used.get(credit["name"], ZERO) + Decimal(credit["amount"])
    return used


def again(office: Office, issued: Issued) -> Bill:
    """The bill of a final invoice, computed anew from its pins."""
    return adjusted_bill(office, pinned_terms(office, issued), issued.month, issued.batch)


def read_terms(office: Office, client: str) -> Terms:
    """The client's file, its rate cards and the exchange table as they are now, each kept for ever.

    Raises:
        BadClientFile, NoRateCard, BadRateCard, BadExchangeTable: as they say.
    """
    texts = {"client": _text(office.parameters / "clients" / f"{client}.yaml")}
    whose = parse_client(office.parameters / "clients" / f"{client}.yaml", texts["client"])
    names = sorted({name for contract in whose.contracts for name in contract.cards})
    texts |= {f"card {name}": _text(office.parameters / "rates" / f"{name}.csv") for name in names}
    exchange = office.parameters / "exchange.csv"
    texts["exchange"] = _text(exchange) if exchange.exists() else ExchangeTable.packaged()
    pins = {name: pin(office.documents, text) for name, text in texts.items()}
    return _terms(client, texts, pins)


def pinned_terms(office: Office, issued: Issued) -> Terms:
    """The terms an invoice was computed by."""
    texts = {name: pinned(office.documents, sha) for name, sha in issued.pins.items()}
    return _terms(issued.client, texts, issued.pins)


def _terms(client: str, texts: Mapping[str, str], pins: dict[str, Any]) -> Terms:
    cards = {
        name: parse_card(Path(f"{name}.csv"), text.encode())
        for key, text in texts.items()
        if (name := key.removeprefix("card ")) != key
    }
    return Terms(
        client=parse_client(Path(f"{client}.yaml"), texts["client"]),
        cards=cards,
        exchange=ExchangeTable.parse(texts["exchange"].encode(), "exchange.csv"),
        pins=pins,
    )


def _text(path: Path) -> str:
    """The file's text byte for byte: line ends are not translated, so that its SHA-256 stays what it is."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise NoRateCard(path) from error
