"""The command line of the dashboards."""

from typing import Annotated

import typer

from tollbook.cli.app import (
    app,
)


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
