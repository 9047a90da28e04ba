"""Intake: landing file -> mapped -> validated -> posted or quarantined, in batches of files.

A batch is one commit of the ledger. It carries a transaction per file, so a file is posted once for ever; a
transaction `ledger` with the batch's number, so of two writers one loses and tries again; and the control totals, so
they cannot be lost between the commit and the document store. Quarantined rows are written before the commit and
shown after it; the commit says which attempt they belong to, so that the next run can finish what a crash left undone.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

from tollbook.errors import TollbookError
from tollbook.storage.connection import connect
from tollbook.storage.documents import Documents
from tollbook.storage.lake_errors import CommitConflict
from tollbook.usage.grouping import Group, groups
from tollbook.usage.landing import LandingFile, NoSource
from tollbook.usage.ledger import BATCH, Ledger, entry_schema, file_transaction
from tollbook.usage.posting import post, write
from tollbook.usage.quarantine import Quarantine
from tollbook.usage.recovery import notes_of, record, recover
from tollbook.usage.staging import Refusals, Staging
from tollbook.usage.tally import tally
from tollbook.usage.totals import FileTotals, IntakeReport, State
from tollbook.usage.unpacking import LARGEST, UnreadableFile

ROWS_PER_BATCH = 1_000_000
# Each is a part of every statement of a batch.
GROUPS_PER_BATCH = 50
ATTEMPTS = 50
Progress = Callable[[FileTotals], None]


class IntakeContended(TollbookError):
    """Other writers committed first every time."""

    def __init__(self) -> None:
        super().__init__(f"the ledger was busy {ATTEMPTS} times in a row; run `tollbook ingest` again")


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
        self._threads = threads
        self._staging = Staging(self._connection, accounts, key)

    def ingest(self, landing: Sequence[LandingFile], *, progress: Progress = lambda _: None) -> IntakeReport:
        """Take in every file that is new; a bad row never stops a file, a bad file never stops the others.

        Args:
            landing: the files, in the order in which they are to count as having arrived.
            progress: called with each file's totals once they are final.
        """
        return self._run(lambda: self._totals(landing), progress)

    def retry(self, landing: Sequence[LandingFile], *, progress: Progress = lambda _: None) -> IntakeReport:
        """Read the quarantined rows of files again, after a mapping or a client's accounts were mended.

        Rows that are right now are posted; of the file's other rows nothing changes.

        Args:
            landing: files; those without quarantined rows are left alone.
            progress: called with each file's new totals.

        Raises:
            IntakeContended: somebody else retries one of the files.
        """
        versions = {file.sha: self._ledger.table.transaction(file_transaction(file.sha)) + 1 for file in landing}
        return self._run(lambda: self._again(landing, versions), progress)

    def _run(self, work: Callable[[], Iterator[FileTotals]], progress: Progress) -> IntakeReport:
        recover(self._ledger, self._quarantine, self._documents)
        retention = self._documents.get("state", "retention")
        self._staging.horizon = date.fromisoformat(retention["before"]) if retention else date.min
        done: list[FileTotals] = []
        try:
            for totals in work():
                progress(totals)
                done.append(totals)
        finally:
            shutil.rmtree(self._unpacked, ignore_errors=True)
        return IntakeReport(tuple(done))

    def _again(self, landing: Sequence[LandingFile], versions: Mapping[str, int]) -> Iterator[FileTotals]:
        found = {one["_id"]: FileTotals.from_document(one) for one in self._documents.find("intake")}
        # Of files with the same bytes the first is the one that was taken in.
        again = [one for one in reversed(landing) if one.source and one.sha in found and found[one.sha].quarantined]
        waiting = {file.sha: file for file in again}
        for file in waiting.values():
            for group in groups([file], self._unpacked, largest=self._largest):
                if refusals := self._add(group, {file.sha: 0}):
                    yield from (_refused(file, fault) for _, fault in refusals)
                else:
                    self._staging.only(self._quarantine.places(file.sha), file.sha)
                    yield from self._post(group.files, found, versions)

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
            if self._staging.records >= ROWS_PER_BATCH or len(self._staging.groups) >= GROUPS_PER_BATCH:
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

    def _post(
        self,
        staged: Sequence[LandingFile],
        before: Mapping[str, FileTotals] = MappingProxyType({}),
        versions: Mapping[str, int] = MappingProxyType({}),
    ) -> list[FileTotals]:
        """Post what is staged, and clear it; files that another process posted in the meantime are left to it.

        Args:
            staged: its files.
            before: earlier totals of files that are read again.
            versions: the how manieth time each of those is posted.
        """
        known: list[FileTotals] = []
        for _ in range(ATTEMPTS):
            posted_as = self._ledger.table.versions(file_transaction(file.sha) for file in staged)
            gone = [f for f in staged if posted_as.get(file_transaction(f.sha), 0) >= versions.get(f.sha, 1)]
            if gone and versions:
                break
            known += [_skipped(file, "known") for file in gone]
            staged = [file for file in staged if file not in gone]
            self._staging.keep(staged)
            self._staging.gather()
            try:
                posted = self._commit(staged, before, versions) if staged else []
            except CommitConflict:
                continue
            self._staging.clear()
            return [*known, *posted]
        raise IntakeContended

    def _commit(
        self, staged: Sequence[LandingFile], before: Mapping[str, FileTotals], versions: Mapping[str, int]
    ) -> list[FileTotals]:
        batch = self._ledger.batch + 1
        post(self._connection, self._ledger, reach=self._staging.reach)
        totals = tally(self._connection, staged, self._staging.read, batch=batch, before=before)
        attempt = uuid4().hex
        self._quarantine.prepare(self._connection, attempt, again={file.sha for file in staged if file.sha in versions})
        files = write(self._connection, self._ledger, batch, groups=self._staging.groups, threads=self._threads)
        try:
            self._ledger.table.add(
                files,
                entry_schema(),
                transactions={BATCH: batch, **{file_transaction(f.sha): versions.get(f.sha, 1) for f in staged}},
                notes=notes_of(totals, attempt),
            )
        except CommitConflict:
            self._quarantine.discard(attempt)
            raise
        self._quarantine.publish(attempt)
        record(self._documents, totals)
        return totals


def _refused(file: LandingFile, fault: str) -> FileTotals:
    return FileTotals(str(file.name), file.sha, _source_name(file), "refused", fault=fault)


def _skipped(file: LandingFile, state: State) -> FileTotals:
    return FileTotals(str(file.name), file.sha, _source_name(file), state)


def _source_name(file: LandingFile) -> str:
    return file.source.source if file.source else ""
