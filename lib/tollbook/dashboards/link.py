"""Deep links: `?client=harbour-bank&period=2026-10`, read against lists of what is allowed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from tollbook.dashboards.window import DEFAULT, ROLLING

# A query longer than this is no link of ours; it is not even parsed.
MAX_QUERY = 512


@dataclass(frozen=True, slots=True)
class Choice:
    """What a page shows: a client and a period (`7d`, `30d`, `90d` or `YYYY-MM`)."""

    client: str
    period: str = DEFAULT


def read_link(query: str) -> dict[str, str]:
    """The `client` and `period` of a query string as they were written; anything else in it is dropped."""
    if len(query) > MAX_QUERY:
        return {}
    try:
        pairs = parse_qsl(query, max_num_fields=8, errors="strict")
    except ValueError:
        return {}
    return {name: value for name, value in pairs if name in {"client", "period"}}


def choose(asked: Mapping[str, str], *, clients: Sequence[str], months: Collection[str]) -> tuple[Choice, bool]:
    """The allowed choice nearest to what was asked, and whether something asked for was refused.

    Args:
        asked: `client` and `period` from a link, a parameter or a widget; either may be missing or empty.
        clients: ids that may be seen, at least one; the first is the fallback.
        months: months on offer, `YYYY-MM`; `month` asks for the newest of them.
    """
    client, period = asked.get("client") or clients[0], asked.get("period") or DEFAULT
    if period == "month" and months:
        period = max(months)
    known_client, known_period = client in clients, period in ROLLING or period in months
    choice = Choice(client if known_client else clients[0], period if known_period else DEFAULT)
    return choice, not (known_client and known_period)
