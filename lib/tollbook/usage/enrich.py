"""What a source does not say: country by number, segments by text, and which networks exist.

Work is done per distinct prefix or text, never per row.
"""

from functools import lru_cache
from importlib.resources import as_file, files

import duckdb
import phonenumbers

from tollbook.usage.segments import segment

_PREFIX = 8


@lru_cache(maxsize=200_000)
def country_of(number: str) -> str:
    """ISO alpha-2 country of an international number's digits; "" when none can be told.

    Numbers that libphonenumber knows no range for (fictional or masked ones) get the main country of their calling
    code.
    """
    digits = number.replace("x", "0").replace("*", "0")
    try:
        parsed = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return ""
    region = phonenumbers.region_code_for_number(parsed)
    region = region or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return region if region and region.isalpha() and region != "ZZ" else ""


def define_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the lookups the staging query joins: `prefixes`, `texts` and `networks`."""
    connection.execute("create or replace temp table prefixes (prefix varchar primary key, country varchar)")
    connection.execute("create or replace temp table texts (text varchar, encoding varchar, segments integer)")
    with as_file(files("tollbook.usage").joinpath("networks.csv")) as path:
        connection.execute(
            "create or replace temp table networks as "
            "select mcc, mnc from read_csv(?, header = true, all_varchar = true)",
            [str(path)],
        )


def enrich(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill the lookups for the table `mapped`: new prefixes are added, texts are those of this file only."""
    new = connection.execute(
        f"select left(recipient, {_PREFIX}), min(recipient) from mapped "  # noqa: S608 - a number of our own
        "where reason is null and not contains(recipient, '@') "
        f"and left(recipient, {_PREFIX}) not in (select prefix from prefixes) group by 1"
    ).fetchall()
    if new:
        connection.executemany("insert into prefixes values (?, ?)", [(p, country_of(number)) for p, number in new])
    connection.execute("delete from texts")
    texts = connection.execute("select distinct text from mapped where reason is null and text is not null").fetchall()
    if texts:
        counted = [(text, segment(text)) for (text,) in texts]
        rows = {
            "text": [text for text, _ in counted],
            "encoding": [one.encoding for _, one in counted],
            "segments": [one.segments for _, one in counted],
        }
        connection.execute(
            "insert into texts "
            "select unnest($text::varchar[]), unnest($encoding::varchar[]), unnest($segments::integer[])",
            rows,
        )
