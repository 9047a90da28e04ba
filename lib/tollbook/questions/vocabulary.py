"""What can be asked about: measures and dimensions of the usage frame, with their SQL and the words for them.

Every piece of SQL a question may contain stands here, written by us: a question chooses among these by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Measure:
    """A number: its SQL over the filtered usage, what it is called, and its unit (count or share).

    Attributes:
        additive: whether the values of parts add up to the whole.
    """

    sql: str
    label: str
    words: tuple[str, ...]
    additive: bool = True


@dataclass(frozen=True, slots=True)
class Dimension:
    """Something to group or filter by: its SQL over `usage`, what it is called."""

    sql: str
    label: str
    words: tuple[str, ...]


_ARRIVED = "direction = 'mt' and status in ('delivered', 'read')"
_MISSED = "direction = 'mt' and status in ('undelivered', 'failed', 'rejected', 'expired')"
_FINAL = (
    "direction = 'mt' and status in ('delivered', 'read', 'undelivered', 'failed', 'rejected', 'expired', 'cancelled')"
)

MEASURES: Mapping[str, Measure] = MappingProxyType({
    "messages": Measure("sum(messages)::bigint", "messages", ("messages", "message", "traffic", "volume", "texts")),
    "segments": Measure("sum(segments)::bigint", "segments", ("segments", "segment", "parts", "billed", "billable")),
    "undelivered": Measure(
        f"coalesce(sum(messages) filter ({_MISSED}), 0)::bigint", "messages not delivered",
        ("failures", "failed messages", "lost", "not delivered", "missed", "messages not delivered", "undelivered",
         "undelivered messages"),
    ),
    "delivery_rate": Measure(
        f"(sum(messages) filter ({_ARRIVED}) / nullif(sum(messages) filter ({_FINAL}), 0))::double", "delivery rate",
        ("delivery rate", "deliverability", "success rate", "rate"), additive=False,
    ),
})  # fmt: skip
DIMENSIONS: Mapping[str, Dimension] = MappingProxyType({
    "country": Dimension("country", "country", ("country", "countries", "destination", "destinations", "where")),
    "channel": Dimension("channel", "channel", ("channel", "channels", "product")),
    "network": Dimension("network", "network", ("network", "networks", "operator", "operators", "carrier", "carriers")),
    "campaign": Dimension("campaign", "campaign", ("campaign", "campaigns")),
    "category": Dimension("category", "category", ("category", "categories", "kind")),
    "direction": Dimension("direction", "direction", ("direction", "directions")),
    "status": Dimension("status", "status", ("status", "statuses", "outcome", "outcomes")),
    "hour": Dimension("hour::varchar", "hour of day", ("hour", "hours", "hour of day", "time of day")),
    "weekday": Dimension("dayname(day)", "weekday", ("weekday", "weekdays", "day of week")),
})  # fmt: skip
GRAINS: Mapping[str, Dimension] = MappingProxyType({
    "day": Dimension("day::date", "day", ("day", "days", "daily", "over time", "trend")),
    "week": Dimension("date_trunc('week', day)::date", "week", ("week", "weeks", "weekly")),
    "month": Dimension("date_trunc('month', day)::date", "month", ("month", "months", "monthly")),
})  # fmt: skip
COMPARISONS = ("previous", "year")  # the period just before, as long; the same days a year earlier
