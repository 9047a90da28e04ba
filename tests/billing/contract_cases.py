"""Contracts as YAML, usage as a table: a test reads as input, then assertion."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tollbook.billing.bill import Bill
from tollbook.billing.billing import make_bill
from tollbook.billing.standing import Standing
from tollbook.period import Month
from tollbook.rating.cards import RateCard
from tollbook.rating.contracts import Client, parse_client
from tollbook.rating.exchange import ExchangeTable
from tollbook.usage.cube import Cell

OCTOBER = Month(2026, 10)


def client(contract: str, **more: Any) -> Client:
    """A client in Britain whose contract is the YAML: in euros, at a VAT of 20 %, unless it says otherwise."""
    base = {"valid_from": date(2026, 1, 1), "currency": "EUR", "taxes": {"standard": {"rate": 20, "label": "VAT"}}}
    whole = {
        "client": "acme",
        "name": "Acme",
        "country": "GB",
        "time_zone": "Europe/London",
        "contracts": [base | yaml.safe_load(contract)],
    }
    return parse_client(Path("acme.yaml"), yaml.safe_dump(whole | more))


def usage(table: str, month: Month = OCTOBER) -> list[Cell]:
    """Rows of `day channel status messages segments [country] [key=value ...]`."""
    cells = []
    for row in table.strip().splitlines():
        day, channel, status, messages, segments, *rest = row.split()
        named = dict(one.split("=") for one in rest if "=" in one)
        country = next((one for one in rest if "=" not in one), "GB")
        cell = Cell(
            day=date(month.year, month.number, int(day)),
            channel=channel,
            direction=named.get("direction", "mt"),
            country=country,
            network=named.get("network", ""),
            category="",
            campaign="",
            status=status,
            cost_currency=named.get("currency", ""),
            messages=int(messages),
            segments=int(segments),
            cost=Decimal(named.get("cost", "0")),
            carrier_fee=Decimal(named.get("carrier_fee", "0")),
            units=Decimal(named.get("units", "0")),
            error=named.get("error", ""),
        )
        cells.append(cell)
    return cells


def bill(
    contract: str,
    table: str = "",
    *,
    month: Month = OCTOBER,
    standing: Standing | None = None,
    cards: dict[str, RateCard] | None = None,
    exchange: ExchangeTable | None = None,
    **more: Any,
) -> Bill:
    return make_bill(
        client(contract, **more), month, usage(table, month), cards or {}, batch=1, standing=standing, exchange=exchange
    )


def amounts(made: Bill) -> dict[str, str]:
    """Charge -> amount, as printed."""
    return {line.charge: f"{line.amount:f}" for line in made.lines}
