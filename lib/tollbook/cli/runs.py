"""The command line of the monthly run and its kernels."""

from typing import Annotated

import typer

from tollbook.cli.app import (
    MonthArgument,
    app,
    err,
    group,
    open_book,
    out,
    plain,
)

kernel_app = group("kernel", "The warm kernel for JupyterLab and Voila.")


@app.command()
def run(  # noqa: PLR0913 - a command's options, each by name
    month: MonthArgument,
    *,
    client: Annotated[list[str] | None, typer.Option(help="Only this client; repeatable.")] = None,
    notebook: Annotated[list[str] | None, typer.Option(help="Only this notebook; repeatable.")] = None,
    workers: Annotated[int | None, typer.Option(help="Notebooks at once; default: one per core.", min=1)] = None,
    scheduler: Annotated[
        str, typer.Option(help="Let the workers of this Dask scheduler do it, such as tcp://host:8786.")
    ] = "",
    only_failed: Annotated[bool, typer.Option(help="Only what failed the last time.")] = False,
    force: Annotated[bool, typer.Option(help="Also what is already valid for the same inputs.")] = False,
) -> None:
    """Run every client's notebooks for a month; outputs/<month>/index.html says what happened."""
    if workers and scheduler:
        raise typer.BadParameter("a scheduler's workers are as many as it has: leave --workers out")
    from tollbook.errors import TollbookError
    from tollbook.period import Month
    from tollbook.runs.month import run_month
    from tollbook.runs.summary import run_table
    from tollbook.settings import Settings

    summary = run_month(
        Settings(),
        month,
        clients=client,
        notebooks=notebook,
        workers=workers,
        scheduler=scheduler,
        only_failed=only_failed,
        force=force,
        progress=err,
    )
    out.print(run_table(summary))
    try:
        evaluation = open_book().evaluate(Month.parse(month), clients=client, ahead=True)
    except TollbookError as error:  # nothing that the run itself has not reported decides its exit code
        err.print(f"thresholds were not looked at: {plain(str(error))}", soft_wrap=True, highlight=False)
        raise typer.Exit(summary.exit_code) from error
    for one in evaluation.raised:
        out.print(f"[bold yellow]{one.title}:[/] {plain(one.text)}")
    for trouble in evaluation.troubles:
        err.print(f"[bold yellow]trouble:[/] {plain(trouble)}", soft_wrap=True, highlight=False)
    raise typer.Exit(summary.exit_code)


@kernel_app.command("install")
def kernel_install(
    *,
    prefix: Annotated[str, typer.Option(help="Below this folder instead of in your own settings.")] = "",
) -> None:
    """Install the kernelspec "Tollbook (warm)": kernels forked from a process that has imported everything."""
    from tollbook.runs.warm.kernelspec import install

    out.print(str(install(prefix=prefix)), soft_wrap=True)
