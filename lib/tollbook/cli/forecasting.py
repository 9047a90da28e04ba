"""The command line of forecasts."""

import json
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from tollbook.cli.app import (
    ClientArgument,
    JsonOption,
    app,
    open_book,
    out,
    print_json,
)


@app.command()
def forecast(
    client: ClientArgument,
    *,
    days: Annotated[int, typer.Option(help="Days ahead.", min=1, max=366)] = 61,
    as_json: JsonOption = False,
) -> None:
    """Forecast a client's messages by day, with 80 % and 95 % intervals."""
    from tollbook.money import format_count

    book = open_book()
    made = book.forecast(client, days=days)
    frame = made.quantiles.assign(mean=made.mean)
    if as_json:
        frame.index = frame.index.astype(str)
        print_json({"client": client, "days": json.loads(frame.to_json(orient="index"))})
        return
    table = Table(box=box.SIMPLE_HEAD, title=f"{client}: messages expected", title_justify="left")
    for name in ("day", "expected", "80 % between", "95 % between"):
        table.add_column(name, justify="left" if name == "day" else "right")
    for day, row in frame.iterrows():
        cells = [f"{format_count(row[low])} - {format_count(row[high])}" for low, high in ((0.1, 0.9), (0.025, 0.975))]
        table.add_row(f"{day:%a %Y-%m-%d}", format_count(row["mean"]), *cells)
    out.print(table)
