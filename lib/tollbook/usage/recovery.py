"""Recovery: what belongs to a commit but lives outside the ledger, stored after it or, after a crash, by the next run.

The document `state/intake` says up to which batch everything is stored.
"""

import json
from collections.abc import Sequence

from tollbook.storage.documents import Documents
from tollbook.usage.ledger import ATTEMPT_NOTE, TOTALS_NOTE, Ledger
from tollbook.usage.quarantine import Quarantine
from tollbook.usage.totals import FileTotals


def notes_of(totals: Sequence[FileTotals], attempt: str) -> dict[str, str]:
    """The notes of a commit, from which `recover` works."""
    return {ATTEMPT_NOTE: attempt, TOTALS_NOTE: json.dumps([one.as_document() for one in totals])}


def record(documents: Documents, totals: Sequence[FileTotals]) -> None:
    """Store the control totals of one batch."""
    documents.put_many("intake", [(one.sha, one.as_document()) for one in totals])
    batch = totals[0].batch
    # A batch before this one may be in the hands of another process still; then the next run moves on.
    if _recorded(documents) == batch - 1:
        documents.replace_if_newer("state", [("intake", {"batch": batch})])


def recover(ledger: Ledger, quarantine: Quarantine, documents: Documents) -> None:
    """Do what a crash left undone after commits: store their control totals, show what they refused."""
    recorded = _recorded(documents)
    if recorded >= ledger.batch:
        return
    for attempt in ledger.table.notes(ATTEMPT_NOTE):
        quarantine.publish(attempt)
    notes = [json.loads(note) for note in ledger.table.notes(TOTALS_NOTE)]
    batches = [[FileTotals.from_document(one) for one in note] for note in notes]
    for totals in sorted(batches, key=lambda totals: totals[0].batch):
        if totals[0].batch > recorded:
            record(documents, totals)


def _recorded(documents: Documents) -> int:
    return int((documents.get("state", "intake") or {"batch": 0})["batch"])
