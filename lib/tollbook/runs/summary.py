"""What happened: a table for the terminal, a page and a JSON file for everyone else.

A run may be about a few clients or notebooks only; the page and the JSON always tell the whole month, so what this
run did not touch is taken over from the summary before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, ValidationError
from rich.table import Table
from rich.text import Text

from tollbook.money import ZERO, format_count, format_money, format_share
from tollbook.period import Month
from tollbook.runs.figures import decimal, notes, whole
from tollbook.runs.plan import Subject
from tollbook.runs.publish import Shelf
from tollbook.runs.result import write_json, write_text
from tollbook.runs.spec import NOTEBOOKS, RunSpec

State = Literal["published", "unchanged", "failed", "blocked", "stopped", "idle"]
# The worst one is the client's.
_WORST: tuple[State, ...] = ("failed", "stopped", "blocked", "published", "unchanged", "idle")
_WORDS: Mapping[str, str] = {
    "published": "done",
    "unchanged": "up to date",
    "failed": "failed",
    "blocked": "waiting",
    "stopped": "stopped",
    "idle": "no contract",
}
_STYLES: Mapping[str, str] = {"published": "green", "failed": "bold red", "stopped": "red", "blocked": "red"}


@dataclass(frozen=True, slots=True)
class Ended:
    """How one notebook's run ended."""

    spec: RunSpec
    state: State
    reason: str = ""
    seconds: float = 0.0
    attempts: int = 0
    peak_memory_mb: int = 0
    figures: Mapping[str, Any] = field(default_factory=dict)


class Part(BaseModel):
    """One notebook of a client's row; `link` is relative to the month's page."""

    model_config = ConfigDict(frozen=True)

    state: State
    reason: str = ""
    seconds: float = 0.0
    attempts: int = 0
    link: str = ""


class ClientRow(BaseModel):
    """One client's month.

    Attributes:
        records: usage records of the month; None when ingestion did not tell.
        total: of the bill, in `currency`; None when there is none.
        before: last month's total, as the ledger has it now; None when there is none in this currency.
        change: of the total against last month's, as a fraction.
        documents: file name -> link of the PDF files: the invoice, the report.
        notes: notebook -> what in its figures asks for a look.
    """

    model_config = ConfigDict(frozen=True)

    client: str
    name: str = ""
    locale: str = "en"
    state: State
    records: int | None = None
    quarantined: int | None = None
    total: Decimal | None = None
    before: Decimal | None = None
    currency: str = ""
    change: Decimal | None = None
    seconds: float = 0.0
    reason: str = ""
    notebooks: dict[str, Part] = {}
    documents: dict[str, str] = {}
    notes: dict[str, str] = {}

    @property
    def word(self) -> str:
        """The state as people call it."""
        return _WORDS[self.state]

    @property
    def failed(self) -> bool:
        """Whether something of it is not published that should be."""
        return self.state in {"failed", "stopped", "blocked"}


