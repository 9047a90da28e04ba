"""What one month hands to the next: free units that roll over, what counts towards a commitment, credit used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tollbook.money import ZERO
from tollbook.period import Month
from tollbook.rating.charges import MONTHS_OF, Every
from tollbook.rating.contracts import Client, Contract

# No term is longer than a year, no rollover worth more; credit may lie longer.
LONGEST_MEMORY = 36


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a client stands at the first moment of a month.

    Attributes:
        free_units: charge -> free units left over.
        committed: what the current term's commitment has been used for.
        credit_used: prepaid credit -> what it has paid.
    """

    free_units: Mapping[str, Decimal] = field(default_factory=dict)
    committed: Decimal = ZERO
    credit_used: Mapping[str, Decimal] = field(default_factory=dict)


def term_of(month: Month, every: Every, anchor: Month) -> tuple[Month, Month]:
    """First and last month of the term of `every` that holds `month`, terms counted from `anchor`."""
    length = MONTHS_OF[every]
    since = (month.year - anchor.year) * 12 + month.number - anchor.number
    first = month.shift(-(since % length))
    return first, first.shift(length - 1)


def remembered_months(client: Client, contract: Contract, month: Month) -> list[Month]:
    """The months before `month` whose bills it depends on, oldest first; none for most contracts."""
    if not contract.remembers:
        return []
    first = min([contract.valid_from, *(credit.on for credit in contract.prepaid)])
    start = max(Month.of(first), _first_month(client), month.shift(-LONGEST_MEMORY))
    months = []
    while start < month:
        months.append(start)
        start = start.shift(1)
    return months


def _first_month(client: Client) -> Month:
    """The first month whose first day lies in a contract."""
    begins = client.contracts[0].valid_from
    return Month.of(begins) if begins.day == 1 else Month.of(begins).shift(1)
