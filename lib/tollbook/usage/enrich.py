"""What a source does not say: country by number, segments by text, and which networks exist.

Work is done per distinct prefix or text, never per row.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import as_file, files

import duckdb
import phonenumbers

from tollbook.usage.segments import segment
from tollbook.usage.sql import statement

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
    """Create the lookups that last: `prefixes` and `networks`."""
    connection.execute("create or replace temp table prefixes (prefix varchar primary key, country varchar)")
    with as_file(files("tollbook.usage").joinpath("networks.csv")) as path:
        connection.execute(
            "create or replace temp table networks as "
            "select mcc, mnc from read_csv(?, header = true, all_varchar = true)",
            [str(path)],
        )


def enrich(connection: duckdb.DuckDBPyConnection, pads: Mapping[str, bytes]) -> None:
    """Make the lookups for the view `mapped`: `prefixes` grows, `recipients` and `texts` are those of its rows only.

    Args:
        connection: with the tables of `define_tables`.
        pads: of the recipient tokens' key: `inner_pad` and `outer_pad`.
    """
    connection.execute(statement("recipients"), {"digits": _PREFIX, **pads})
    new = connection.sql(statement("new_prefixes")).fetchall()
    if new:
        rows = {"prefix": [prefix for prefix, _ in new], "country": [country_of(number) for _, number in new]}
        connection.execute("insert into prefixes select unnest($prefix::varchar[]), unnest($country::varchar[])", rows)
    connection.execute("create or replace temp table texts (text varchar, encoding varchar, segments integer)")
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
