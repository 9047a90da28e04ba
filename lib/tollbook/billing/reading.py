"""Bills read from the ledger: which usage a client's terms ask for, read once, for one client or for many."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from tollbook.billing.bill import Bill
from tollbook.billing.billing import make_bill
from tollbook.billing.standing import Standing, remembered_months
from tollbook.period import Month
from tollbook.rating.cards import RateCard
from tollbook.rating.contracts import Client
from tollbook.rating.distinctions import kinds_of, told_apart
from tollbook.rating.exchange import ExchangeTable
from tollbook.usage.cube import Cell, Wanted, read_cubes
from tollbook.usage.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Reader:
    """Where usage is read.

    Attributes:
        connect: gives a DuckDB in UTC, always the same.
        kept: takes what is read, to be found when the same is asked for again; None reads anew.
    """

    connect: Callable[[], duckdb.DuckDBPyConnection]
    ledger: Ledger
    kept: dict[object, dict[str, list[Cell]]] | None = None

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The database; opened when it is first asked for."""
        return self.connect()

    def bills(
        self,
        clients: Sequence[Client],
        month: Month,
        *,
        batch: int,
        cards: Mapping[str, RateCard],
        exchange: ExchangeTable | None = None,
    ) -> dict[str, Bill]:
        """The bills of a month by client id, in one reading of the ledger.

        Args:
            clients: whose ledger, and the terms.
            month: which.
            batch: the ledger batch to read at.
            cards: every rate card that a contract in force names.
            exchange: rates for prices in other currencies.

        Raises:
            NoContract: the month lies before a client's first contract.
        """
        months = {one.client: [*remembered_months(one, one.contract(month), month), month] for one in clients}
        wanted = [wanted_usage(one, months[one.client], cards) for one in clients]
        usage = self._read(wanted, batch)
        return {
            one.client: _last_bill(one, months[one.client], usage[one.client], cards, batch=batch, exchange=exchange)
            for one in clients
        }

    def bill(  # noqa: D102 - `bills` of one client
        self,
        client: Client,
        month: Month,
        *,
        batch: int,
        cards: Mapping[str, RateCard],
        exchange: ExchangeTable | None = None,
    ) -> Bill:
        return self.bills([client], month, batch=batch, cards=cards, exchange=exchange)[client.client]

    def usage(self, client: Client, month: Month, *, batch: int, cards: Mapping[str, RateCard]) -> list[Cell]:
        """What `bill` reads of a month: its usage by all that the contract in force asks for."""
        wanted = wanted_usage(client, [month], cards)
        return self._read([wanted], batch)[client.client]

    def _read(self, wanted: Sequence[Wanted], batch: int) -> dict[str, list[Cell]]:
        """Usage as of a batch, which is the same for ever."""
        kept = {} if self.kept is None else self.kept
        key = (batch, *(one.key for one in wanted))
        if key not in kept:
            kept[key] = read_cubes(self.connection, self.ledger, wanted, batch=batch)
        return kept[key]

    def changed(self, client: Client, since: int, until: int) -> set[Month]:
        """The client's local months that the ledger took entries of in the batches after `since`, up to `until`."""
        self.ledger.open(self.connection)
        query = (
            "select distinct date_trunc('month', timezone(?, submitted_at))::date from ledger "
            "where client = ? and batch > ? and batch <= ?"
        )
        found = self.connection.execute(query, [client.time_zone, client.client, since, until]).fetchall()
        return {Month.of(first) for (first,) in found}


def wanted_usage(client: Client, months: Sequence[Month], cards: Mapping[str, RateCard]) -> Wanted:
    """The usage of consecutive months that the contracts in force ask for."""
    terms = [client.contract(one) for one in months]
    bounds = (months[0].bounds(client.time_zone)[0], months[-1].bounds(client.time_zone)[1])
    return Wanted(client.client, bounds, client.time_zone, told_apart(terms, cards), kinds_of(terms))


def _last_bill(
    client: Client,
    months: Sequence[Month],
    usage: Sequence[Cell],
    cards: Mapping[str, RateCard],
    *,
    batch: int,
    exchange: ExchangeTable | None,
) -> Bill:
    """The last month's bill; the ones before it say where it begins."""
    standing = Standing()
    for one in months:
        cells = usage if len(months) == 1 else [cell for cell in usage if Month.of(cell.day) == one]
        made = make_bill(client, one, cells, cards, batch=batch, standing=standing, exchange=exchange)
        standing = made.carried
    return made
