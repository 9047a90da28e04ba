"""The command line of what keeps a book in order: checks, benchmarks, copies of the documents."""

from typing import Annotated

import typer
from rich import box
from rich.table import Table

from tollbook.cli.app import (
    JsonOption,
    app,
    group,
    open_book,
    out,
    plain,
    print_json,
)

documents_app = group("documents", "The document store: SQLite, or MongoDB by TOLLBOOK_MONGODB_URI.")


@app.command()
def doctor(*, as_json: JsonOption = False) -> None:
    """Check what is configured, what answers, and that ledger, rollups and control totals agree."""
    from dataclasses import asdict

    from tollbook.doctor import examine

    findings = examine(open_book())
    if as_json:
        print_json([asdict(one) for one in findings])
    else:
        for one in findings:
            out.print(
                f"[{'green' if one.ok else 'bold red'}]{'ok  ' if one.ok else 'FAIL'}[/] {one.what}: {plain(one.says)}"
            )
    raise typer.Exit(0 if all(one.ok for one in findings) else 1)


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="Which one; default: all.")] = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Measure speed, memory and accuracy against a yardstick in the same run, and say which goals are reached."""
    from tollbook.bench import run_bench

    for result in run_bench(name):
        if as_json:
            print_json(result.as_document())
            continue
        table = Table(box=box.SIMPLE_HEAD, title=f"{result.name} ({result.machine}, {result.at})", title_justify="left")
        table.add_column("figure")
        table.add_column("value", justify="right")
        for key, value in result.figures.items():
            table.add_row(key, f"{value:,.3f}", style="bold")
        for key, value in result.yardsticks.items():
            table.add_row(f"yardstick: {key}", f"{value:,.3f}")
        out.print(table)
        for goal in result.goals:
            said = "[green]reached    [/]" if goal.reached else "[bold red]NOT reached[/]"
            out.print(f"{said} {goal.what}: {goal.value:,.3f}, asked {goal.asked}")


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
    copied = copy_documents(open_book().documents, target)
    if as_json:
        print_json([{"collection": one.collection, "documents": one.documents, "sha": one.sha} for one in copied])
        return
    for one in copied:
        out.print(f"{one.documents:>9,}  {plain(one.collection)}")
    out.print(f"{sum(one.documents for one in copied):>9,}  documents at {plain(target.where)}, compared: the same")
