"""`tollbook bench intake`: files into the ledger against bare DuckDB writing the same rows as Parquet sorted by client.

`TOLLBOOK_BENCH_RECORDS` sets the records of the first load (10 million for the figures in the documents); a tenth of
them arrive again as late receipts, and as many new ones, and as many in sixty small files.
"""

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from tollbook.bench.result import Result, peak_memory_gb
from tollbook.storage.lake import connect
from tollbook.storage.sqlite import SqliteDocuments
from tollbook.usage.intake import Intake
from tollbook.usage.landing import find_files, identify
from tollbook.usage.ledger import Ledger
from tollbook.usage.mapping import Source
from tollbook.usage.quarantine import Quarantine

RECORDS = 300_000
FILES = 60
MEMORY, THREADS = "1500MB", os.cpu_count() or 1
_SOURCE = {
    "source": "bench",
    "files": ["**/*.csv"],
    "format": {"type": "csv"},
    "client": {"from": "account"},
    "fields": {
        "message_id": "message_id",
        "recipient": "recipient",
        "submitted_at": {"from": "submitted_at", "time": "iso", "zone": "UTC"},
        "status_at": {"from": "status_at", "time": "iso", "zone": "UTC"},
        "channel": {"value": "sms"},
        "direction": {"value": "mt"},
        "status": "status",
        "segments": "segments",
        "cost": "cost",
        "cost_currency": {"value": "USD"},
    },
}
_ROWS = """
    copy (
        select 'A' || (i % 50) as account, md5(i::varchar) as message_id,
               '+44770090' || lpad((i % 10000)::varchar, 4, '0') as recipient,
               timestamp '2026-09-01' + to_microseconds((i * 7919000) % (30::bigint * 86400000000))
               as submitted_at, submitted_at + to_seconds(5) + to_days($days::integer) as status_at,
               $status as status, 1 + i % 3 as segments, '0.0075' as cost
        from range($first::bigint, $last::bigint) as r(i)
    ) to '{path}' (header)
"""


def measure(records: int | None = None) -> Result:
    """First load, late receipts against new rows, and small files against one."""
    size = records or int(os.environ.get("TOLLBOOK_BENCH_RECORDS", RECORDS))
    part = size // 10
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _write(folder / "load" / "a.csv", 0, size, status="sent")
        _write(folder / "late" / "a.csv", 0, part, status="delivered", days=2)
        _write(folder / "new" / "a.csv", size, size + part, status="delivered")
        for number in range(FILES):
            first = size * 2 + number * (part // FILES)
            _write(folder / "many" / f"{number:03}.csv", first, first + part // FILES, status="sent")
        _write(folder / "one" / "a.csv", size * 3, size * 3 + part // FILES * FILES, status="sent")
        bare = _seconds(lambda: _bare(folder))
        took = {name: _seconds(partial(_take, folder, name)) for name in ("load", "late", "new", "one", "many")}
    figures = {
        "speed_vs_duckdb": bare / took["load"],
        "peak_memory_gb": peak_memory_gb(),
        "late_vs_new": took["late"] / took["new"],
        "small_files_vs_one": took["many"] / took["one"],
    }
    return Result("intake", figures, {"records": float(size), "bare_duckdb_seconds": bare, **_named(took)})


def _named(took: dict[str, float]) -> dict[str, float]:
    return {f"{name}_seconds": seconds for name, seconds in took.items()}


def _write(path: Path, first: int, last: int, *, status: str, days: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    query = _ROWS.format(path=path)
    duckdb.connect().execute(query, {"first": first, "last": last, "status": status, "days": days})


def _bare(folder: Path) -> None:
    with connect(memory_limit=MEMORY, threads=THREADS, spill=folder / "spill") as connection:
        rows = connection.sql("from read_csv(?) order by account", params=[str(folder / "load" / "a.csv")])
        rows.write_parquet(str(folder / "bare.parquet"), compression="zstd")


def _take(folder: Path, landing: str) -> None:
    documents = SqliteDocuments(folder / "book" / "documents.sqlite")
    intake = Intake(
        Ledger(folder / "book" / "ledger"),
        Quarantine(folder / "book" / "quarantine"),
        documents,
        accounts={("bench", f"A{number}"): f"client-{number}" for number in range(50)},
        key=b"a benchmark's key",
        memory_limit=MEMORY,
        threads=THREADS,
        spill=folder / "spill",
    )
    source = Source.model_validate(_SOURCE)
    intake.ingest(identify(find_files(folder / landing, []), folder / landing, [source], documents))


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
