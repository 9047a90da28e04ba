"""The command line of the dashboards."""

from typing import Annotated

import typer

from tollbook.cli.app import (
    app,
)


@app.command()
def dashboards(  # noqa: PLR0913 - one option each
    *,
    port: Annotated[int, typer.Option(help="Port.")] = 8866,
    host: Annotated[str, typer.Option(help="Address; any but this machine's needs --header.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    header: Annotated[
        str,
        typer.Option(
            envvar="TOLLBOOK_DASHBOARDS_HEADER",
            help="Header in which the sign-in proxy names the person, such as X-MS-CLIENT-PRINCIPAL-NAME; people then "
            "see what parameters/access.yaml gives them.",
        ),
    ] = "",
    proxy: Annotated[
        list[str] | None,
        typer.Option(envvar="TOLLBOOK_DASHBOARDS_PROXY", help="Address or network the proxy asks from; repeatable."),
    ] = None,
    secret: Annotated[
        str,
        typer.Option(
            envvar="TOLLBOOK_DASHBOARDS_SECRET", help="Sent by the proxy as X-Tollbook-Proxy.", show_default=False
        ),
    ] = "",
    pages: Annotated[
        int | None, typer.Option(help="Open pages at once; default: what the machine's memory has room for.", min=1)
    ] = None,
) -> None:
    """Serve the dashboards with Voila: on this machine only, or behind a sign-in proxy."""
    from pydantic import SecretStr

    from tollbook.dashboards.seating import seats
    from tollbook.dashboards.serve import Door, serve
    from tollbook.settings import Settings

    proxies = tuple(proxy or ("127.0.0.1", "::1"))
    door = Door(port, host, header, proxies, SecretStr(secret), pages or seats())
    raise typer.Exit(serve(Settings(), door, open_browser=browser))
