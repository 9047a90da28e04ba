"""The review before an invoice is final: ledger, rollups, lines and the suppliers' own totals must say the same.

Every check compares two ways of counting. One that fails holds the invoice back until the cause is mended, or somebody
accepts it with a reason, which is kept with the invoice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tollbook.billing.bill import Bill, Line
from tollbook.billing.reading import Reader
from tollbook.billing.supplier_totals import Stated
from tollbook.money import ZERO
from tollbook.period import utc_days
from tollbook.rating.charges import UsageCharge
from tollbook.rating.contracts import Client
from tollbook.rating.meter import meter
from tollbook.rating.steps import add
from tollbook.storage.documents import Documents
from tollbook.usage.cube import cells_of
from tollbook.usage.deliveries import Sums, frame_sums, source_sums
from tollbook.usage.rollups import read_rollups


@dataclass(frozen=True, slots=True)
class Check:
    """Two ways of counting one thing."""

    what: str
    one: str
    other: str

    @property
    def ok(self) -> bool:
        """Whether they agree."""
        return self.one == self.other


@dataclass(frozen=True, slots=True)
class Review:
    """What was compared before an invoice was final.

    Attributes:
        skipped: what could not be compared, and why.
        accepted: why differences were accepted; "" when there was nothing to accept.
    """

    checks: tuple[Check, ...]
    skipped: tuple[str, ...] = ()
    accepted: str = ""

    @property
    def differences(self) -> list[Check]:
        """The checks that do not agree."""
        return [one for one in self.checks if not one.ok]

    def as_document(self) -> dict[str, Any]:
        """As kept beside the invoice."""
        return {
            "checks": [{"what": one.what, "one": one.one, "other": one.other, "ok": one.ok} for one in self.checks],
            "skipped": list(self.skipped),
            "accepted": self.accepted,
        }


def review(
    bill: Bill, client: Client, reader: Reader, documents: Documents, stated: list[Stated], *, accepted: str = ""
) -> Review:
    """Compare everything that can be compared for a bill.

    Args:
        bill: what is to be final.
        client: with the contract it was made by.
        reader: where the ledger is.
        documents: where the rollups are.
        stated: what suppliers state.
        accepted: why differences are accepted.
    """
    bounds = bill.month.bounds(client.time_zone)
    days = utc_days(*bounds)
    reader.ledger.open(reader.connection, days[0], days[-1])
    by_source = source_sums(reader.connection, client.client, bounds, batch=bill.batch)
    checks = [*_sums_of_bill(bill), *_suppliers(by_source, stated)]
    skipped = [] if stated else ["no supplier states totals: parameters/suppliers has none for this client and month"]
    if bill.batch < reader.ledger.batch:
        skipped.append(f"rollups are of ledger batch {reader.ledger.batch}, the bill is of {bill.batch}")
    else:
        usage = read_rollups(documents, client.client, bill.month.first, bill.month.last)
        rolled = frame_sums(usage)
        checks += _both("ledger and rollups", _all(by_source), rolled)
        checks += _metered(bill, client, cells_of(usage))
    return Review(tuple(checks), tuple(skipped), accepted)


def _all(by_source: dict[str, Sums]) -> Sums:
    found = by_source.values()
    return Sums(sum(one.messages for one in found), sum(one.segments for one in found),
                add(one.cost for one in found))  # fmt: skip


def _both(what: str, one: Sums, other: Sums) -> Iterator[Check]:
    for name in ("messages", "segments", "cost"):
        yield Check(f"{name}, {what}", _text(getattr(one, name)), _text(getattr(other, name)))


def _text(number: Decimal | int) -> str:
    return f"{Decimal(number).normalize() + 0:f}"


def _sums_of_bill(bill: Bill) -> Iterator[Check]:
    yield Check("total, and lines with their taxes", _text(bill.total),
                _text(add([line.amount for line in bill.lines] + [tax.amount for tax in bill.taxes])))  # fmt: skip
    for line in bill.lines:
        if line.items:
            parts = add(item.amount for item in line.items)
            yield Check(f"{line.charge}, and its items", _text(line.amount), _text(parts))


def _metered(bill: Bill, client: Client, usage: list[Any]) -> Iterator[Check]:
    """Lines against the rollups, for the meters that rollups can tell."""
    lines = {line.charge: line for line in bill.lines if line.kind == "usage"}
    for charge in client.contract(bill.month).charges:
        if isinstance(charge, UsageCharge) and not charge.meter.sender_types and not charge.meter.exempt_errors:
            counted = sum(one.messages for one in meter(usage, charge.meter))
            without = sum(one.messages for one in bill.unrated if one.charge == charge.name)
            billed = _messages(lines[charge.name]) + without
            yield Check(f"messages of {charge.name}, billed and by the rollups", _text(billed), _text(counted))


def _messages(line: Line) -> int:
    return sum(item.messages for item in line.items)


def _suppliers(by_source: dict[str, Sums], stated: list[Stated]) -> Iterator[Check]:
    nothing = Sums(0, 0, ZERO)
    for one in stated:
        ours = by_source.get(one.source, nothing)
        for name in ("messages", "segments", "cost"):
            theirs = getattr(one, name)
            if theirs is not None:
                yield Check(f"{name} of {one.source}, ledger and supplier", _text(getattr(ours, name)), _text(theirs))
