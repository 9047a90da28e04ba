"""Intake: landing file -> mapped -> validated -> posted or quarantined, in batches of files.

A batch is one commit of the ledger. It carries a transaction per file, so a file is posted once for ever; a
transaction `ledger` with the batch's number, so of two writers one loses and tries again; and the control totals, so
they cannot be lost between the commit and the document store. Quarantined rows are written before the commit and
shown after it; the commit says which attempt they belong to, so that the next run can finish what a crash left undone.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from tollbook.errors import TollbookError
from tollbook.storage.documents import Documents
from tollbook.storage.lake import CommitConflict, connect
from tollbook.usage.grouping import Group, groups
from tollbook.usage.landing import LandingFile, NoSource
from tollbook.usage.ledger import ATTEMPT_NOTE, BATCH, TOTALS_NOTE, Ledger, file_transaction
from tollbook.usage.posting import post
from tollbook.usage.quarantine import Quarantine
from tollbook.usage.staging import Refusals, Staging
from tollbook.usage.totals import COUNTS, FileTotals, IntakeReport, State
from tollbook.usage.unpacking import LARGEST, UnreadableFile

ROWS_PER_BATCH = 1_000_000
ATTEMPTS = 50
Progress = Callable[[FileTotals], None]


class IntakeContended(TollbookError):
    """Other writers committed first every time."""

    def __init__(self) -> None:
        super().__init__(f"the ledger was busy {ATTEMPTS} times in a row; run `tollbook ingest` again")


class Unbalanced(TollbookError):
    """Rows of a file that would be lost or counted twice; nothing was posted."""

    def __init__(self, totals: FileTotals) -> None:
        self.totals = totals
        counted = ", ".join(f"{name} {getattr(totals, name)}" for name in COUNTS)
        super().__init__(f"{totals.file}: control totals do not add up ({counted}); nothing was posted, report this")


class Intake:
    """Takes landing files into one ledger.

    Args:
        ledger: where entries go.
        quarantine: where refused rows go.
        documents: where control totals are kept (collection `intake`, id: the file's SHA-256).
        accounts: (source, account) -> client.
        key: the key of the recipient tokens, at most 64 bytes.
        memory_limit: DuckDB's, such as `2GB`.
        threads: DuckDB's.
        spill: folder for what does not fit in memory.
        largest: bytes that a file may have once unpacked.
    """

    def __init__(  # noqa: PLR0913 - each is one outside thing it works on
        self,
        ledger: Ledger,
        quarantine: Quarantine,
        documents: Documents,
        *,
        accounts: Mapping[tuple[str, str], str],
        key: bytes,
        memory_limit: str,
        threads: int,
        spill: Path,
        largest: int = LARGEST,
    ) -> None:
        self._ledger = ledger
        self._quarantine = quarantine
        self._documents = documents
        self._connection = connect(memory_limit=memory_limit, threads=threads, spill=spill)
        self._unpacked = spill / f"unpacked-{uuid4().hex}"
        self._largest = largest
        self._staging = Staging(self._connection, accounts, key)

    def ingest(self, landing: Sequence[LandingFile], *, progress: Progress = lambda _: None) -> IntakeReport:
        """Take in every file that is new; a bad row never stops a file, a bad file never stops the others.

        Args:
            landing: the files, in the order in which they are to count as having arrived.
            progress: called with each file's totals once they are final.
        """
        self.recover()
        done: list[FileTotals] = []
        try:
            for totals in self._totals(landing):
                progress(totals)
                done.append(totals)
        finally:
            shutil.rmtree(self._unpacked, ignore_errors=True)
        return IntakeReport(tuple(done))

    def recover(self) -> None:
        """Do what a crash left undone after commits: store their control totals, show what they refused."""
        recorded = self._recorded()
        if recorded >= self._ledger.batch:
            return
        for attempt in self._ledger.table.notes(ATTEMPT_NOTE):
            self._quarantine.publish(attempt)
        notes = [json.loads(note) for note in self._ledger.table.notes(TOTALS_NOTE)]
        batches = [[FileTotals.from_document(one) for one in note] for note in notes]
        for totals in sorted(batches, key=lambda totals: totals[0].batch):
            if totals[0].batch > recorded:
                self._record(totals)

    def _recorded(self) -> int:
        """The last batch up to which the control totals of all are stored."""
        return int((self._documents.get("state", "intake") or {"batch": 0})["batch"])

    def _totals(self, landing: Sequence[LandingFile]) -> Iterator[FileTotals]:
        fresh: list[LandingFile] = []
        posted = {one["_id"]: one for one in self._documents.find("intake", {"state": "posted"})}
        seen: set[str] = set()
        for file in landing:
            if file.source is None:
                yield _refused(file, NoSource(file.path).fault)
            elif file.sha in posted or file.sha in seen:
                first = posted[file.sha]["file"] if file.sha in posted else None
                yield _skipped(file, "known" if first == str(file.name) else "redelivered")
            else:
                seen.add(file.sha)
                fresh.append(file)
        yield from self._batches(fresh)

    def _batches(self, fresh: Sequence[LandingFile]) -> Iterator[FileTotals]:
        staged: list[LandingFile] = []
        turns = {file.sha: turn for turn, file in enumerate(fresh)}
        for group in groups(fresh, self._unpacked, largest=self._largest):
            refusals = self._add(group, turns)
            refused = {file.sha for file, _ in refusals}
            yield from (self._refuse(file, fault) for file, fault in refusals)
            staged += [file for file in group.files if file.sha not in refused]
            if self._staging.records >= ROWS_PER_BATCH:
                yield from self._post(staged)
                staged = []
        if staged:
            yield from self._post(staged)

    def _add(self, group: Group, turns: Mapping[str, int]) -> Refusals:
        if isinstance(group.header, UnreadableFile):
            return [(file, group.header.fault) for file in group.files]
        return self._staging.add(group.files, group.header, turns[group.files[0].sha])

    def _refuse(self, file: LandingFile, fault: str) -> FileTotals:
        totals = _refused(file, fault)
        self._documents.put("intake", file.sha, totals.as_document())
        return totals

    def _post(self, staged: Sequence[LandingFile]) -> list[FileTotals]:
        """Post what is staged, and clear it; files that another process posted in the meantime are left to it."""
        known: list[FileTotals] = []
        for _ in range(ATTEMPTS):
            taken = self._ledger.table.known(file_transaction(file.sha) for file in staged)
            known += [_skipped(file, "known") for file in staged if file_transaction(file.sha) in taken]
            staged = [file for file in staged if file_transaction(file.sha) not in taken]
            self._staging.keep(staged)
            try:
                posted = self._commit(staged) if staged else []
            except CommitConflict:
                continue
            self._staging.clear()
            return [*known, *posted]
        raise IntakeContended

    def _commit(self, staged: Sequence[LandingFile]) -> list[FileTotals]:
        batch = self._ledger.batch + 1
        post(self._connection, self._ledger, batch, reach=self._staging.reach)
        totals = self._tally(staged, batch)
        attempt = uuid4().hex
        self._quarantine.prepare(self._connection, attempt)
        try:
            self._ledger.table.append(
                self._connection.sql("select * from entries order by day, client"),
                transactions={BATCH: batch, **{file_transaction(file.sha): 1 for file in staged}},
                notes={ATTEMPT_NOTE: attempt, TOTALS_NOTE: json.dumps([one.as_document() for one in totals])},
            )
        except CommitConflict:
            self._quarantine.discard(attempt)
            raise
        self._quarantine.publish(attempt)
        self._record(totals)
        return totals

    def _tally(self, staged: Sequence[LandingFile], batch: int) -> list[FileTotals]:
        counts: dict[str, dict[str, int]] = {file.sha: dict.fromkeys(COUNTS, 0) for file in staged}
        reasons: dict[str, dict[str, int]] = {file.sha: {} for file in staged}
        for sha, outcome, records, late in self._connection.sql("from outcomes").fetchall():
            counts[sha][outcome] += records
            counts[sha]["late"] += late
        for sha, reason, rows in self._connection.sql(
            "select sha, reason, count(*) from refused group by all order by all"
        ).fetchall():
            reasons[sha][reason] = rows
            counts[sha]["quarantined"] += rows
        totals = [
            FileTotals(
                str(file.name),
                file.sha,
                _source_name(file),
                "posted",
                **{**counts[file.sha], "read": self._staging.read[file.sha]},  # type: ignore[arg-type]
                reasons=reasons[file.sha],
                batch=batch,
            )
            for file in staged
        ]
        for one in totals:
            if not one.balanced:
                raise Unbalanced(one)
        return totals

    def _record(self, totals: Sequence[FileTotals]) -> None:
        self._documents.put_many("intake", [(one.sha, one.as_document()) for one in totals])
        batch = totals[0].batch
        # A batch before this one may be in the hands of another process still; then the next run moves on.
        if self._recorded() == batch - 1:
            self._documents.replace_if_newer("state", [("intake", {"batch": batch})])


def _refused(file: LandingFile, fault: str) -> FileTotals:
    return FileTotals(str(file.name), file.sha, _source_name(file), "refused", fault=fault)


def _skipped(file: LandingFile, state: State) -> FileTotals:
    return FileTotals(str(file.name), file.sha, _source_name(file), state)


def _source_name(file: LandingFile) -> str:
    return file.source.source if file.source else ""
