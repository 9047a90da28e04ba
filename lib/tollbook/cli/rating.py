"""The command line of prices."""

from pathlib import Path
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

rates_app = group("rates", "Price lists and rate cards.")


@app.command()
def price(
    model: Annotated[Path, typer.Argument(help="A YAML file with one price model.")],
    quantity: Annotated[str, typer.Argument(help="How many units; decimals allowed.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Price a quantity by one price model, and show every step."""
    from tollbook.rating.prices import parse_quantity, read_price_model

    rated = read_price_model(model).rate(parse_quantity(quantity))
    steps = [
        {"label": one.label, "quantity": f"{one.quantity:f}", "unit_price": f"{one.unit_price:f}",
         "flat": f"{one.flat:f}", "amount": f"{one.amount:f}"}
        for one in rated.steps
    ]  # fmt: skip
    if as_json:
        print_json({"amount": f"{rated.amount:f}", "steps": steps})
        return
    for one in steps:
        out.print(f"{one['label']}: {one['quantity']} x {one['unit_price']} + {one['flat']} = {one['amount']}")
    out.print(f"[bold]{rated.amount:f}[/]")


@rates_app.command("diff")
def rates_diff(
    before: Annotated[Path, typer.Argument(help="The earlier edition: a rate card or a published list.")],
    after: Annotated[Path, typer.Argument(help="The later edition.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two editions of a price list."""
    from tollbook.rating.price_lists import changes, read_price_list

    found = changes(read_price_list(before), read_price_list(after))
    if as_json:
        print_json([{name: getattr(one, name) for name in (*one.__slots__, "relative")} for one in found])
        return
    table = Table(box=box.SIMPLE_HEAD, title=f"{len(found):,} prices changed", title_justify="left")
    for name in ("what", "country", "destination", "before", "after", "change"):
        table.add_column(name, justify="right" if name in {"before", "after", "change"} else "left")
    for one in found:
        prices = ["" if price is None else f"{price:f}" for price in (one.before, one.after)]
        share = "" if one.relative is None else f"{one.relative:+.1%}"
        table.add_row(one.kind, one.country, plain(one.name), *prices, share)
    out.print(table)


@rates_app.command("import")
def rates_import(  # noqa: PLR0913 - what an edition says once for all its rows
    published: Annotated[Path, typer.Argument(help="The published list: ISO,Country,Description,Price / msg.")],
    card: Annotated[str, typer.Argument(help="Name of the rate card, parameters/rates/<card>.csv; new or known.")],
    *,
    starts: Annotated[str, typer.Option("--from", help="First day of these prices, YYYY-MM-DD.")],
    currency: Annotated[str, typer.Option(help="Currency of the list.")] = "USD",
    channel: Annotated[str, typer.Option(help="Channel the prices are for.")] = "sms",
    unit: Annotated[str, typer.Option(help="What a price is for: segment or message.")] = "segment",
    as_json: JsonOption = False,
) -> None:
    """Write a published price list into a rate card; prices that changed end where the new ones begin."""
    from collections import Counter
    from datetime import date

    from tollbook.rating.list_import import Edition, import_list

    try:
        day = date.fromisoformat(starts)
    except ValueError as error:
        raise typer.BadParameter(f"{starts!r} is not a day, YYYY-MM-DD", param_hint="--from") from error
    path = open_book().settings.parameters / "rates" / f"{card}.csv"
    placed = import_list(published, path, Edition(day, currency, channel=channel, unit=unit))
    if as_json:
        print_json(
            [
                {"line": one.listed.line, "name": one.listed.name, "price": one.listed.price, "became": one.became,
                 "networks": one.networks}
                for one in placed
            ]
        )  # fmt: skip
        return
    table = Table(box=box.SIMPLE_HEAD, title=f"{len(placed):,} prices into {plain(path)}", title_justify="left")
    for name in ("became", "prices", "for example"):
        table.add_column(name, justify="right" if name == "prices" else "left")
    for became, count in Counter(one.became for one in placed).most_common():
        example = next(one for one in placed if one.became == became)
        table.add_row(became, f"{count:,}", plain(f"line {example.listed.line}: {example.listed.name}"))
    out.print(table)
