"""The doctor: is everything configured, does everything answer, and do ledger, rollups and control totals agree?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from tollbook.billing.documents import read_brand
from tollbook.book import Book
from tollbook.errors import TollbookError
from tollbook.usage.latency import BOUNDS
from tollbook.usage.senders import read_senders
from tollbook.usage.sql import statement

_SILENT_SECONDS = 60


class HomeUnwritable(TollbookError):
    """A home that takes no file."""

    def __init__(self, home: Path, error: OSError) -> None:
        super().__init__(f"{home} cannot be written: {error.strerror or error}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what, whether it is well, and what was seen."""

    what: str
    ok: bool
    says: str


def examine(book: Book) -> list[Finding]:
    """Look at everything; a check that fails does not stop the others."""
    return [
        _tried("parameters", lambda: _parameters(book)),
        _tried("clients", lambda: _clients(book)),
        _tried("sources", lambda: f"{len(book.sources())} mappings"),
        _tried("documents", lambda: _documents(book)),
        _tried("home", lambda: _home(book)),
        _following(book),
        *_money(book),
    ]


def _tried(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, ok=True, says=look())
    except TollbookError as error:
        return Finding(what, ok=False, says=str(error))


def _parameters(book: Book) -> str:
    read_brand(book.settings.parameters / "brand.yaml")
    return f"{book.settings.parameters}"


def _clients(book: Book) -> str:
    clients = book.clients()
    cards = book.cards(sorted({card for client in clients.values() for c in client.contracts for card in c.cards}))
    return f"{len(clients)} clients, {len(cards)} rate cards"


def _documents(book: Book) -> str:
    book.documents.put("state", "doctor", {"seen": 1})
    return f"{book.documents.where} can be written"


def _home(book: Book) -> str:
    """Whether the home takes a file and gives it back."""
    probe = book.settings.book / "doctor"
    probe.parent.mkdir(parents=True, exist_ok=True)
    try:
        probe.write_text("seen")
    except OSError as error:
        raise HomeUnwritable(book.settings.home, error) from error
    book.files.keep(probe)
    book.files.forget(probe)
    probe.unlink(missing_ok=True)
    return f"{book.files.where} can be written"


def _following(book: Book) -> Finding:
    """Whether somebody follows the landing folder, and how far behind."""
    state = book.documents.get("state", "follow") or {}
    if not state.get("running"):
        return Finding("follow", ok=True, says="nobody follows the landing folder; `tollbook follow` would")
    silent = (datetime.now(UTC) - state["at"]).total_seconds()
    who = f"process {state['pid']} on {state['host']}"
    if silent > _SILENT_SECONDS:
        return Finding("follow", ok=False, says=f"{who} has not been heard of for {silent:,.0f} s: start it again")
    return Finding("follow", ok=True, says=f"{who}, batch {state['batch']}, lag {state['lag'] or 0:.1f} s")


def _money(book: Book) -> Iterator[Finding]:
    """The invariants: control totals balance, postings are in the ledger, rollups add up to it."""
    totals = book.control_totals()
    unbalanced = [one.file for one in totals if not one.balanced]
    yield Finding(
        "control totals",
        ok=not unbalanced,
        says=f"{', '.join(unbalanced[:5])} do not add up" if unbalanced else f"{len(totals)} files add up",
    )
    book.open_ledger()
    (keys, broken, postings, messages, segments, cost), *_ = book.connection.sql(statement("doctor")).fetchall()
    yield Finding("ledger", ok=not keys and not broken, says=f"batch {book.batch}, {messages:,} messages; {keys} keys "
                  f"out of balance, {broken} broken entries")  # fmt: skip
    posted = sum(one.posted for one in totals)
    yield Finding("postings", ok=posted == postings, says=f"{postings:,} in the ledger, {posted:,} by control totals")
    usages = [book.usage(client, date.min, date.max) for client in book.client_ids()]
    rolled = tuple(sum(usage[name].sum() for usage in usages) for name in ("messages", "segments", "cost"))
    waited = book.connection.execute(statement("doctor_receipts"), {"bounds": list(BOUNDS)}).fetchall()
    kept = pd.concat([book.receipts(client, date.min, date.max) for client in book.client_ids()])
    summed = kept.groupby(["channel", "country", "class"])["messages"].sum().reset_index()
    yield Finding(
        "receipts",
        ok=[tuple(row) for row in summed.to_numpy().tolist()] == waited,
        says=f"{kept['messages'].sum():,} in the rollups; the ledger has {sum(row[-1] for row in waited):,}",
    )
    sent = book.connection.sql(statement("doctor_senders")).fetchall()
    used = {client: read_senders(book.documents, client, date.min, date.max) for client in book.client_ids()}
    by_sender = [(client, *one) for client, table in used.items() for one in table.sum(axis="columns").items()]
    yield Finding(
        "senders",
        ok=by_sender == sent,
        says=f"{sum(row[-1] for row in by_sender):,} in the rollups; the ledger has {sum(row[-1] for row in sent):,}",
    )
    yield Finding(
        "rollups",
        ok=rolled == (messages, segments, cost),
        says=f"{rolled[1]:,} segments, cost {rolled[2]}; the ledger has {segments:,}, cost {cost}",
    )
