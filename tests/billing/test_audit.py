"""The audit: months of all demo clients made final in order, late records in between, every one verified from its pins.

TOLLBOOK_AUDIT_MONTHS=14 takes all months of the demo, and TOLLBOOK_AUDIT_CREW=8 has eight finalisers race in each.
"""

import multiprocessing
import os
import signal
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

from demo_copies import ISSUED, copied_book, late_messages

import tollbook
from tollbook.billing.issued import all_issued
from tollbook.book import Book
from tollbook.period import Month
from tollbook.settings import Settings

MONTHS = [Month(2025, 9).shift(n) for n in range(14)][: int(os.environ.get("TOLLBOOK_AUDIT_MONTHS", "4"))]
CREW = int(os.environ.get("TOLLBOOK_AUDIT_CREW", "1"))
CLIENT, ACCOUNT = "marigold-retail", "111122223333"


def finalise_month(project: Path, month: Month) -> None:
    book = tollbook.open(Settings(project=project))
    for client in book.client_ids():
        book.finalise(client, month, issued_on=ISSUED)


def race(book: Book, month: Month, *, kill: bool) -> None:
    """Finalisers at once, three of them killed as soon as a number is drawn; then one to finish what they left."""
    start = multiprocessing.get_context("forkserver")
    start.set_forkserver_preload(["tollbook.book", "tollbook.billing.documents", "test_audit"])
    known = len(all_issued(book.documents))
    crew = [start.Process(target=finalise_month, args=(book.settings.project, month)) for _ in range(CREW)]
    for one in crew:
        one.start()
    deadline = time.monotonic() + 60
    while kill and len(all_issued(book.documents)) == known and time.monotonic() < deadline:
        time.sleep(0.02)
    for one in crew[: 3 if kill else 0]:
        os.kill(one.pid or 0, signal.SIGKILL)
    for one in crew:
        one.join()
    finalise_month(book.settings.project, month)


def test_months_in_order_with_late_records_verify_from_their_pins(demo_project: Settings, tmp_path: Path) -> None:
    book = copied_book(demo_project, tmp_path)
    clients = book.client_ids()
    late = 0
    for at, month in enumerate(MONTHS):
        if at in (2, 3, 7, 12):
            late_messages(book, ACCOUNT, [f"{MONTHS[at - 2]}-05", f"{MONTHS[at - 1]}-20"], 40)
            late += 1
        race(book, month, kill=at % 5 == 1)
    issued = all_issued(book.documents)
    assert Counter(one.client for one in issued) == dict.fromkeys(clients, len(MONTHS))
    assert sorted(one.number for one in issued) == [f"MAIN-2026-{n:06d}" for n in range(1, len(issued) + 1)]
    assert [one.faults for one in book.verify() if not one.ok] == []
    adjusted = [line for one in issued for line in one.document["lines"] if line["kind"] == "adjustment"]
    assert len(adjusted) == 2 * late
    for client in clients:
        invoiced = sum(Decimal(line["amount"]) for one in issued if one.client == client
                       for line in one.document["lines"])  # fmt: skip
        assert invoiced == sum(book.bill(client, month).net for month in MONTHS)
