"""The program itself: its options, its errors, and how it prints. The commands are in the modules beside this one."""

import json
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup

from tollbook import __version__
from tollbook.errors import TollbookError

if TYPE_CHECKING:
    from tollbook.book import Book

# Before numpy is there: a client's matrices are small, and threads that wait for each other cost nine times the work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Wide enough for every table where nobody watches: in a pipe, in cron, in CI.
out = Console(width=None if sys.stdout.isatty() else 120)
err = Console(stderr=True)

ClientArgument = Annotated[str, typer.Argument(help="Client id, as in parameters/clients/<id>.yaml.")]
MonthArgument = Annotated[str, typer.Argument(help="Month, YYYY-MM.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


class _Group(TyperGroup):
    """Prints what a user can act on as one line and exits with its code; anything else is a bug and shows whole."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        from tollbook.storage.disk import disk_faults

        try:
            with disk_faults():
                return super().invoke(ctx)
        except TollbookError as error:
            err.print(f"[bold red]error:[/] {plain(str(error))}", soft_wrap=True, highlight=False)
            raise typer.Exit(error.exit_code) from error


app = typer.Typer(
    cls=_Group,
    name="tollbook",
    help="Billing, insight and forecasting for business mobile messaging, in notebooks.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)


def group(name: str, says: str) -> typer.Typer:
    """A group of commands, `tollbook NAME ...`, added to the program."""
    made = typer.Typer(help=says, no_args_is_help=True)
    app.add_typer(made, name=name)
    return made


def plain(value: object) -> str:
    """A value as one line of text with rich's markup switched off."""
    return escape(" ".join(str(value).split()))


def say(text: str, *, wrap: bool = True) -> None:
    """Print text as it is, whatever brackets are in it."""
    out.print(text, markup=False, highlight=False, soft_wrap=not wrap)


def print_json(value: Any) -> None:
    """Print for other programs; money and dates as text."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def open_book() -> "Book":
    """The project's book. Imported late: `tollbook --help` needs none of it."""
    import tollbook

    return tollbook.open()


@app.callback(invoke_without_command=True)
def main(*, version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    """Billing, insight and forecasting for business mobile messaging, in notebooks."""
    if version:
        out.print(__version__)
        raise typer.Exit
