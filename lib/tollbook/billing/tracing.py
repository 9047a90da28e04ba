"""The trace of a line: steps, quantities by destination and day, the rate-card row, down to the ledger entries."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from tollbook.billing.bill import Bill, Line
from tollbook.billing.reading import Reader
from tollbook.errors import TollbookError
from tollbook.period import day_start, utc_days
from tollbook.rating.charges import Meter, UsageCharge
from tollbook.rating.contracts import Client
from tollbook.usage.record import CHANNELS, FINAL_STATUSES, OPEN_STATUSES
from tollbook.usage.sql import statement


class NoSuchLine(TollbookError):
    """A charge that the bill has no line for."""

    def __init__(self, bill: Bill, charge: str) -> None:
        lines = ", ".join(line.charge for line in bill.lines)
        super().__init__(f"{bill.client} {bill.month} has no line {charge!r}; its lines: {lines}")


class NotMetered(TollbookError):
    """A line that does not come from usage: a fee, a discount, an adjustment."""

    def __init__(self, line: Line) -> None:
        super().__init__(f"{line.charge} is a {line.kind} line: no ledger entries stand behind it, only its steps")


@dataclass(frozen=True, slots=True)
class Trace:
    """One line opened.

    Attributes:
        items: one row per local day and destination: day, channel, direction, country, network, messages, quantity,
            unit_price, amount, reason (the rate-card row, or the tier steps).
    """

    line: Line
    items: pd.DataFrame


def line_of(bill: Bill, charge: str) -> Line:
    """A line by its charge.

    Raises:
        NoSuchLine: the bill has none.
    """
    for line in bill.lines:
        if line.charge == charge:
            return line
    raise NoSuchLine(bill, charge)


def trace(bill: Bill, charge: str) -> Trace:
    """A line with what stands behind its amount.

    Raises:
        NoSuchLine: the bill has none.
    """
    line = line_of(bill, charge)
    columns = ["day", "channel", "direction", "country", "network", "messages", "quantity", "unit_price", "amount",
               "reason"]  # fmt: skip
    return Trace(line, pd.DataFrame([[getattr(one, name) for name in columns] for one in line.items], columns=columns))


def entries_of(
    reader: Reader, bill: Bill, client: Client, charge: str, *, day: date | None = None, country: str | None = None
) -> pd.DataFrame:
    """The ledger entries that a line counts, as the ledger stood when the bill was made; reversals have sign -1.

    Usage without a price is among them: it is metered too.

    Args:
        reader: where the ledger is.
        bill: the bill.
        client: with the contract that the bill was made by.
        charge: the line.
        day: only this local day.
        country: only this one.

    Raises:
        NoSuchLine, NotMetered: as they say.
    """
    line = line_of(bill, charge)
    usage = [one for one in client.contract(bill.month).charges if isinstance(one, UsageCharge)]
    found = next((one for one in usage if one.name == charge), None)
    if found is None:
        raise NotMetered(line)
    start, end = bill.month.bounds(bill.time_zone)
    one_day = day and (day_start(day, bill.time_zone), day_start(day + timedelta(days=1), bill.time_zone))
    days = utc_days(*(one_day or (start, end)))
    reader.ledger.open(reader.connection, days[0], days[-1])
    reader.connection.execute(statement("sender_type"))
    values = {"client": bill.client, "start": start, "end": end, "batch": bill.batch, "zone": bill.time_zone,
              "day": day, "country": country, **_conditions(found.meter)}  # fmt: skip
    entries: pd.DataFrame = reader.connection.execute(statement("entries"), values).df()
    return entries


def _conditions(meter: Meter) -> dict[str, list[str]]:
    every = (*OPEN_STATUSES, *FINAL_STATUSES)
    pairs = [f"{channel}|{status}" for channel in meter.channels or CHANNELS
             for status in meter.billable(channel) or every]  # fmt: skip
    lists = ("directions", "countries", "categories", "campaigns", "sender_types", "exempt_errors")
    return {"billable": pairs, **{name: list(getattr(meter, name)) for name in lists}}
