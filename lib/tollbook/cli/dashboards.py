"""The command line of the dashboards."""

from typing import Annotated

import typer

from tollbook.cli.app import JsonOption, app, open_book, out, plain, print_json


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


@app.command()
def views(
    *,
    client: Annotated[str, typer.Option(help="Only this client.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many, newest first.", min=1)] = 50,
    as_json: JsonOption = False,
) -> None:
    """Who looked at which client's figures on the dashboards, and when (UTC)."""
    from dataclasses import asdict

    from rich.table import Table

    from tollbook.dashboards.views import views as seen

    found = seen(open_book().documents, client=client, limit=limit)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    table = Table("at", "person", "page", "client", "period")
    for one in found:
        table.add_row(f"{one.at:%Y-%m-%d %H:%M:%S}", *map(plain, (one.person, one.page, one.client, one.period)))
    out.print(table)
