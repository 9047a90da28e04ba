"""The command line of bills and invoices."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from tollbook.cli.app import (
    ClientArgument,
    JsonOption,
    MonthArgument,
    app,
    err,
    group,
    open_book,
    out,
    plain,
    print_json,
)

if TYPE_CHECKING:
    from tollbook.billing.bill import Bill

invoice_app = group("invoice", "Invoices: drafts, final ones, credit notes.")


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

    book = open_book()
    made = book.preview(client, month, batch=batch)
    if as_json:
        print_json(invoice_json(made, book.client(client)))
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
        table.add_row(plain(line.label), quantity, format_money(line.amount, made.currency, locale))
    table.add_section()
    for tax in made.taxes:
        label = f"{plain(tax.label)} on {format_money(tax.basis, made.currency, locale)}"
        table.add_row(label, "", format_money(tax.amount, made.currency, locale))
    table.add_row("total", "", format_money(made.total, made.currency, locale), style="bold")
    for credit in made.credits:
        table.add_row(plain(credit.label), "", format_money(-credit.amount, made.currency, locale))
    if made.credits:
        table.add_row("due", "", format_money(made.due, made.currency, locale), style="bold")
    if made.unrated:
        table.caption = f"[bold red]{sum(one.messages for one in made.unrated):,} messages have no price[/]"
    return table


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

    found = open_book().simulate(client, contract, months=months)
    if as_json:
        print_json(
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
        table.add_row(str(one.month), *money, plain(why))
    table.add_section()
    total = format_money(total_change(found), found[-1].then.currency)
    table.add_row("all", "", "", total, "", style="bold")
    out.print(table)


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
) -> None:
    """Make a month's invoices final, each with the next number of its legal entity; final ones stay as they are.

    A client whose invoice cannot be final is named with the reason, the others go on; the exit code is then 2.
    """
    from tollbook.billing.issuing import NotFinal

    book = open_book()
    refused = 0
    for one in client or book.client_ids():
        try:
            issued = book.finalise(one, month)
        except NotFinal as error:
            refused += 1
            err.print(f"[bold red]error:[/] {plain(str(error))}", soft_wrap=True, highlight=False)
            continue
        out.print(f"{issued.number}  {plain(one)}  {book.invoices / issued.folder}", soft_wrap=True, highlight=False)
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
    kind: Annotated[str, typer.Option(help="pdf, csv or json.")] = "pdf",
) -> None:
    """Make a link that lets whoever has it read a final invoice for some time; the home must be on Blob."""
    from datetime import timedelta

    from tollbook.billing.issued import find_issued
    from tollbook.storage.sharing import share

    if kind not in {"pdf", "csv", "json"}:
        raise typer.BadParameter(f"{kind!r} is none of pdf, csv, json", param_hint="--kind")
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
