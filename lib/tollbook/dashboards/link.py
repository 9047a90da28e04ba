"""Deep links: `?client=harbour-bank&month=2026-10`, read against lists of what is allowed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from tollbook.dashboards.window import DEFAULT, ROLLING

# A query longer than this is no link of ours; it is not even parsed.
MAX_QUERY = 512
ALLOWED = frozenset({"client", "period", "month", "only", "by"})


@dataclass(frozen=True, slots=True)
class Choice:
    """What a page shows: a client and a period (`7d`, `30d`, `90d` or `YYYY-MM`)."""

    client: str
    period: str = DEFAULT


def read_link(query: str) -> dict[str, str]:
    """What a query string asks for, as it was written, of `ALLOWED`; anything else in it is dropped.

    `month` and `period` are one, so that a link fits every page.
    """
    if len(query) > MAX_QUERY:
        return {}
    try:
        pairs = parse_qsl(query, max_num_fields=8, errors="strict")
    except ValueError:
        return {}
    return {"period" if name == "month" else name: value for name, value in pairs if name in ALLOWED}


def choose(
    asked: Mapping[str, str], *, clients: Sequence[str], months: Collection[str], rolling: bool = True
) -> tuple[Choice, bool]:
    """The allowed choice nearest to what was asked, and whether something asked for was refused.

    Args:
        asked: `client` and `period` from a link, a parameter or a widget; either may be missing or empty.
        clients: ids that may be seen, at least one; the first is the fallback.
        months: months on offer, `YYYY-MM`; `month` asks for the newest of them.
        rolling: whether the page knows 7, 30 and 90 days; else it shows months alone, the newest unless asked.
    """
    usual = DEFAULT if rolling else max(months)
    client, period = asked.get("client") or clients[0], asked.get("period") or usual
    if period == "month" and months:
        period = max(months)
    known_client, known_period = client in clients, period in months or (rolling and period in ROLLING)
    if not rolling and period in ROLLING:  # a link from a page that knows them
        period, known_period = usual, True
    choice = Choice(client if known_client else clients[0], period if known_period else usual)
    return choice, not (known_client and known_period)