class RunSummary(BaseModel):
    """One run, or (as the month's page) the month as the last run left it."""

    model_config = ConfigDict(frozen=True)

    month: str
    library: str
    ledger_batch: int
    started: str
    seconds: float
    workers: int
    peak_memory_mb: int = 0
    interrupted: bool = False
    rows: tuple[ClientRow, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when all is good, 1 when a client failed, 130 after Ctrl-C."""
        if self.interrupted:
            return 130
        return int(any(row.failed for row in self.rows))


def client_row(subject: Subject, ended: Sequence[Ended], home: Path, month: Month, old: ClientRow | None) -> ClientRow:
    """A client's row from how its notebooks ended, with what `old` knows of those not run this time."""
    parts = {each.spec.notebook: _part(each) for each in ended}
    known = {**(old.notebooks if old else {}), **parts}
    figures = {each.spec.notebook: each.figures for each in ended}
    intake = _figures(figures, "ingestion", old, ("records", "quarantined"))
    bill = _figures(figures, "billing", old, ("total", "currency", "before"))
    total, before = decimal(bill.get("total")), decimal(bill.get("before"))
    change = ((total - before) / before).quantize(Decimal("0.0001")) if total is not None and before else None
    return ClientRow(
        client=subject.client,
        name=subject.name,
        locale=subject.locale,
        state="failed" if subject.refused else _worst([part.state for part in known.values()]),
        records=whole(intake.get("records")),
        quarantined=whole(intake.get("quarantined")),
        total=total,
        before=before,
        currency=str(bill.get("currency") or subject.currency),
        change=change,
        seconds=round(sum(each.seconds for each in ended), 1),
        reason=subject.refused or subject.idle or _first_reason(known.values()),
        notebooks={name: known[name] for name in NOTEBOOKS if name in known},
        notes=notes(figures, subject.locale, change)
        | {name: note for name, note in (old.notes if old else {}).items() if name not in figures},
        # The name of a refused file may be no id at all, `..` for one: it is no folder to look into.
        documents={}
        if subject.refused
        else _documents(Shelf(home / str(month) / subject.client), subject.client, month),
    )


def run_table(summary: RunSummary) -> Table:
    """The run for a terminal: one line for each client, with why it failed under its name."""
    table = Table(title=f"{Month.parse(summary.month).label()}  ({summary.seconds:.0f} s)", title_justify="left")
    table.add_column("client")
    for heading in ("records", "quarantined", "invoice total", "seconds"):
        table.add_column(heading, justify="right")
    table.add_column("state")
    for row in summary.rows:
        client = Text(row.client)
        if row.reason:
            client.append(f"\n{row.reason}", style="red" if row.failed else "dim")
        table.add_row(
            client,
            _count(row.records),
            _count(row.quarantined),
            money(row),
            f"{row.seconds:.1f}",
            Text(row.word, style=_STYLES.get(row.state, "dim")),
        )
    if not summary.rows:
        table.caption = "nothing to run"
    return table


def read_summary(folder: Path) -> RunSummary | None:
    """The summary of outputs/<month>/, if there is a readable one."""
    try:
        return RunSummary.model_validate_json((folder / "summary.json").read_bytes())
    except (OSError, ValidationError):
        return None


def write_summary(summary: RunSummary, folder: Path, old: RunSummary | None) -> list[Path]:
    """Write `summary.json` and `index.html` of the month, with the clients of `old` that this run left alone."""
    rows = {row.client: row for row in (*(old.rows if old else ()), *summary.rows)}
    whole = summary.model_copy(update={"rows": tuple(rows[id_] for id_ in sorted(rows))})
    write_json(folder / "summary.json", whole.model_dump(mode="json"))
    earlier = str(Month.parse(summary.month).shift(-1))
    write_text(
        folder / "index.html", index_page(whole, earlier if (folder.parent / earlier / "index.html").exists() else "")
    )
    return [folder / "summary.json", folder / "index.html"]


def index_page(summary: RunSummary, earlier: str = "") -> str:
    """The month's page: every client's state, figures and links; `earlier` is the month before if it has a page."""
    from tollbook.runs.page import pages

    rows = sorted(summary.rows, key=first_looked_at)
    totals: dict[str, Decimal] = {}
    for row in rows:
        if row.total is not None:
            totals[row.currency] = totals.get(row.currency, ZERO) + row.total
    return pages().get_template("index.html.j2").render(
        summary=summary,
        rows=rows,
        month=Month.parse(summary.month),
        earlier=earlier,
        started=datetime.fromisoformat(summary.started).astimezone(UTC).strftime("%-d %B %Y, %H:%M UTC"),
        looked=sum(bool(row.notes) and not row.failed for row in rows),
        totals=[format_money(totals[currency], currency) for currency in sorted(totals)],
        records=_count(_sum(row.records for row in rows)),
        quarantined=_sum(row.quarantined for row in rows),
        failed=sum(row.failed for row in rows),
        done=sum(row.state in {"published", "unchanged"} for row in rows),
        count=_count, money=money, change=change,
    )  # fmt: skip


def money(row: ClientRow) -> str:
    """The row's total, or a dash."""
    return "–" if row.total is None else format_money(row.total, row.currency)  # noqa: RUF001 - a dash for nothing


def change(row: ClientRow) -> str:
    """The change against last month with its sign, or nothing."""
    if row.change is None:
        return ""
    shown = round(float(row.change), 3) + 0.0  # no "-0.0%"
    return f"{'+' if shown > 0 else ''}{format_share(shown)}"


def first_looked_at(row: ClientRow) -> tuple[bool, bool, str]:
    """Sorts clients for people: what failed, then what asks for a look, then the others, each by id."""
    return not row.failed, not row.notes, row.client


def _count(number: int | None) -> str:
    return "–" if number is None else format_count(number)  # noqa: RUF001 - a dash for nothing


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _part(ended: Ended) -> Part:
    spec, link = ended.spec, ""
    if ended.state in {"published", "unchanged"}:
        link = f"{quote(spec.client)}/{quote(spec.notebook)}.html"
    elif ended.attempts:
        link = f"../runs/{quote(spec.key)}/{quote(spec.notebook)}.ipynb"
    return Part(state=ended.state, reason=ended.reason, seconds=ended.seconds, attempts=ended.attempts, link=link)


def _worst(states: Sequence[State]) -> State:
    return next(state for state in (*_WORST, "idle") if state in states or state == "idle")


def _first_reason(parts: Iterable[Part]) -> str:
    return next((part.reason for part in parts if part.state == "failed"), "") or next(
        (part.reason for part in parts if part.reason), ""
    )


def _figures(
    ran: Mapping[str, Mapping[str, Any]], notebook: str, old: ClientRow | None, names: Sequence[str]
) -> Mapping[str, Any]:
    if notebook in ran:
        return ran[notebook]
    return {name: getattr(old, name) for name in names} if old else {}


def _documents(shelf: Shelf, client: str, month: Month) -> dict[str, str]:
    if not shelf.folder.is_dir():
        return {}
    published = shelf.manifest(RunSpec(client, month, "billing")).notebooks
    names = [name for notebook in NOTEBOOKS if notebook in published for name in published[notebook].files]
    return {name: f"{quote(client)}/{quote(name)}" for name in names if name.endswith(".pdf")}
