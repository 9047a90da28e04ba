"""The command line: `tollbook ...`. Every command is a thin copy of something the library does."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from tollbook import __version__, cli_questions
from tollbook.errors import TollbookError

if TYPE_CHECKING:
    from tollbook.billing.bill import Bill
    from tollbook.book import Book
    from tollbook.usage.totals import IntakeReport

# Wide enough for every table where nobody watches: in a pipe, in cron, in CI.
out = Console(width=None if sys.stdout.isatty() else 120)
err = Console(stderr=True)


class _Group(TyperGroup):
    """Prints what a user can act on as one line and exits with its code; anything else is a bug and shows whole."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        try:
            return super().invoke(ctx)
        except TollbookError as error:
            err.print(f"[bold red]error:[/] {_plain(str(error))}", soft_wrap=True, highlight=False)
            raise typer.Exit(error.exit_code) from error


app = typer.Typer(
    cls=_Group,
    name="tollbook",
    help="Billing, insight and forecasting for business mobile messaging, in notebooks.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
invoice_app = typer.Typer(help="Invoices: drafts, final ones, credit notes.", no_args_is_help=True)
app.add_typer(invoice_app, name="invoice")
kernel_app = typer.Typer(help="The warm kernel for JupyterLab and Voila.", no_args_is_help=True)
app.add_typer(kernel_app, name="kernel")
rates_app = typer.Typer(help="Price lists and rate cards.", no_args_is_help=True)
app.add_typer(rates_app, name="rates")
cli_questions.register(app)


documents_app = typer.Typer(
    help="The document store: SQLite, or MongoDB by TOLLBOOK_MONGODB_URI.", no_args_is_help=True
)
app.add_typer(documents_app, name="documents")

ClientArgument = Annotated[str, typer.Argument(help="Client id, as in parameters/clients/<id>.yaml.")]
MonthArgument = Annotated[str, typer.Argument(help="Month, YYYY-MM.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


def _plain(text: str) -> str:
    """Text with rich's markup switched off."""
    from rich.markup import escape

    return escape(" ".join(text.split()))


def _book() -> "Book":
    import tollbook

    return tollbook.open()


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


@app.callback(invoke_without_command=True)
def main(*, version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    """Billing, insight and forecasting for business mobile messaging, in notebooks."""
    if version:
        out.print(__version__)
        raise typer.Exit


@app.command()
def demo(
    *,
    months: Annotated[int, typer.Option(help="How many months of traffic.", min=1, max=60)] = 14,
    until: Annotated[str, typer.Option(help="The last month, YYYY-MM.")] = "2026-10",
    scale: Annotated[float, typer.Option(help="Share of the full traffic.", min=0.001, max=10)] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 7,
    force: Annotated[bool, typer.Option(help="Overwrite demo parameters you have changed.")] = False,
) -> None:
    """Write six invented clients and their landing files, the same each time."""
    from rich.progress import Progress

    from tollbook.demo import write_demo
    from tollbook.settings import Settings

    settings = Settings()
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task("writing demo traffic", total=1.0)
        manifest = write_demo(
            settings,
            months=months,
            until=until,
            scale=scale,
            seed=seed,
            force=force,
            progress=lambda what, done: bar.update(task, completed=done, description=f"wrote {what}"),
        )
    out.print(
        f"{manifest.records:,} records of {len(manifest.clients)} clients "
        f"in {manifest.files:,} files under {settings.landing}"
    )
    out.print("next: [bold]tollbook ingest[/], then [bold]tollbook run " + until + "[/]")


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

    book = _book()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("files", total=None)
        report = book.ingest(paths or [], source=source, progress=lambda _: bar.advance(task))
    if as_json:
        _print_json([one.as_document() for one in report.files])
    else:
        out.print(_intake_table(report))
        out.print(f"ledger batch {book.batch}")
    for one in report.of_state("refused"):
        err.print(f"[bold yellow]refused:[/] {_plain(one.file)}: {_plain(one.fault)}", soft_wrap=True, highlight=False)
    raise typer.Exit(2 if paths and report.of_state("refused") else 0)


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
def run(
    month: MonthArgument,
    *,
    client: Annotated[list[str] | None, typer.Option(help="Only this client; repeatable.")] = None,
    notebook: Annotated[list[str] | None, typer.Option(help="Only this notebook; repeatable.")] = None,
    workers: Annotated[int | None, typer.Option(help="Notebooks at once; default: one per core.", min=1)] = None,
    only_failed: Annotated[bool, typer.Option(help="Only what failed the last time.")] = False,
    force: Annotated[bool, typer.Option(help="Also what is already valid for the same inputs.")] = False,
) -> None:
    """Run every client's notebooks for a month; outputs/<month>/index.html says what happened."""
    from tollbook.runs.fleet import run_month
    from tollbook.runs.summary import run_table
    from tollbook.settings import Settings

    summary = run_month(
        Settings(),
        month,
        clients=client,
        notebooks=notebook,
        workers=workers,
        only_failed=only_failed,
        force=force,
        progress=err,
    )
    out.print(run_table(summary))
    raise typer.Exit(summary.exit_code)


@kernel_app.command("install")
def kernel_install(
    *,
    prefix: Annotated[str, typer.Option(help="Below this folder instead of in your own settings.")] = "",
) -> None:
    """Install the kernelspec "Tollbook (warm)": kernels forked from a process that has imported everything."""
    from tollbook.runs.warm.kernelspec import install

    out.print(str(install(prefix=prefix)), soft_wrap=True)


@app.command()
def bill(
    client: ClientArgument,
    month: MonthArgument,
    *,
    batch: Annotated[int | None, typer.Option(help="As the ledger stood after this batch.", min=0)] = None,
    as_json: JsonOption = False,
) -> None:
    """Preview a month's bill: the invoice without its last step."""
    from tollbook.billing.documents import invoice_json

    book = _book()
    made = book.preview(client, month, batch=batch)
    if as_json:
        _print_json(invoice_json(made, book.client(client)))
    else:
        out.print(_bill_table(made, book.client(client).locale))


def _bill_table(made: "Bill", locale: str) -> Table:
    from tollbook.money import format_count, format_money

    table = Table(
        box=box.SIMPLE_HEAD, title=f"{made.client}, {made.month} (ledger batch {made.batch})", title_justify="left"
    )
    for name in ("line", "quantity", "amount"):
        table.add_column(name, justify="left" if name == "line" else "right")
    for line in made.lines:
        quantity = f"{format_count(line.quantity, locale)} {line.unit}"
        table.add_row(_plain(line.label), quantity, format_money(line.amount, made.currency, locale))
    table.add_section()
    for tax in made.taxes:
        label = f"{_plain(tax.label)} on {format_money(tax.basis, made.currency, locale)}"
        table.add_row(label, "", format_money(tax.amount, made.currency, locale))
    table.add_row("total", "", format_money(made.total, made.currency, locale), style="bold")
    for credit in made.credits:
        table.add_row(_plain(credit.label), "", format_money(-credit.amount, made.currency, locale))
    if made.credits:
        table.add_row("due", "", format_money(made.due, made.currency, locale), style="bold")
    if made.unrated:
        table.caption = f"[bold red]{sum(one.messages for one in made.unrated):,} messages have no price[/]"
    return table


@invoice_app.command("export")
def invoice_export(
    client: ClientArgument,
    month: MonthArgument,
    *,
    to: Annotated[Path | None, typer.Option(help="Folder; default: outputs/<month>/<client>.")] = None,
) -> None:
    """Write a month's draft invoice as invoice.pdf, invoice.csv and invoice.json."""
    book = _book()
    for path in book.write_draft(book.bill(client, month), output=str(to) if to else ""):
        out.print(str(path), soft_wrap=True)


@invoice_app.command("finalise")
def invoice_finalise(
    month: MonthArgument,
    *,
    client: Annotated[list[str] | None, typer.Option(help="Only this client; repeatable.")] = None,
) -> None:
    """Make a month's invoices final, each with the next number of its legal entity; final ones stay as they are.

    A client whose invoice cannot be final is named with the reason, the others go on; the exit code is then 2.
    """
    from tollbook.billing.issuing import NotFinal

    book = _book()
    refused = 0
    for one in client or book.client_ids():
        try:
            issued = book.finalise(one, month)
        except NotFinal as error:
            refused += 1
            err.print(f"[bold red]error:[/] {_plain(str(error))}", soft_wrap=True, highlight=False)
            continue
        out.print(f"{issued.number}  {_plain(one)}  {book.invoices / issued.folder}", soft_wrap=True, highlight=False)
    raise typer.Exit(NotFinal.exit_code if refused else 0)


@invoice_app.command("list")
def invoice_list(
    *,
    client: Annotated[str, typer.Option(help="Only this client's.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List final invoices and credit notes."""
    from tollbook.billing.issued import all_issued
    from tollbook.money import format_money

    found = all_issued(_book().documents, client=client)
    if as_json:
        _print_json([{**one.as_document(), "document": None} for one in found])
        return
    table = Table(box=box.SIMPLE_HEAD, title=f"{len(found):,} final documents", title_justify="left")
    for name in ("number", "kind", "client", "month", "issued", "total", "SHA-256"):
        table.add_column(name, justify="right" if name == "total" else "left")
    for one in found:
        kind = one.kind.replace("_", " ") + (f" of {one.refers_to}" if one.refers_to else "")
        total = format_money(one.total, one.currency)
        table.add_row(one.number, kind, one.client, str(one.month), str(one.issued_on), total, one.sha[:12])
    out.print(table)


@invoice_app.command("show")
def invoice_show(number: Annotated[str, typer.Argument(help="Number of an invoice or credit note.")]) -> None:
    """Print a final document as JSON, as it was sent."""
    from tollbook.billing.issued import find_issued

    _print_json(find_issued(_book().documents, number).document)


@invoice_app.command("verify")
def invoice_verify(
    number: Annotated[str, typer.Argument(help="Number; default: all.")] = "", *, as_json: JsonOption = False
) -> None:
    """Compute final documents anew from their pins and compare hashes; exit code 1 when any differs."""
    found = _book().verify(number)
    if as_json:
        _print_json([{"number": one.issued.number, "sha": one.issued.sha, "faults": one.faults} for one in found])
    else:
        for one in found:
            out.print(f"[{'green' if one.ok else 'bold red'}]{'ok  ' if one.ok else 'FAIL'}[/] {one.issued.number}")
            for fault in one.faults:
                out.print(f"     {_plain(fault)}", highlight=False)
    raise typer.Exit(0 if all(one.ok for one in found) else 1)


@invoice_app.command("credit")
def invoice_credit(
    number: Annotated[str, typer.Argument(help="Number of the invoice to correct.")],
    *,
    reason: Annotated[str, typer.Option(help="Printed on every line.")],
    line: Annotated[list[str] | None, typer.Option(help="CHARGE=AMOUNT, net; repeatable. Default: all.")] = None,
) -> None:
    """Issue a credit note: in full, or for single lines."""
    from tollbook.billing.credit_notes import credit_amounts

    book = _book()
    note = book.credit(number, reason=reason, amounts=credit_amounts(line) if line else None)
    out.print(f"{note.number}  {book.invoices / note.folder}", soft_wrap=True, highlight=False)


@rates_app.command("diff")
def rates_diff(
    before: Annotated[Path, typer.Argument(help="The earlier edition: a rate card or a published list.")],
    after: Annotated[Path, typer.Argument(help="The later edition.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two editions of a price list."""
    from tollbook.rating.price_lists import changes, read_price_list

    found = changes(read_price_list(before), read_price_list(after))
    if as_json:
        _print_json([{name: getattr(one, name) for name in (*one.__slots__, "relative")} for one in found])
        return
    table = Table(box=box.SIMPLE_HEAD, title=f"{len(found):,} prices changed", title_justify="left")
    for name in ("what", "country", "destination", "before", "after", "change"):
        table.add_column(name, justify="right" if name in {"before", "after", "change"} else "left")
    for one in found:
        prices = ["" if price is None else f"{price:f}" for price in (one.before, one.after)]
        share = "" if one.relative is None else f"{one.relative:+.1%}"
        table.add_row(one.kind, one.country, _plain(one.name), *prices, share)
    out.print(table)


@documents_app.command("copy")
def documents_copy(
    *,
    to: Annotated[str, typer.Option(help="A file, or mongodb://...; ENV:NAME reads it from a variable.")],
    as_json: JsonOption = False,
) -> None:
    """Copy every document to another store, read both again and compare.

    Other users of the machine can see an address on the command line: put one with a password into an environment
    variable and name that.
    """
    import os

    from tollbook.storage.copying import copy_documents
    from tollbook.storage.documents import open_documents

    place = os.environ.get(to[4:], "") if to.startswith("ENV:") else to
    if not place:
        raise typer.BadParameter(f"{to!r} names no place", param_hint="--to")
    target = open_documents(place)
    copied = copy_documents(_book().documents, target)
    if as_json:
        _print_json([{"collection": one.collection, "documents": one.documents, "sha": one.sha} for one in copied])
        return
    for one in copied:
        out.print(f"{one.documents:>9,}  {_plain(one.collection)}")
    out.print(f"{sum(one.documents for one in copied):>9,}  documents at {_plain(target.where)}, compared: the same")


@app.command()
def price(
    model: Annotated[Path, typer.Argument(help="A YAML file with one price model.")],
    quantity: Annotated[str, typer.Argument(help="How many units; decimals allowed.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Price a quantity by one price model, and show every step."""
    from tollbook.rating.prices import parse_quantity, read_price_model

    rated = read_price_model(model).rate(parse_quantity(quantity))
    steps = [
        {"label": one.label, "quantity": f"{one.quantity:f}", "unit_price": f"{one.unit_price:f}",
         "flat": f"{one.flat:f}", "amount": f"{one.amount:f}"}
        for one in rated.steps
    ]  # fmt: skip
    if as_json:
        _print_json({"amount": f"{rated.amount:f}", "steps": steps})
        return
    for one in steps:
        out.print(f"{one['label']}: {one['quantity']} x {one['unit_price']} + {one['flat']} = {one['amount']}")
    out.print(f"[bold]{rated.amount:f}[/]")


@app.command()
def simulate(
    client: ClientArgument,
    *,
    contract: Annotated[Path, typer.Option(help="A YAML file with the contract to try.")],
    months: Annotated[int, typer.Option(help="How many whole months back.", min=1, max=60)] = 12,
    as_json: JsonOption = False,
) -> None:
    """Price past months by another contract: what the client would have paid more or less, and on which lines."""
    from tollbook.billing.simulating import total_change
    from tollbook.money import format_money

    found = _book().simulate(client, contract, months=months)
    if as_json:
        _print_json(
            [
                {"month": str(one.month), "now": one.now.net, "then": one.then.net, "lines": dict(one.lines)}
                for one in found
            ]
        )
        return
    table = Table(box=box.SIMPLE_HEAD, title=f"{client}: net, before tax", title_justify="left")
    for name in ("month", "now", "then", "change", "why"):
        table.add_column(name, justify="left" if name in {"month", "why"} else "right")
    for one in found:
        money = [format_money(amount, one.then.currency) for amount in (one.now.net, one.then.net, one.change)]
        why = ", ".join(f"{charge} {format_money(change, one.then.currency)}" for charge, change in one.lines[:3])
        table.add_row(str(one.month), *money, _plain(why))
    table.add_section()
    total = format_money(total_change(found), found[-1].then.currency)
    table.add_row("all", "", "", total, "", style="bold")
    out.print(table)


@app.command()
def forecast(
    client: ClientArgument,
    *,
    days: Annotated[int, typer.Option(help="Days ahead.", min=1, max=366)] = 61,
    as_json: JsonOption = False,
) -> None:
    """Forecast a client's messages by day, with 80 % and 95 % intervals."""
    from tollbook.money import format_count

    book = _book()
    made = book.forecast(client, days=days)
    frame = made.quantiles.assign(mean=made.mean)
    if as_json:
        frame.index = frame.index.astype(str)
        _print_json({"client": client, "days": json.loads(frame.to_json(orient="index"))})
        return
    table = Table(box=box.SIMPLE_HEAD, title=f"{client}: messages expected", title_justify="left")
    for name in ("day", "expected", "80 % between", "95 % between"):
        table.add_column(name, justify="left" if name == "day" else "right")
    for day, row in frame.iterrows():
        cells = [f"{format_count(row[low])} - {format_count(row[high])}" for low, high in ((0.1, 0.9), (0.025, 0.975))]
        table.add_row(f"{day:%a %Y-%m-%d}", format_count(row["mean"]), *cells)
    out.print(table)


@app.command()
def dashboards(
    *,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8866,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Serve the dashboards with Voila, on this machine only."""
    from tollbook.dashboards.serve import serve
    from tollbook.settings import Settings

    raise typer.Exit(serve(Settings(), port=port, open_browser=browser))


@app.command()
def doctor(*, as_json: JsonOption = False) -> None:
    """Check what is configured, what answers, and that ledger, rollups and control totals agree."""
    from dataclasses import asdict

    from tollbook.doctor import examine

    findings = examine(_book())
    if as_json:
        _print_json([asdict(one) for one in findings])
    else:
        for one in findings:
            out.print(
                f"[{'green' if one.ok else 'bold red'}]{'ok  ' if one.ok else 'FAIL'}[/] {one.what}: {_plain(one.says)}"
            )
    raise typer.Exit(0 if all(one.ok for one in findings) else 1)


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="Which one; default: all.")] = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Measure speed and memory as ratios against a yardstick in the same run."""
    from tollbook.bench import run_bench

    for result in run_bench(name):
        if as_json:
            _print_json(result.as_document())
            continue
        table = Table(box=box.SIMPLE_HEAD, title=f"{result.name} ({result.machine}, {result.at})", title_justify="left")
        table.add_column("figure")
        table.add_column("value", justify="right")
        for key, value in result.figures.items():
            table.add_row(key, f"{value:,.3f}", style="bold")
        for key, value in result.yardsticks.items():
            table.add_row(f"yardstick: {key}", f"{value:,.3f}")
        out.print(table)


from tollbook import cli_usage  # noqa: E402, F401 - adds its commands to `app`
