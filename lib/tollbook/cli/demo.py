"""The command line of the demo."""

from typing import Annotated

import typer

from tollbook.cli.app import (
    app,
    err,
    out,
)


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
