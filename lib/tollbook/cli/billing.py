"""The command line of bills: previews, their trace and margin, what-if."""

from datetime import date
from decimal import Decimal
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
    open_book,
    out,
    plain,
    print_json,
)

if TYPE_CHECKING:
    import pandas as pd

    from tollbook.billing.bill import Bill
    from tollbook.billing.margins import Margins
    from tollbook.book import Book

MOST_ROWS = 40
ITEM_COLUMNS = ("day", "channel", "country", "network", "messages", "quantity", "unit_price", "amount")
ENTRY_COLUMNS = ("submitted_at", "country", "status", "sign", "segments", "cost", "recipient_masked", "message_id",
                 "source_line", "batch")  # fmt: skip


@app.command()
def bill(  # noqa: PLR0913 - each option opens the bill a little further
    client: ClientArgument,
    month: MonthArgument,
    *,
    batch: Annotated[int | None, typer.Option(help="As the ledger stood after this batch.", min=0)] = None,
    line: Annotated[str, typer.Option(help="Open one line: its charge, as in --json.")] = "",
    day: Annotated[str, typer.Option(help="With --line: the ledger entries of this day, YYYY-MM-DD.")] = "",
    margin: Annotated[bool, typer.Option(help="What each line earned over its supplier's cost.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Preview a month's bill: the invoice without its last step; open a line down to the ledger's entries."""
    from tollbook.billing.documents import invoice_json

    book = open_book()
    if margin:
        _print_margins(book.margins(client, month, batch=batch), book.bill(client, month).currency, as_json=as_json)
        return
    made = book.preview(client, month, batch=batch)
    if line:
        _print_trace(book, made, line, day, as_json=as_json)
    elif as_json:
        print_json(invoice_json(made, book.client(client)))
    else:
        out.print(_bill_table(made, book.client(client).locale))


def _print_margins(made: "Margins", currency: str, *, as_json: bool) -> None:
    from tollbook.money import format_money, format_share

    found = made.lines
    if as_json:
        print_json(
            [{"charge": one.charge, "amount": one.amount, "cost": one.cost, "margin": one.margin} for one in found]
        )
        return
    table = Table(box=box.SIMPLE_HEAD, title="Before tax; internal: not for the client", title_justify="left")
    for name in ("line", "amount", "supplier's cost", "margin", "share"):
        table.add_column(name, justify="left" if name == "line" else "right")
    for one in found:
        money = [format_money(amount, currency) for amount in (one.amount, one.cost, one.margin)]
        table.add_row(plain(one.label), *money, "" if one.share is None else format_share(float(one.share)))
    table.add_section()
    sums = [sum((getattr(one, name) for one in found), Decimal(0)) for name in ("amount", "cost", "margin")]
    table.add_row("all", *(format_money(amount, currency) for amount in sums), "", style="bold")
    table.caption = "; ".join(
        f"1 {x.source_currency} = {x.rate:f} {x.target} ({x.source}, {x.day})" for x in made.exchange
    )
    out.print(table)


def _print_trace(book: "Book", made: "Bill", charge: str, day: str, *, as_json: bool) -> None:
    """A line's steps and its usage by day and destination; with a day, the entries behind it."""
    from tollbook.billing.tracing import trace

    found = trace(made, charge)
    rows = book.entries(made, charge, day=_day(day)) if day else found.items
    if as_json:
        print_json({"charge": charge, "rows": rows.astype(str).to_dict("records")})
        return
    for step in found.line.steps:
        out.print(f"{plain(step.label)}: {step.quantity:f} x {step.unit_price:f} + {step.flat:f} = {step.amount:f}")
    out.print(
        _rows_table(
            rows[[*ENTRY_COLUMNS] if day else [*ITEM_COLUMNS]],
            f"{found.line.label}: {found.line.amount:f} {made.currency}",
        )
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day, YYYY-MM-DD", param_hint="--day") from error


def _rows_table(rows: "pd.DataFrame", title: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=plain(title), title_justify="left")
    for name in rows.columns:
        table.add_column(str(name).replace("_", " "))
    for row in rows.head(MOST_ROWS).astype(str).itertuples(index=False):
        table.add_row(*(plain(value) for value in row))
    if len(rows) > MOST_ROWS:
        table.caption = f"{len(rows) - MOST_ROWS:,} more; --json prints all"
    return table


@app.command()
def bills(month: MonthArgument, *, as_json: JsonOption = False) -> None:
    """Every client's bill of a month, in one reading of the ledger: before a month is made final."""
    from tollbook.money import format_count, format_money

    book = open_book()
    made = book.bills(month).values()
    if as_json:
        print_json(
            [
                {"client": one.client, "net": one.net, "tax": one.tax, "total": one.total, "currency": one.currency,
                 "messages": one.messages, "unrated": sum(usage.messages for usage in one.unrated)}
                for one in made
            ]
        )  # fmt: skip
        return
    table = Table(box=box.SIMPLE_HEAD, title=f"{month} (ledger batch {book.batch})", title_justify="left")
    for name in ("client", "messages", "net", "tax", "total", "without a price"):
        table.add_column(name, justify="left" if name == "client" else "right")
    for one in made:
        money = [format_money(amount, one.currency) for amount in (one.net, one.tax, one.total)]
        unrated = sum(usage.messages for usage in one.unrated)
        table.add_row(one.client, format_count(one.messages), *money, f"{unrated:,}" if unrated else "")
    out.print(table)


def _bill_table(made: "Bill", locale: str) -> Table:
    from tollbook.billing.documents.labels import Labels
    from tollbook.money import format_money

    labels = Labels.spoken("en", locale, made.currency)
    table = Table(
        box=box.SIMPLE_HEAD, title=f"{made.client}, {made.month} (ledger batch {made.batch})", title_justify="left"
    )
    for name in ("line", "quantity", "amount"):
        table.add_column(name, justify="left" if name == "line" else "right")
    for line in made.lines:
        quantity = labels.counted(line.quantity, line.unit)
        table.add_row(plain(line.label), plain(quantity), format_money(line.amount, made.currency, locale))
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
