"""Why a bill differs from the one before: price, volume and mix, adding up exactly. Pure: two bills in, effects out.

A destination is a channel, a direction and a country. What a usage line's destinations of only one of the two months
cost is told by itself: destinations begun, and ended. Over those of both, with quantity Q and average price P of the
line, q and p of a network k, before (0) and after (1): volume = (Q1 - Q0) x P0, the change of quantity at last month's
average price; price = sum of q1 x (p1 - p0), over networks used in both months; mix = the rest, what shifts between
destinations cost. All are rounded to the minor unit but mix, which takes the remainder: together they are the line's
change to the cent.
"""

from dataclasses import dataclass, fields
from decimal import Decimal, localcontext

from tollbook.billing.bill import Bill, Line
from tollbook.money import PRECISION, ZERO, minor_digits

Key = tuple[str, str, str, str]
Sums = dict[Key, tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved the amounts of usage lines; see the module for what each part is."""

    volume: Decimal = ZERO
    price: Decimal = ZERO
    mix: Decimal = ZERO
    begun: Decimal = ZERO
    ended: Decimal = ZERO
    lines: Decimal = ZERO

    def __add__(self, other: "Moved") -> "Moved":
        """Part by part."""
        return Moved(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))


@dataclass(frozen=True, slots=True)
class Split:
    """The change of a bill's total, in its currency; the effects sum to `after - before` exactly.

    Attributes:
        usage: of usage lines; `usage.lines` are those that only one of the two bills has.
        fees: the change of recurring charges.
    """

    before: Decimal
    after: Decimal
    usage: Moved
    fees: Decimal
    tax: Decimal

    def effects(self) -> dict[str, Decimal]:
        """Name -> amount, in the order in which they are told."""
        return {
            "Volume": self.usage.volume,
            "New destinations": self.usage.begun,
            "Destinations no longer used": self.usage.ended,
            "Mix": self.usage.mix,
            "Price": self.usage.price,
            "Lines begun or ended": self.usage.lines,
            "Fees": self.fees,
            "Tax": self.tax,
        }


def split_change(before: Bill, after: Bill) -> Split | None:
    """What moved the total from one bill to the next; None where the currencies differ: then nothing compares."""
    if before.currency != after.currency:
        return None
    with localcontext(prec=PRECISION):
        usage = _usage(before, after)
        fees = _fees(after) - _fees(before)
        tax = after.tax - before.tax
    return Split(before.total, after.total, usage, fees, tax)


def _usage(before: Bill, after: Bill) -> Moved:
    old, new = _lines(before), _lines(after)
    digits = minor_digits(after.currency)
    moved = Moved()
    for name in sorted(old.keys() | new.keys()):
        if name in old and name in new and old[name].quantity and new[name].quantity:
            moved += _line(old[name], new[name], digits)
        else:
            amount = (new[name].amount if name in new else ZERO) - (old[name].amount if name in old else ZERO)
            moved += Moved(lines=amount)
    return moved


def _line(old: Line, new: Line, digits: int) -> Moved:
    was, now = _by_network(old), _by_network(new)
    stayed = {key[:3] for key in was} & {key[:3] for key in now}
    (was, gone), (now, came) = _parted(was, stayed), _parted(now, stayed)
    begun, ended = round(_whole(came)[1], digits), round(_whole(gone)[1], digits)
    volume, price = (round(part, digits) for part in _volume_and_price(was, now))
    mix = new.amount - old.amount - begun + ended - volume - price
    return Moved(volume, price, mix, begun, -ended)


def _parted(sums: Sums, stayed: set[tuple[str, str, str]]) -> tuple[Sums, Sums]:
    """Networks of destinations that stayed, and the others."""
    mine = {key: pair for key, pair in sums.items() if key[:3] in stayed}
    return mine, {key: pair for key, pair in sums.items() if key not in mine}


def _volume_and_price(was: Sums, now: Sums) -> tuple[Decimal, Decimal]:
    """Of destinations of both months; nil where there is none, or nothing was sent to them before."""
    (quantity, _), (quantity_before, amount_before) = _whole(now), _whole(was)
    if not quantity_before:
        return ZERO, ZERO
    price = ZERO
    for key in was.keys() & now.keys():
        (sent, amount), (sent_before, paid_before) = now[key], was[key]
        if sent_before:
            price += amount - sent * paid_before / sent_before
    return (quantity - quantity_before) * amount_before / quantity_before, price


def _whole(sums: Sums) -> tuple[Decimal, Decimal]:
    return sum((quantity for quantity, _ in sums.values()), ZERO), sum((amount for _, amount in sums.values()), ZERO)


def _by_network(line: Line) -> Sums:
    """Quantity and amount by channel, direction, country and network."""
    sums: Sums = {}
    for item in line.items:
        key = (item.channel, item.direction, item.country, item.network)
        quantity, amount = sums.get(key, (ZERO, ZERO))
        sums[key] = (quantity + item.quantity, amount + item.amount)
    return sums


def _lines(bill: Bill) -> dict[str, Line]:
    return {line.charge: line for line in bill.lines if line.kind == "usage"}


def _fees(bill: Bill) -> Decimal:
    return sum((line.amount for line in bill.lines if line.kind != "usage"), ZERO)
