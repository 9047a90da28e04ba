"""A month's run: every client's notebooks over a crew of processes, published one by one as they are verified.

One client's failure or hang costs that client only. What is already published for the same inputs is left alone, so
a run that was killed is simply started again.
"""

import shutil
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import tollbook
from tollbook.errors import TollbookError
from tollbook.period import Month
from tollbook.runs.cluster import ClusterLost
from tollbook.runs.crew import Lost
from tollbook.runs.execute import Executed, Stage
from tollbook.runs.failures import TookTooLong
from tollbook.runs.kernel import Limits
from tollbook.runs.lock import Lease
from tollbook.runs.plan import Subject, fingerprint
from tollbook.runs.progress import Reporter
from tollbook.runs.publish import Shelf
from tollbook.runs.result import NoResult, read_result
from tollbook.runs.spec import NEEDS, RunSpec
from tollbook.runs.states import BAD, States
from tollbook.runs.summary import Ended, RunSummary, client_row, read_summary, write_summary
from tollbook.runs.work import Answer, Job
from tollbook.runs.workforce import Hands
from tollbook.settings import Settings
from tollbook.storage.files import Files

ATTEMPTS = 2  # a kernel that died or did not start is tried once more


@dataclass(slots=True)
class Fleet:
    """One run of a month: whom it is about and how each notebook ended."""

    states: States
    settings: Settings
    month: Month
    files: Files
    lease: Lease
    subjects: dict[str, Subject] = field(default_factory=dict)
    ended: dict[str, Ended] = field(default_factory=dict)
    interrupted: bool = False
    workers: int = 0
    began: float = field(default_factory=time.monotonic)

    def bring(self) -> None:
        """Fetch what is published of the month, and what its page compares it with."""
        self.files.bring(self.settings.home / str(self.month))
        self.files.bring(self.settings.home / str(self.month.shift(-1)), endings=("/billing.json",))

    def wanted(self, subjects: Sequence[Subject], names: Sequence[str], *, only_failed: bool) -> list[RunSpec]:
        """What is asked for of the clients that can be run; the state of those that cannot is noted."""
        self.subjects = {subject.client: subject for subject in subjects}
        for subject in subjects:
            for name in names if subject.refused else ():
                self.states.note(f"{self.month}/{subject.client}/{name}", "failed", reason=subject.refused)
        able = [subject.client for subject in subjects if not subject.refused and not subject.idle]
        specs = [RunSpec(client, self.month, name) for client in able for name in names]
        return [spec for spec in specs if not only_failed or self.states.failed_before(spec)]

    def without_valid(self, specs: Sequence[RunSpec]) -> list[RunSpec]:
        """The specs that are not yet published for the same inputs; the others end here, unchanged."""
        pending = []
        for spec in specs:
            entry = self._shelf(spec).published(spec)
            if entry and entry.fingerprint == self._fingerprint(spec):
                self._settle(Ended(spec, "unchanged", figures=self._published_figures(spec)))
            else:
                pending.append(spec)
        return pending

    def run(
        self, pending: Sequence[RunSpec], hands: AbstractContextManager[tuple[Hands, Limits]], reporter: Reporter
    ) -> None:
        """Run what is pending; Ctrl-C, or the loss of a cluster, stops the workers and marks the rest as stopped.

        Raises:
            LeaseLost: another run has taken the month over; nothing is published from then on.
        """
        stages = self.settings.home / "runs" / str(self.month) / f".stage-{uuid4().hex[:8]}"
        try:
            with hands as (ready, limits):
                self.workers = ready.size
                queue = [Job(spec, self.settings, _stage(stages, spec, 1), limits) for spec in pending]
                self._drive(ready, queue, reporter)
        except KeyboardInterrupt:
            self.interrupted = True
            self._stop(pending, "stopped before it ended")
        except ClusterLost as lost:
            self._stop(pending, str(lost))
        finally:
            shutil.rmtree(stages, ignore_errors=True)

    def conclude(self, *, everyone: bool) -> RunSummary:
        """Write the month's page and return this run's summary; without `everyone`, only who was run is in it."""
        folder = self.settings.home / str(self.month)
        old = read_summary(folder)
        before = {row.client: row for row in old.rows} if old else {}
        rows = []
        for client, subject in self.subjects.items():
            ended = [each for each in self.ended.values() if each.spec.client == client]
            if ended or subject.refused or everyone:
                rows.append(client_row(subject, ended, self.settings.home, self.month, before.get(client)))
        summary = RunSummary(
            month=str(self.month),
            library=tollbook.__version__,
            ledger_batch=self.states.batch,
            started=self.states.started.isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - self.began, 1),
            workers=self.workers,
            peak_memory_mb=max((each.peak_memory_mb for each in self.ended.values()), default=0),
            interrupted=self.interrupted,
            rows=tuple(rows),
        )
        self.files.keep(*write_summary(summary, folder, old))
        return summary

    def _stop(self, pending: Sequence[RunSpec], reason: str) -> None:
        for spec in pending:
            if spec.key not in self.ended:
                self._settle(Ended(spec, "stopped", reason))

    def _drive(self, hands: Hands, queue: list[Job], reporter: Reporter) -> None:
        planned = {job.spec.key for job in queue}
        while queue or hands.busy:
            self._hand_out(hands, queue, planned, reporter)
            reporter.running([job.spec for job in hands.busy])
            self.lease.keep()
            ended = hands.collect()
            if not any(_waited_for(job.spec, queue) for job, _ in ended):
                self._hand_out(hands, queue, planned, reporter)  # nobody waits while what has ended is published
            for job, answer in ended:
                again = self._take(job, answer, reporter)
                if again:
                    queue.insert(0, again)

    def _hand_out(self, hands: Hands, queue: list[Job], planned: set[str], reporter: Reporter) -> None:
        while hands.free and (job := self._next(hands, queue, planned, reporter)):
            self.states.note(job.spec.key, "running", attempts=job.attempt)
            hands.give(job)

    def _next(self, hands: Hands, queue: list[Job], planned: set[str], reporter: Reporter) -> Job | None:
        """Take a job whose needs are met off the queue; jobs that can no longer be met end as blocked.

        It is the first of a client whom nobody works on, for a client's notebooks share a kernel; else the first.
        """
        attended = {job.spec.client for job in hands.busy}
        for job in sorted(queue, key=lambda job: job.spec.client in attended):
            needs = [replace(job.spec, notebook=name).key for name in NEEDS.get(job.spec.notebook, ())]
            unmet = [key for key in needs if key in planned and key not in self.ended]
            broken = [key for key in needs if key in self.ended and self.ended[key].state in BAD]
            if broken:
                queue.remove(job)
                missing = broken[0].rpartition("/")[2]
                self._settle(Ended(job.spec, "blocked", f"{missing} has to succeed first"), reporter)
            elif not unmet:
                queue.remove(job)
                return job
        return None

    def _take(self, job: Job, answer: Answer | Lost, reporter: Reporter) -> Job | None:
        """Settle what a worker answered; returns the job to try once more, if it is worth it."""
        if isinstance(answer, Lost):
            answer = _as_answer(answer, job)
        if answer.retry and job.attempt < ATTEMPTS:
            reporter.again(job.spec, answer.reason)
            attempt, folder = job.attempt + 1, job.stage.folder.parents[1]
            return replace(job, stage=_stage(folder, job.spec, attempt), attempt=attempt)
        ended = Ended(job.spec, "failed", answer.reason, answer.seconds, job.attempt)
        if answer.executed:
            ended = self._publish(job, answer.executed)
        self._keep_evidence(job, keep=ended.state == "failed")
        self._settle(ended, reporter)
        return None

    def _publish(self, job: Job, executed: Executed) -> Ended:
        spec, subject, latest = job.spec, self.subjects[job.spec.client], self.states.latest()
        facts = {
            "fingerprint": self._fingerprint(spec),
            "content_sha256": executed.content_sha256,
            "notebook_sha256": executed.notebook_sha256,
            "parameters": executed.parameters,
            "library": tollbook.__version__,
            "ledger_batch": self.states.batch,
            "ledger_batch_after": latest,
            "client_sha256": subject.file_sha256,
            "rate_cards": dict(subject.rate_cards),
            "started": executed.started,
            "ended": executed.ended,
            "seconds": executed.seconds,
            "peak_memory_mb": executed.peak_memory_mb,
        }
        moved = "" if latest == self.states.batch else _moved(self.states.batch, latest)
        ended = Ended(
            spec, "published", moved, executed.seconds, job.attempt, executed.peak_memory_mb, executed.figures
        )
        self.lease.keep()
        try:
            self._shelf(spec).publish(spec, job.stage.files, facts, files=self.files)
        except (TollbookError, OSError) as error:
            return replace(ended, state="failed", reason=f"not published: {error}")
        return ended

    def _keep_evidence(self, job: Job, *, keep: bool) -> None:
        """After a failure, leave the notebook and the kernel's log in outputs/runs/; else clear what was there."""
        kept = self.settings.home / "runs" / job.spec.key
        self.files.forget(kept)
        shutil.rmtree(kept, ignore_errors=True)
        if keep and job.stage.folder.is_dir():
            kept.parent.mkdir(parents=True, exist_ok=True)
            job.stage.folder.replace(kept)
            self.files.keep(kept)

    def _settle(self, ended: Ended, reporter: Reporter | None = None) -> None:
        self.ended[ended.spec.key] = ended
        self.states.settle(ended)
        if reporter:
            reporter.ended(ended.spec, ended.state, ended.seconds, ended.reason)

    def _fingerprint(self, spec: RunSpec) -> str:
        return fingerprint(spec, self.subjects[spec.client], self.settings, self.states.batch)

    def _published_figures(self, spec: RunSpec) -> dict[str, Any]:
        try:
            return dict(read_result(self._shelf(spec).folder / f"{spec.notebook}.json").figures)
        except NoResult:
            return {}

    def _shelf(self, spec: RunSpec) -> Shelf:
        return Shelf(self.settings.home / str(spec.month) / spec.client)


def _waited_for(spec: RunSpec, queue: Sequence[Job]) -> bool:
    """Whether all that is left of its client needs this notebook; it then goes on in the same kernel."""
    left = [job.spec.notebook for job in queue if job.spec.client == spec.client]
    return bool(left) and all(spec.notebook in NEEDS.get(name, ()) for name in left)


def _stage(stages: Path, spec: RunSpec, attempt: int) -> Stage:
    return Stage(stages / spec.client / f"{spec.notebook}-{attempt}")


def _moved(before: int, after: int) -> str:
    """A notebook that may not have seen the ledger that the client's other notebooks saw is published and told of."""
    return f"usage came in while it ran (ledger batch {before} became {after}): run the month again, to stand on one"


def _as_answer(lost: Lost, job: Job) -> Answer:
    name, seconds = job.spec.notebook, job.limits.notebook_seconds
    if lost.overtime:
        return Answer(reason=str(TookTooLong(name, seconds)), seconds=seconds)
    return Answer(reason=f"{name}.ipynb: its worker process was killed (out of memory?)", retry=True)
