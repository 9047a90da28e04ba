"""The connection that reads the lake and computes on it."""

from pathlib import Path

import duckdb


def connect(*, memory_limit: str, threads: int, spill: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB in UTC that spills to `spill`, encrypted, when it outgrows `memory_limit`."""
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(spill),
            "temp_file_encryption": True,  # what spills may hold numbers in clear
            # Without its httpfs extension DuckDB writes encrypted files by mbed TLS only if told to: its random numbers
            # are not of cryptographic strength. That guards spilled files against a look, not against a laboratory.
            "force_mbedtls_unsafe": "true",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    return connection
