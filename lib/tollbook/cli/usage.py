"""The command line of usage: source mappings, the quarantine, and the ledger's upkeep."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from tollbook.cli.app import (
    JsonOption,
    app,
    err,
    group,
    open_book,
    out,
    plain,
    print_json,
)

if TYPE_CHECKING:
    from tollbook.usage.totals import IntakeReport

source_app = group("source", "Source mappings, parameters/sources/<source>.yaml.")
quarantine_app = group("quarantine", "Refused rows: list, show, and read them again.")

FileOption = Annotated[str, typer.Option("--file", help="Only of files whose path contains this.")]
ReasonOption = Annotated[str, typer.Option(help="Only rows refused for this reason.")]


@app.command()
def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; default: the landing folder.")] = None,
    *,
    source: Annotated[str, typer.Option(help="Take them as this source's, whatever their names.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Take landing files into the ledger; what cannot be posted goes to quarantine with its line and reason.

    A file that cannot be read at all is refused and never stops the others. Exit code 2 says that a file you named was.
    """
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    book = open_book()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("files", total=None)
        report = book.ingest(paths or [], source=source, progress=lambda _: bar.advance(task))
    if as_json:
        print_json([one.as_document() for one in report.files])
    else:
        out.print(_intake_table(report))
        out.print(f"ledger batch {book.batch}")
    for one in report.of_state("refused"):
        err.print(f"[bold yellow]refused:[/] {plain(one.file)}: {plain(one.fault)}", soft_wrap=True, highlight=False)
    raise typer.Exit(2 if paths and report.of_state("refused") else 0)


@app.command()
def follow(
    *,
    once: Annotated[bool, typer.Option(help="Stop as soon as nothing waits.")] = False,
    pause: Annotated[float, typer.Option(help="Seconds between two looks at the landing folder.", min=0.05)] = 0.5,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object a batch.")] = False,
) -> None:
    """Keep taking in files as they land, a line a batch, until Ctrl-C or SIGTERM; the batch at work is finished.

    Files appear whole: write them under another ending (.part) and rename them, or they are taken once two looks
    find them unchanged. A bad file is refused and stops nothing; a store that is away is asked again.
    Collections that are sources are read as they change where their server has change streams, else each second.
    """
    import json
    import signal
    import threading

    from tollbook.usage.following import Follower, as_line

    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    book = open_book()
    err.print(f"following {plain(book.files.where)}: landing folder, every {pause:g} s; Ctrl-C stops", soft_wrap=True)
    Follower(
        book,
        pause=pause,
        tell=lambda one: typer.echo(json.dumps(as_line(one)) if as_json else str(one)),
        trouble=lambda what, wait: typer.echo(
            f"trouble: {' '.join(what.split())}" + (f" (again in {wait:.0f} s)" if wait else ""), err=True
        ),
    ).run(stop, once=once)


def _intake_table(report: "IntakeReport") -> Table:
    from tollbook.usage.totals import COUNTS

    table = Table(box=box.SIMPLE_HEAD, title="Control totals", title_justify="left")
    for name in ("source", "files", *COUNTS):
        table.add_column(name, justify="left" if name == "source" else "right")
    sources = sorted({one.source for one in report.files})
    for source in sources:
        mine = [one for one in report.files if one.source == source]
        sums = [sum(getattr(one, count) for one in mine) for count in COUNTS]
        table.add_row(source or "(none)", f"{len(mine):,}", *(f"{value:,}" for value in sums))
    table.add_section()
    table.add_row("all", f"{len(report.files):,}", *(f"{report.total(count):,}" for count in COUNTS), style="bold")
    states = ", ".join(
        f"{len(report.of_state(state)):,} {state}"
        for state in ("posted", "known", "redelivered", "refused")
        if report.of_state(state)
    )
    reasons = ", ".join(f"{reason} {number:,}" for reason, number in report.reasons().items())
    table.caption = f"files: {states or 'none'}" + (f"; quarantined by reason: {reasons}" if reasons else "")
    table.caption_justify = "left"
    return table


