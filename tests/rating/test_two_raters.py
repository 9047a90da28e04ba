"""Two raters agree: the library's over the cube, and the plain one message by message."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_rater import Message, PlainBill, plain_bill, standing_messages

from tollbook.billing.bill import Bill
from tollbook.billing.billing import make_bill
from tollbook.book import Book
from tollbook.period import Month, utc_days
from tollbook.rating.cards import read_card
from tollbook.rating.contracts import Client
from tollbook.usage.cube import Cell

CLIENTS = ["carmel-clinic", "harbour-bank", "ledger-archive", "marigold-retail", "monsoon-air", "prairie-city"]
MONTHS = [Month(2025, 9).shift(n) for n in range(14)]
OCTOBER = Month(2026, 10)


def agree(made: Bill, plain: PlainBill) -> None:
    assert {line.charge: line.amount for line in made.lines if line.amount or line.kind != "discount"} == {
        name: amount for name, amount in plain.lines.items() if amount or name[:4] != "less"
    }
    assert {tax.category: tax.amount for tax in made.taxes} == plain.taxes
    assert made.total == plain.total
    assert sum(one.messages for one in made.unrated) == plain.unrated


@pytest.mark.parametrize("client", CLIENTS)
def test_the_raters_agree_on_every_month_of_the_demo(client: str, demo_book: Book) -> None:
    whose = demo_book.client(client)
    parameters = demo_book.settings.parameters
    contracts = yaml.safe_load((parameters / "clients" / f"{client}.yaml").read_text("utf-8"))["contracts"]
    days = utc_days(MONTHS[0].bounds(whose.time_zone)[0], MONTHS[-1].bounds(whose.time_zone)[1])
    demo_book.open_ledger(days[0], days[-1])
    found = demo_book.connection.execute("select * from ledger where client = ?", [client])
    names = [column[0] for column in found.description or ()]
    by_month: dict[Month, list[Message]] = defaultdict(list)
    for one in standing_messages((dict(zip(names, row, strict=True)) for row in found.fetchall()), whose.time_zone):
        by_month[Month.of(one.day)].append(one)
    for month in MONTHS:
        contract = [one for one in contracts if one["valid_from"] <= month.first][-1]
        agree(demo_book.bill(client, month), plain_bill(contract, by_month[month], parameters / "rates", month.first))


ROWS = """channel,direction,country,network,category,unit,price,currency,valid_from,valid_to
sms,,,,,segment,0.095,GBP,,
sms,mt,GB,,,segment,0.039,GBP,,2026-10-15
sms,mt,GB,,,segment,0.0365,GBP,2026-10-15,
,mt,GB,23410,,message,0.0371,GBP,,
whatsapp,mt,,,marketing,message,0.0613,GBP,,
"""
TIERS = st.lists(st.integers(1, 60), min_size=0, max_size=3, unique=True).map(sorted)
UNIT = st.decimals(0, 2, places=5).map(str)
FLAT = st.decimals(0, 9, places=2).map(str)


@st.composite
def tiers(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [
        {"unit": draw(UNIT), "flat": draw(FLAT), **({"up_to": bound} if bound else {})}
        for bound in [*draw(TIERS), None]
    ]


PRICE = st.one_of(
    st.builds(lambda unit: {"model": "per_unit", "unit": unit}, UNIT),
    st.builds(lambda amount: {"model": "flat", "amount": amount}, FLAT),
    st.builds(
        lambda size, amount, free: {"model": "package", "package_size": size, "package_amount": amount, "free_units": free},
        st.integers(1, 20), FLAT, st.integers(0, 9),
    ),
    st.builds(lambda model, steps: {"model": model, "tiers": steps},
              st.sampled_from(["graduated", "volume", "stairstep"]), tiers()),
    st.just({"model": "rate_card", "card": "made"}),
    st.builds(lambda times, more: {"model": "dynamic", "multiplier": times, "markup": more}, UNIT, UNIT),
)  # fmt: skip
STATUS = st.sampled_from(["accepted", "delivered", "failed", "undelivered", "rejected", "read"])
METER = st.fixed_dictionaries(
    {"counts": st.sampled_from(["segments", "messages"])},
    optional={
        "channels": st.sampled_from([["sms"], ["whatsapp"], ["sms", "whatsapp"]]),
        "countries": st.just(["GB"]),
        "statuses": st.lists(STATUS, unique=True, max_size=3),
        "channel_statuses": st.just({"whatsapp": ["delivered", "read"]}),
        "exempt_errors": st.just(["30007"]),
    },
)
MESSAGE = st.builds(
    Message,
    day=st.sampled_from(OCTOBER.days),
    channel=st.sampled_from(["sms", "whatsapp"]),
    direction=st.sampled_from(["mt", "mt", "mo"]),
    country=st.sampled_from(["GB", "FR", ""]),
    network=st.sampled_from(["", "23410"]),
    category=st.sampled_from(["", "marketing"]),
    campaign=st.just(""),
    status=STATUS,
    segments=st.integers(1, 3),
    cost=st.decimals(0, 1, places=4),
    currency=st.just("GBP"),
    error=st.sampled_from(["", "30007"]),
)


@st.composite
def contracts(draw: st.DrawFn) -> dict[str, Any]:
    charges: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 3))):
        price = draw(PRICE)
        charge = {"kind": "usage", "name": f"usage-{number}", "label": "Usage", "price": price, "meter": draw(METER)}
        if price["model"] not in {"rate_card", "dynamic"} and draw(st.booleans()):
            charge["allowance"] = {"units": draw(st.integers(1, 30))}
        if draw(st.booleans()):
            charge["minimum"] = draw(FLAT)
        if draw(st.booleans()):
            charge["maximum"] = str(Decimal(charge.get("minimum", "0")) + Decimal(draw(FLAT)))
        charges.append(charge)
    charges.append({"kind": "recurring", "name": "fee", "label": "Fee", "amount": draw(FLAT), "tax": "zero"})
    contract: dict[str, Any] = {
        "valid_from": date(2026, 1, 1),
        "currency": "GBP",
        "rounding": draw(st.sampled_from(["half-up", "half-even", "down", "up"])),
        "charges": charges,
        "taxes": {"standard": {"rate": 20, "label": "VAT"}, "zero": {"rate": 0, "label": "None"}},
    }
    names = [charge["name"] for charge in charges[:-1]]
    if draw(st.booleans()):
        contract["discounts"] = [
            {"name": "less-1", "label": "Less", "charges": names, "percent": draw(st.integers(0, 100))},
            {"name": "less-2", "label": "Less", "charges": names[:1], "amount": draw(FLAT)},
        ]
    if draw(st.booleans()):
        contract["commitment"] = {"amount": draw(st.integers(1, 99))}
    return contract


def cells(messages: list[Message]) -> list[Cell]:
    """The cube of these messages, a cell for each: how they are grouped must not matter."""
    return [
        Cell(one.day, one.channel, one.direction, one.country, one.network, one.category, one.campaign, one.status,
             one.currency, one.counts, one.segments, one.cost, units=Decimal(one.segments), error=one.error)
        for one in messages
    ]  # fmt: skip


def client_of(contract: dict[str, Any]) -> Client:
    return Client.model_validate(
        {"client": "made-up", "name": "Made up", "country": "GB", "time_zone": "Europe/London", "contracts": [contract]}
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contract=contracts(), messages=st.lists(MESSAGE, max_size=60))
def test_the_raters_agree_on_contracts_nobody_would_write(
    contract: dict[str, Any], messages: list[Message], tmp_path: Path
) -> None:
    (tmp_path / "made.csv").write_text(ROWS)
    cards = {"made": read_card(tmp_path / "made.csv")}
    made = make_bill(client_of(contract), OCTOBER, cells(messages), cards, batch=1)
    agree(made, plain_bill(contract, messages, tmp_path, OCTOBER.first))
    for line in made.lines:
        assert sum(step.amount for step in line.steps) == line.exact or not line.steps
        assert sum(item.amount for item in line.items) == line.amount or not line.items
    assert made.total == made.net + made.tax == sum(line.amount for line in made.lines) + sum(t.amount for t in made.taxes)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contract=contracts(), messages=st.lists(MESSAGE, max_size=40), seed=st.randoms())
def test_the_order_of_usage_changes_nothing(
    contract: dict[str, Any], messages: list[Message], seed: Any, tmp_path: Path
) -> None:
    (tmp_path / "made.csv").write_text(ROWS)
    cards = {"made": read_card(tmp_path / "made.csv")}
    shuffled = list(messages)
    seed.shuffle(shuffled)
    first, second = (
        make_bill(client_of(contract), OCTOBER, cells(some), cards, batch=1) for some in (messages, shuffled)
    )
    assert first.lines == second.lines
    assert first.total == second.total
