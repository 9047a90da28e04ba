"""`tollbook bench rating`: a month of 300 clients billed, against the bare DuckDB aggregate by the same keys and files.

The ledger is made here: 300 clients of three time zones, 31 days, tiered prices. `TOLLBOOK_BENCH_ENTRIES` sets its
entries (30 million for the figures in the documents; they take three minutes to make). The yardstick groups by what
the bills ask for (client, day in UTC, channel, direction, country, network, status, currency), sums what they sum, and
fetches the rows. Repricing a year is one client's twelve months of rollups, priced by two contracts.
"""

import os
import tempfile
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd

from tollbook.bench.result import Result
from tollbook.billing.reading import Reader
from tollbook.billing.simulating import months_up_to, simulate
from tollbook.billing.what_if import Move, moved
from tollbook.period import Month
from tollbook.rating.contracts import Client
from tollbook.storage.connection import connect
from tollbook.storage.documents import open_documents
from tollbook.usage.ledger import Ledger
from tollbook.usage.record import ENTRY_FIELDS
from tollbook.usage.rollups import read_rollups, refresh_rollups

ENTRIES, CLIENTS, REPEATS = 1_000_000, 300, 2
ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata")
OCTOBER = Month(2026, 10)
_MADE = """
select {fields} from (
    select 'client-' || lpad((i % {clients})::varchar, 3, '0') as client, 'made' as source, i::varchar as message_id,
           '' as recipient_token, 0 as part,
           timestamptz '2026-09-30 12:00:00+00' + to_seconds((hash(i) % (32 * 86400))::bigint)
               as submitted_at,
           null as final_at, submitted_at as status_at,
           'sms' as channel, 'mt' as direction, '' as category,
           '' as sender,
           '' as recipient_masked, (['GB', 'IE', 'FR', 'DE', 'ES'])[(1 + hash(i, 1) % 5)::bigint] as country,
           '234' as mcc,
           (['10', '15', '20'])[(1 + hash(i, 2) % 3)::bigint] as mnc,
           (['delivered', 'undelivered', 'failed'])[(1 + least(hash(i, 3) % 20, 2))::bigint] as status,
           true as is_final,
           '' as status_raw, '' as error_raw, '' as encoding, 1 + hash(i, 4) % 2 as segments, segments as quantity,
           'segment' as unit, 0.004 as cost, 'EUR' as cost_currency, 0 as carrier_fee, '' as campaign, '' as tags,
           '' as flags, 'made' as source_file, i as source_line, 1 as batch, 1 as sign, submitted_at as posted_at,
           (submitted_at at time zone 'UTC')::date as day
    from range({entries}) as made(i)
) order by day, client
"""


def measure(*, entries: int | None = None) -> Result:
    """Seconds to bill all clients over seconds of the bare aggregate; seconds to price one client's year again."""
    size = entries or int(os.environ.get("TOLLBOOK_BENCH_ENTRIES", ENTRIES))
    with tempfile.TemporaryDirectory() as folder:
        connection = connect(memory_limit="4GB", threads=2, spill=Path(folder) / "spill")
        ledger = _ledger(connection, Path(folder) / "ledger", size)
        ours = min(_seconds(lambda: _bill_all(connection, ledger)) for _ in range(REPEATS))
        bare = min(_seconds(lambda: _bare(connection, ledger)) for _ in range(REPEATS))
        year = _year(connection, ledger, Path(folder))
    return Result(
        "rating",
        {"time_vs_duckdb": ours / bare, "reprice_year_seconds": year},
        {"entries": float(size), "billed_seconds": ours, "duckdb_seconds": bare},
    )


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _ledger(connection: duckdb.DuckDBPyConnection, folder: Path, entries: int) -> Ledger:
    fields = ", ".join(f"{name}::{kind} as {name}" for name, kind in ENTRY_FIELDS.items())
    made = connection.sql(_MADE.format(fields=fields, clients=CLIENTS, entries=entries))
    ledger = Ledger(folder)
    ledger.table.append(made, transactions={"ledger": 1}, notes={})
    return ledger


def _client(number: int) -> Client:
    charge = {
        "kind": "usage",
        "name": "sms",
        "label": "SMS",
        "price": {"model": "graduated", "tiers": [{"up_to": 5000, "unit": "0.05"}, {"unit": "0.04"}]},
    }
    contract = {
        "valid_from": date(2024, 1, 1),
        "currency": "EUR",
        "charges": [charge],
        "taxes": {"standard": {"rate": 20, "label": "VAT"}},
    }
    name = f"client-{number:03d}"
    zone = ZONES[number % len(ZONES)]
    return Client.model_validate(
        {"client": name, "name": name, "country": "GB", "time_zone": zone, "contracts": [contract]}
    )


def _bill_all(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> int:
    clients = [_client(number) for number in range(CLIENTS)]
    made = Reader(lambda: connection, ledger).bills(clients, OCTOBER, batch=1, cards={})
    return sum(bill.messages for bill in made.values())


def _bare(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> int:
    """The same keys and sums over the same files, days cut in UTC, the rows fetched."""
    ledger.open(connection)
    query = (
        "select client, day, channel, direction, country, mcc || mnc, status, cost_currency, "
        "sum(sign) filter (part <= 1), sum(sign * segments), sum(sign * cost), sum(sign * carrier_fee), "
        "sum(sign * quantity) from ledger group by all"
    )
    return len(connection.execute(query).fetchall())


def _year(connection: duckdb.DuckDBPyConnection, ledger: Ledger, folder: Path) -> float:
    """Seconds for one client's twelve months by two contracts; the made month stands for each of them."""
    client = _client(0)
    documents = open_documents(folder / "documents.sqlite")
    refresh_rollups(connection, ledger, documents, zones={client.client: client.time_zone})
    made = read_rollups(documents, client.client, OCTOBER.first, OCTOBER.last)
    months = months_up_to(OCTOBER, 12, client)
    usage = pd.concat(
        [made.assign(day=made["day"] - pd.DateOffset(months=n)).drop_duplicates() for n in range(len(months))]
    )
    cheaper = _cheaper(client)
    return _seconds(lambda: simulate(client, cheaper, months, usage, {}))


def _cheaper(client: Client) -> Client:
    """The same client with every price a tenth lower."""
    contract, _ = moved(client.contracts[0], Move("sms", percent=Decimal(-10)), {})
    return client.model_copy(update={"contracts": (contract,)})