@app.command()
def alerts(
    *,
    client: Annotated[list[str] | None, typer.Option(help="Only of this client; repeatable.")] = None,
    days: Annotated[int, typer.Option(help="Raised in so many days.", min=1)] = 7,
    evaluate: Annotated[bool, typer.Option(help="First evaluate every client's thresholds as of now.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List what thresholds have raised: budgets, delivery, silence, bursts. `follow` and `run` evaluate them."""
    book = open_book()
    for trouble in book.evaluate(ahead=True).troubles if evaluate else ():
        err.print(f"[bold yellow]trouble:[/] {plain(trouble)}", soft_wrap=True, highlight=False)
    found = book.alerts(client or book.client_ids(), days=days)
    if as_json:
        print_json([one.as_document() for one in found])
        return
    for one in found:
        sent = f" (sent: {', '.join(one.sent)})" if one.sent else ""
        out.print(f"{one.at:%Y-%m-%d %H:%M} [bold]{one.title}[/] {plain(one.text)}{sent}", highlight=False)
    if not found:
        out.print(f"nothing raised in {days} days")


@source_app.command("check")
def source_check(
    file: Annotated[Path, typer.Argument(help="A file as the vendor delivers it.")],
    mapping: Annotated[Path, typer.Argument(help="The mapping, a YAML file.")],
    *,
    rows: Annotated[int, typer.Option(help="Rows to show of either kind.", min=1)] = 5,
    as_json: JsonOption = False,
) -> None:
    """Show what a file becomes by a mapping: the first rows, what is refused and why. Nothing is posted."""
    from dataclasses import asdict

    from tollbook.usage.landing import NoSuchFile
    from tollbook.usage.mapping import read_mapping

    if not file.is_file():
        raise NoSuchFile(file)
    checked = open_book().check_source(file, read_mapping(mapping), limit=rows)
    if as_json:
        print_json(asdict(checked))
    elif checked.fault:
        err.print(f"[bold yellow]refused:[/] {plain(str(file))}: {plain(checked.fault)}", soft_wrap=True)
    else:
        for number, row in enumerate(checked.rows, 1):
            out.print(f"[bold]record {number}[/]: " + plain(", ".join(f"{k} {v}" for k, v in row.items() if v)))
        for row in checked.refused:
            out.print(f"[bold yellow]line {row['line']}[/] {row['reason']}: {plain(row['detail'])} {plain(row['raw'])}")
        reasons = ", ".join(f"{reason} {number:,}" for reason, number in checked.reasons.items())
        out.print(
            f"{checked.read:,} rows read, {checked.mapped:,} mapped" + (f"; refused: {reasons}" if reasons else "")
        )
    raise typer.Exit(1 if checked.fault or not checked.mapped else 0)


@quarantine_app.command("list")
def quarantine_list(*, as_json: JsonOption = False) -> None:
    """Count refused rows by file and reason."""
    found = open_book().quarantine.rows().groupby(["file", "reason"], as_index=False).size()
    if as_json:
        print_json(found.to_dict("records"))
        return
    table = Table(box=box.SIMPLE_HEAD, title=f"{found['size'].sum():,} refused rows", title_justify="left")
    for name in ("file", "reason", "rows"):
        table.add_column(name, overflow="fold", justify="right" if name == "rows" else "left")
    for file, reason, size in found.itertuples(index=False):
        table.add_row(plain(file), reason, f"{size:,}")
    out.print(table)


@quarantine_app.command("show")
def quarantine_show(
    *,
    reason: ReasonOption = "",
    file: FileOption = "",
    limit: Annotated[int, typer.Option(help="At most so many rows.", min=1)] = 20,
    as_json: JsonOption = False,
) -> None:
    """Show refused rows: file, line, reason, and the row with its numbers masked."""
    rows = open_book().quarantine.rows()
    rows = rows[rows["file"].str.contains(file, regex=False) & (rows["reason"].eq(reason) | (reason == ""))]
    if as_json:
        print_json(rows.head(limit).to_dict("records"))
        return
    table = Table(box=box.SIMPLE_HEAD, title=f"{len(rows):,} refused rows", title_justify="left")
    for name in rows.columns:
        table.add_column(str(name), overflow="fold")
    for row in rows.head(limit).itertuples(index=False):
        table.add_row(*(plain(str(value)) for value in row))
    out.print(table)


@quarantine_app.command("retry")
def quarantine_retry(*, file: FileOption = "", as_json: JsonOption = False) -> None:
    """Read refused rows again after a mapping or a client was mended; what is right now is posted."""
    report = open_book().retry(file)
    if as_json:
        print_json([one.as_document() for one in report.files])
        return
    out.print(_intake_table(report))


@app.command()
def compact(*, hours: Annotated[int, typer.Option(help="Keep replaced files so long.", min=0)] = 24) -> None:
    """Put the ledger's many small files together, sorted by client, and remove those nobody needs any more."""
    from tollbook.usage.upkeep import compact, vacuum

    book = open_book()
    days = compact(book.connection, book.ledger)
    out.print(f"{days:,} days rewritten, {vacuum(book.ledger, hours=hours):,} files removed")


@app.command()
def retention(
    months: Annotated[int, typer.Option(help="Months, this one not counted, whose recipients stay known.", min=1)],
) -> None:
    """Anonymise recipients in the ledger that are older; totals stay. Run it while nothing else does."""
    from datetime import UTC, datetime

    from tollbook.period import Month
    from tollbook.usage.upkeep import forget_recipients, vacuum

    first = Month.of(datetime.now(UTC).date()).shift(-months).first
    book = open_book()
    days = forget_recipients(book.connection, book.ledger, book.documents, before=first)
    removed = vacuum(book.ledger, hours=0)
    out.print(f"recipients from before {first} are forgotten: {days:,} days rewritten, {removed:,} files removed")
