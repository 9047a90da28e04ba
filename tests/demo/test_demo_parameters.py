"""The demo's contracts: valid, one of every kind, and with a price for all that the demo sends."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tollbook.demo.install import install_parameters
from tollbook.demo.world import WORLD
from tollbook.period import Month
from tollbook.rating.cards import Destination, read_card
from tollbook.rating.contracts import CardPrice, Client, RecurringCharge, UsageCharge, read_client


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Client]:
    folder = tmp_path_factory.mktemp("parameters")
    install_parameters(folder)
    return {path.stem: read_client(path) for path in sorted((folder / "clients").glob("*.yaml"))}


@pytest.fixture(scope="module")
def rates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rates")
    install_parameters(folder)
    return folder / "rates"


def test_there_is_a_client_for_every_part_of_the_world(clients: dict[str, Client]) -> None:
    assert set(clients) == set(WORLD)
    for name, client in clients.items():
        assert set(client.accounts) == {"tollbook", *(stream.source for stream in WORLD[name])}


@pytest.mark.parametrize(
    ("client", "currency", "tax"),
    [
        ("harbour-bank", "GBP", 20),
        ("marigold-retail", "USD", 0),
        ("carmel-clinic", "ILS", 18),
        ("monsoon-air", "INR", 18),
        ("prairie-city", "CAD", 5),
        ("ledger-archive", "EUR", 19),
    ],
)
def test_currency_tax_and_budget(clients: dict[str, Client], client: str, currency: str, tax: int) -> None:
    contract = clients[client].contract(Month(2026, 10))
    assert contract.currency == currency
    assert contract.taxes["standard"].rate == Decimal(tax)
    assert contract.taxes["standard"].note or tax
    assert clients[client].budget


def test_every_kind_of_charge_is_used(clients: dict[str, Client]) -> None:
    charges = [charge for client in clients.values() for contract in client.contracts for charge in contract.charges]
    models = {charge.price.model for charge in charges if isinstance(charge, UsageCharge)}
    assert models == {"rate_card", "per_unit", "graduated", "volume", "package"}
    assert any(isinstance(charge, RecurringCharge) and charge.unit == "seat" for charge in charges)
    assert sum(len(client.contracts) > 1 for client in clients.values()) == 2


def test_every_stream_is_metered_once_and_has_a_price(clients: dict[str, Client], rates: Path) -> None:
    for name, streams in WORLD.items():
        for month in (Month(2025, 9), Month(2026, 3), Month(2026, 10)):
            for stream in streams:
                for country in stream.mix:
                    where = Destination(stream.channel, stream.direction, country, "", stream.category)
                    metering = metered_by(clients[name], month, where)
                    assert len(metering) == 1, (name, stream.name, country, month)
                    price = metering[0].price
                    if isinstance(price, CardPrice):
                        assert read_card(rates / f"{price.card}.csv").find(where, month.last)


def metered_by(client: Client, month: Month, where: Destination) -> list[UsageCharge]:
    charges = [charge for charge in client.contract(month).charges if isinstance(charge, UsageCharge)]
    return [
        charge
        for charge in charges
        if where.channel in charge.meter.channels
        and where.direction in charge.meter.directions
        and (not charge.meter.countries or where.country in charge.meter.countries)
    ]


def test_the_cards_have_a_network_row_and_a_price_change(rates: Path) -> None:
    card = read_card(rates / "demo-carmel-ils.csv")
    israel = [Destination("sms", "mt", "IL", network, "service") for network in ("42507", "42502")]
    before, after = date(2026, 1, 31), date(2026, 2, 1)
    prices = [[str(rate.price) for day in (before, after) if (rate := card.find(one, day))] for one in israel]
    assert prices == [["0.0840", "0.0840"], ["0.0890", "0.0935"]]
    unheard_of = card.find(Destination("sms", "mt", "PT", "", ""), before)
    assert unheard_of
    assert str(unheard_of.price) == "0.3400"
