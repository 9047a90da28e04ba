"""`tollbook bench intake`: files into the ledger against bare DuckDB writing the same rows as Parquet sorted by client.

`TOLLBOOK_BENCH_RECORDS` sets N, the records of the first load (10 million for the figures in the documents). Then come,
in a book of their own, 3 N records in files of 50,000, N/10 late receipts for messages of all its days, and N/10 new
messages of the same days; and N/5 of those records as one file. Traffic is that of a month, in order of time: 50
clients, numbers of six countries, every number twenty times.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tollbook.bench.result import Result, forget_peak_memory, peak_memory_gb
from tollbook.storage.connection import connect
from tollbook.storage.sqlite import SqliteDocuments
from tollbook.usage.intake import Intake
from tollbook.usage.landing import find_files, identify
from tollbook.usage.ledger import Ledger
from tollbook.usage.mapping import Source
from tollbook.usage.quarantine import Quarantine

RECORDS = 1_000_000
LARGE_FILE, SMALL_FILE = 500_000, 50_000
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
        select 'A' || (hash(i) % 50) as account, md5(i::varchar) as message_id,
               ['+4477009', '+9725455', '+3363998', '+4917139', '+3934011', '+1212555']
               [1 + (hash(i % $people) % 6)::bigint] || lpad((i % $people % 10000000)::varchar, 7, '0') as recipient,
               timestamp '2026-09-01' + to_microseconds(((i % $whole) * (2592e9 / $whole))::bigint)
               as submitted_at,
               submitted_at + to_seconds(5) + to_days($days::integer) as status_at,
               $status as status, 1 + i % 3 as segments, '0.0075' as cost
        from (select n * $step::bigint as i from range($first::bigint, $last::bigint) as r(n))
    ) to $path (header)
"""


def measure(records: int | None = None) -> Result:
    """First load, late receipts against new rows, and small files against one."""
    size = records or int(os.environ.get("TOLLBOOK_BENCH_RECORDS", RECORDS))
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _land(folder, "load", 0, size, whole=size, file=LARGE_FILE)
        bare = _seconds(lambda: _bare(folder))
        forget_peak_memory()
        load = _seconds(lambda: _take(folder, "load", book="load"))
        peak = peak_memory_gb()
        month, part = 3 * size, size // 10
        _land(folder, "one", 0, size // 5, whole=month, file=size)
        one = _seconds(lambda: _take(folder, "one", book="one"))
        _land(folder, "many", 0, month, whole=month, file=SMALL_FILE)
        many = _seconds(lambda: _take(folder, "many", book="many"))
        _land(folder, "late", 0, part, whole=month, file=LARGE_FILE, step=month // part, status="delivered", days=2)
        _land(
            folder, "new", month, month + part, whole=month, file=LARGE_FILE, step=month // part - 1, status="delivered"
        )
        late = _seconds(lambda: _take(folder, "late", book="many"))
        new = _seconds(lambda: _take(folder, "new", book="many"))
    figures = {
        "speed_vs_duckdb": bare / load,
        "peak_memory_gb": peak,
        "late_vs_new": late / new,
        "small_files_vs_one": (many / month) / (one / (size // 5)),
    }
    took = {"bare_duckdb": bare, "load": load, "one": one, "many": many, "late": late, "new": new}
    whole = {"records": float(size), "peak_memory_gb_of_all": peak_memory_gb()}
    return Result("intake", figures, {**whole, **{f"{name}_seconds": seconds for name, seconds in took.items()}})


def _land(  # noqa: PLR0913 - a landing folder in a line
    folder: Path, name: str, first: int, last: int, *, whole: int, file: int, step: int = 1, status: str = "sent",
    days: int = 0,
) -> None:  # fmt: skip
    """Records `first` to `last` (every `step`th) of a month with `whole` of them, `file` to a file."""
    (folder / name).mkdir()
    with connect(memory_limit=MEMORY, threads=THREADS, spill=folder / "spill") as connection:
        for start in range(first, last, file):
            rows = {"first": start, "last": min(start + file, last), "step": step, "status": status, "days": days}
            path = str(folder / name / f"{start:09}.csv")
            connection.execute(_ROWS, {**rows, "whole": whole, "people": max(whole // 20, 1), "path": path})


def _bare(folder: Path) -> None:
    with connect(memory_limit=MEMORY, threads=THREADS, spill=folder / "spill") as connection:
        rows = connection.sql("from read_csv(?) order by account", params=[str(folder / "load" / "*.csv")])
        rows.write_parquet(str(folder / "bare.parquet"), compression="zstd")


def _take(folder: Path, landing: str, *, book: str) -> None:
    home = folder / f"book-{book}"
    documents = SqliteDocuments(home / "documents.sqlite")
    intake = Intake(
        Ledger(home / "ledger"),
        Quarantine(home / "quarantine"),
        documents,
        accounts={("bench", f"A{number}"): f"client-{number}" for number in range(50)},
        key=b"a benchmark's key",
        memory_limit=MEMORY,
        threads=THREADS,
        spill=folder / "spill",
    )
    source = Source.model_validate(_SOURCE)
    found = find_files(folder / landing, [])
    report = intake.ingest(identify(found, folder / landing, [source], documents))
    if report.total("posted") != report.total("read") or not report.files:
        raise RuntimeError(
            f"the benchmark's records were not all posted: {report.total('posted')} of {report.total('read')}"
        )


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
