"""`tollbook bench rating`: a month of 300 clients billed, against the bare DuckDB aggregate by the same keys and files.

The ledger is made here: 300 clients of three time zones, 31 days, tiered prices. Repricing a year is one client's
twelve months, priced again from cells that lie in memory as the rollups give them.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from tollbook.bench.result import Result
from tollbook.billing.reading import Reader, wanted_usage
from tollbook.billing.simulating import bills
from tollbook.period import Month
from tollbook.rating.contracts import Client
from tollbook.storage.lake import connect
from tollbook.usage.cube import Cell, read_cube
from tollbook.usage.ledger import Ledger
from tollbook.usage.record import ENTRY_FIELDS

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


def measure() -> Result:
    """Seconds to bill all clients over seconds of the bare aggregate; seconds to price one client's year again."""
    with tempfile.TemporaryDirectory() as folder:
        connection = connect(memory_limit="4GB", threads=2, spill=Path(folder) / "spill")
        ledger = _ledger(connection, Path(folder) / "ledger")
        ours = min(_seconds(lambda: _bill_all(connection, ledger)) for _ in range(REPEATS))
        bare = min(_seconds(lambda: _bare(connection, ledger)) for _ in range(REPEATS))
        year = _year(connection, ledger)
    return Result(
        "rating",
        {"time_vs_duckdb": ours / bare, "reprice_year_seconds": year},
        {"entries": float(ENTRIES), "billed_seconds": ours, "duckdb_seconds": bare},
    )


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _ledger(connection: duckdb.DuckDBPyConnection, folder: Path) -> Ledger:
    fields = ", ".join(f"{name}::{kind} as {name}" for name, kind in ENTRY_FIELDS.items())
    made = connection.sql(_MADE.format(fields=fields, clients=CLIENTS, entries=ENTRIES))
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
    made = Reader(connection, ledger).bills(clients, OCTOBER, batch=1, cards={})
    return sum(bill.messages for bill in made.values())


def _bare(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> int:
    """The same keys and sums over the same files, days cut in UTC, the rows fetched."""
    ledger.open(connection)
    query = (
        "select client, day, channel, direction, country, mcc || mnc, category, campaign, status, cost_currency, "
        "sum(sign), sum(sign * segments), sum(sign * cost) from ledger group by all"
    )
    return len(connection.execute(query).fetchall())


def _year(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> float:
    """Seconds for one client's twelve months."""
    client = _client(0)
    cells = read_cube(connection, ledger, wanted_usage(client, [OCTOBER], {}))
    usage: dict[Month, list[Cell]] = {OCTOBER.shift(-n): cells for n in range(12)}
    return _seconds(lambda: bills(client, usage, {}))
