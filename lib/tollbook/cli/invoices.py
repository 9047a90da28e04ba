"""The command line of invoices: drafts, the review, final ones, credit notes."""

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from tollbook.cli.app import (
    ClientArgument,
    JsonOption,
    MonthArgument,
    err,
    group,
    open_book,
    out,
    plain,
    print_json,
)

invoice_app = group("invoice", "Invoices: drafts, final ones, credit notes.")


@invoice_app.command("export")
def invoice_export(
    client: ClientArgument,
    month: MonthArgument,
    *,
    to: Annotated[Path | None, typer.Option(help="Folder; default: outputs/<month>/<client>.")] = None,
) -> None:
    """Write a month's draft invoice as invoice.pdf, invoice.csv and invoice.json."""
    book = open_book()
    for path in book.write_draft(book.bill(client, month), output=str(to) if to else ""):
        out.print(str(path), soft_wrap=True)


@invoice_app.command("finalise")
def invoice_finalise(
    month: MonthArgument,
    *,
    client: Annotated[list[str] | None, typer.Option(help="Only this client; repeatable.")] = None,
    accept: Annotated[str, typer.Option(help="Why differences that the review finds are accepted.")] = "",
) -> None:
    """Make a month's invoices final, each with the next number of its legal entity; final ones stay as they are.

    A client whose invoice cannot be final is named with the reason, the others go on; the exit code is then 2.
    """
    from tollbook.billing.issuing import NotFinal

    book = open_book()
    refused = 0
    for one in client or book.client_ids():
        try:
            issued = book.finalise(one, month, accept=accept)
        except NotFinal as error:
            refused += 1
            err.print(f"[bold red]error:[/] {plain(str(error))}", soft_wrap=True, highlight=False)
            continue
        out.print(f"{issued.number}  {plain(one)}  {book.invoices / issued.folder}", soft_wrap=True, highlight=False)
    raise typer.Exit(NotFinal.exit_code if refused else 0)


@invoice_app.command("review")
def invoice_review(client: ClientArgument, month: MonthArgument, *, as_json: JsonOption = False) -> None:
    """Compare ledger, rollups, lines and suppliers' totals before a month is final; exit code 1 at a difference."""
    found = open_book().review(client, month)
    if as_json:
        print_json(found.as_document())
    else:
        for one in found.checks:
            mark = "[green]ok  [/]" if one.ok else "[bold red]FAIL[/]"
            values = one.one if one.ok else f"{one.one} and {one.other}"
            out.print(f"{mark} {plain(one.what)}: {values}", highlight=False)
        for text in found.skipped:
            out.print(f"not compared: {plain(text)}", highlight=False)
    raise typer.Exit(1 if found.differences else 0)


@invoice_app.command("focus")
def invoice_focus(
    client: ClientArgument,
    month: MonthArgument,
    *,
    to: Annotated[
        Path | None, typer.Option(help=".parquet or .csv; default: outputs/<month>/<client>/focus.csv.")
    ] = None,
) -> None:
    """Write a month's charges as a FOCUS table for FinOps tools; of the final invoice once there is one."""
    book = open_book()
    out.print(str(book.write_focus(client, month, to)), soft_wrap=True)


@invoice_app.command("list")
def invoice_list(
    *,
    client: Annotated[str, typer.Option(help="Only this client's.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List final invoices and credit notes."""
    from tollbook.billing.issued import all_issued
    from tollbook.money import format_money

    found = all_issued(open_book().documents, client=client)
    if as_json:
        print_json([{**one.as_document(), "document": None} for one in found])
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

    print_json(find_issued(open_book().documents, number).document)


@invoice_app.command("verify")
def invoice_verify(
    number: Annotated[str, typer.Argument(help="Number; default: all.")] = "", *, as_json: JsonOption = False
) -> None:
    """Compute final documents anew from their pins and compare hashes; exit code 1 when any differs."""
    found = open_book().verify(number)
    if as_json:
        print_json([{"number": one.issued.number, "sha": one.issued.sha, "faults": one.faults} for one in found])
    else:
        for one in found:
            out.print(f"[{'green' if one.ok else 'bold red'}]{'ok  ' if one.ok else 'FAIL'}[/] {one.issued.number}")
            for fault in one.faults:
                out.print(f"     {plain(fault)}", highlight=False)
    raise typer.Exit(0 if all(one.ok for one in found) else 1)


@invoice_app.command("share")
def invoice_share(
    number: Annotated[str, typer.Argument(help="Number of an invoice or credit note.")],
    *,
    hours: Annotated[int, typer.Option(help="How long the link works.", min=1, max=168)] = 48,
    kind: Annotated[str, typer.Option(help="pdf, csv, json or xml.")] = "pdf",
) -> None:
    """Make a link that lets whoever has it read a final invoice for some time; the home must be on Blob."""
    from datetime import timedelta

    from tollbook.billing.issued import find_issued
    from tollbook.storage.sharing import share

    if kind not in {"pdf", "csv", "json", "xml"}:
        raise typer.BadParameter(f"{kind!r} is none of pdf, csv, json, xml", param_hint="--kind")
    book = open_book()
    path = book.invoices / find_issued(book.documents, number).folder / f"{number}.{kind}"
    print(share(book.files, path, lasts=timedelta(hours=hours)))  # noqa: T201 - an address must not be wrapped
    err.print(f"works for {hours} hours, for whoever has it")


@invoice_app.command("credit")
def invoice_credit(
    number: Annotated[str, typer.Argument(help="Number of the invoice to correct.")],
    *,
    reason: Annotated[str, typer.Option(help="Printed on every line.")],
    line: Annotated[list[str] | None, typer.Option(help="CHARGE=AMOUNT, net; repeatable. Default: all.")] = None,
) -> None:
    """Issue a credit note: in full, or for single lines."""
    from tollbook.billing.credit_notes import credit_amounts

    book = open_book()
    note = book.credit(number, reason=reason, amounts=credit_amounts(line) if line else None)
    out.print(f"{note.number}  {book.invoices / note.folder}", soft_wrap=True, highlight=False)
