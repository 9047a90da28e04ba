"""The command line of the demo."""

from typing import Annotated

import typer

from tollbook.cli.app import (
    app,
    err,
    out,
)


@app.command()
def demo(  # noqa: PLR0913 - the options of `tollbook demo`
    *,
    months: Annotated[int, typer.Option(help="How many months of traffic.", min=1, max=60)] = 14,
    until: Annotated[str, typer.Option(help="The last month, YYYY-MM.")] = "2026-10",
    scale: Annotated[float, typer.Option(help="Share of the full traffic.", min=0.001, max=10)] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 7,
    force: Annotated[bool, typer.Option(help="Overwrite demo parameters you have changed.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Instead, let traffic land now, a file a second.")] = False,
    rate: Annotated[float, typer.Option(help="With --live: messages a second.", min=0.1, max=5000)] = 20.0,
    seconds: Annotated[float | None, typer.Option(help="With --live: for so long; default: until Ctrl-C.")] = None,
) -> None:
    """Write six invented clients and their landing files, the same each time; with --live, let them send now.

    To watch: `tollbook demo --live` in one terminal, `tollbook follow` in another, `tollbook dashboards` in a third.
    """
    if live:
        _play(rate=rate, seconds=seconds, seed=seed)
        return
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


def _play(*, rate: float, seconds: float | None, seed: int) -> None:
    import signal
    import threading

    from tollbook.demo.install import install_parameters
    from tollbook.demo.live import play
    from tollbook.settings import Settings

    settings, stop = Settings(), threading.Event()
    if not (settings.parameters / "clients").is_dir():
        install_parameters(settings.parameters)
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    out.print(f"{rate:g} messages a second land below {settings.landing / 'tollbook' / 'live'}; Ctrl-C stops")
    play(
        settings,
        rate=rate,
        seconds=seconds,
        seed=seed,
        stop=stop,
        tell=lambda one: typer.echo(f"{one.name}: {one.messages} messages, {one.receipts} receipts"),
    )
