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
