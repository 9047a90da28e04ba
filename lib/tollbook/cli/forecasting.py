"""The command line of forecasts: `tollbook forecast`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table

from tollbook.cli.app import JsonOption, app, open_book, out, plain, print_json, say
from tollbook.money import format_count, format_share

if TYPE_CHECKING:
    from tollbook.forecasting import BillForecast, By, Forecast, Record

_LEVELS = ((0.1, 0.9), (0.025, 0.975))


@app.command()
def forecast(
    client: Annotated[str, typer.Argument(help="Client id, as in parameters/clients/<id>.yaml.")] = "",
    *,
    days: Annotated[int, typer.Option(help="Days ahead.", min=1, max=366)] = 61,
    by: Annotated[str, typer.Option(help="Also by part: channel or destination.")] = "",
    record: Annotated[
        bool, typer.Option("--record", help="How good issued forecasts turned out; of all clients when none is named.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Forecast a client's messages by day and its next bill, keep both, and say how good earlier ones turned out."""
    from tollbook.forecasting.daily import LEAST_DAYS, NotEnoughHistory
    from tollbook.forecasting.issuing import issue_forecast

    if record:
        _show_records([client] if client else [], as_json=as_json)
        return
    if not client:
        raise typer.BadParameter("name a client, or ask for --record of all", param_hint="CLIENT")
    part = _part(by)
    book = open_book()
    issued = issue_forecast(book, client, days=days)
    known = issued.history.dropna()
    if len(known) < LEAST_DAYS:
        raise NotEnoughHistory(len(known), float(known.mean()) if len(known) else 0.0)
    made = issued.forecast
    parts = issued.parts(part) if part else {}
    if as_json:
        print_json({
            "client": client, "known_to": issued.known_to, "method": made.method, "days": _by_day(made, days),
            "parts": {name: {"method": one.method, "days": _by_day(one, days)} for name, one in parts.items()},
            "bill": _bill(issued.bill), "record": _figures(issued.record),
        })  # fmt: skip
        return
    out.print(_day_table(f"{client}: messages expected", made, days))
    if part:
        out.print(_part_table(f"{client}: of them by {part}", parts, days))
    _say_the_rest(made, issued.bill, issued.record, book.client(client).locale)


def _part(by: str) -> "By | None":
    if by not in {"", "channel", "destination"}:
        raise typer.BadParameter("channel or destination", param_hint="--by")
    return by or None  # type: ignore[return-value]  # one of the two, as was just looked at


def _say_the_rest(made: "Forecast", bill: "BillForecast | None", record: "Record", locale: str) -> None:
    from tollbook.forecasting.findings import bill_finding, outlook_finding, standing_finding

    say(outlook_finding(made, locale))
    if bill:
        say(bill_finding(bill, locale))
    say(standing_finding(record, locale))


def _by_day(made: "Forecast", days: int) -> dict[str, dict[str, float]]:
    frame = made.quantiles.assign(mean=made.mean).iloc[:days]
    columns = [str(column) for column in frame.columns]
    return {
        str(day): dict(zip(columns, map(float, row), strict=True))
        for day, row in zip(frame.index, frame.to_numpy(), strict=True)
    }


def _bill(bill: "BillForecast | None") -> dict[str, Any] | None:
    if bill is None:
        return None
    return {
        "month": str(bill.month), "currency": bill.currency, "so_far": bill.so_far, "p10": bill.p10, "p50": bill.p50,
        "p90": bill.p90, "expected": bill.expected, "over_budget": bill.over_budget,
    }  # fmt: skip


def _day_table(title: str, made: "Forecast", days: int) -> Table:
    table = _table(title, "day", "expected", "80% between", "95% between")
    for day, row in made.quantiles.assign(mean=made.mean).iloc[:days].iterrows():
        cells = [f"{format_count(row[low])} - {format_count(row[high])}" for low, high in _LEVELS]
        table.add_row(f"{day:%a %Y-%m-%d}", format_count(row["mean"]), *cells)
    return table


def _part_table(title: str, parts: Mapping[str, "Forecast"], days: int) -> Table:
    from tollbook.forecasting import parts_table

    found = parts_table(parts, days=days)
    table = _table(title, "part", *found.columns)
    for name, row in zip(found.index, found.to_numpy(), strict=True):
        table.add_row(plain(name or "unknown"), *row)
    return table


def _show_records(clients: list[str], *, as_json: bool) -> None:
    from tollbook.forecasting.issuing import track_records

    book = open_book()
    records, together = track_records(book, clients or book.client_ids())
    if as_json:
        found = {client: _figures(one) for client, one in records.items()}
        print_json({"clients": found, "all": _figures(together)})
        return
    table = _table("issued forecasts against what came", "client", "judged", "off", "bias", "days in 80%",
                   "days in 95%", "bill off", "to naive", "model")  # fmt: skip
    for client, one in records.items():
        table.add_row(client, *_cells(one), "in use" if one.trusted else "not used: worse than naive")
    if len(records) > 1:
        table.add_section()
        table.add_row("all", *_cells(together), "", style="bold")
    out.print(table)
    say("off: of the total, on average; bias: with its sign; to naive: daily error as a share of the naive forecast's")


def _cells(one: "Record") -> list[str]:
    shares = [one.ape, one.bias, one.day_80, one.day_95, one.bill_ape, one.against_naive]
    return [str(len(one.judged)), *("" if share is None else format_share(share) for share in shares)]


def _figures(one: "Record") -> dict[str, Any]:
    return {
        "judged": len(one.judged), "error": one.ape, "bias": one.bias, "day_coverage_80": one.day_80,
        "day_coverage_95": one.day_95, "bill_error": one.bill_ape, "against_naive": one.against_naive,
        "model_in_use": one.trusted,
    }  # fmt: skip


def _table(title: str, *heads: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    for head in heads:
        table.add_column(head, justify="left" if head in {"day", "part", "client", "method", "model"} else "right")
    return table
