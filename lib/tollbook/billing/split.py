"""Why a bill differs from the one before: price, volume and mix, adding up exactly. Pure: two bills in, effects out.

For each usage line, over destinations k with quantity q and average price p, before (0) and after (1):
volume = (Q1 - Q0) x P0, the change of quantity at last month's average price; price = sum of q1 x (p1 - p0), over
destinations used in both months; mix = the rest, what shifts between destinations cost. Volume and price are rounded
to the minor unit, mix takes the remainder, so the three sum to the line's change to the cent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from tollbook.billing.bill import Bill, Line
from tollbook.money import PRECISION, ZERO, minor_digits

Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Split:
    """The change of a bill's total, in its currency; the effects sum to `after - before` exactly.

    Attributes:
        lines: usage lines that only one of the two bills has.
        fees: the change of recurring charges.
    """

    before: Decimal
    after: Decimal
    volume: Decimal
    price: Decimal
    mix: Decimal
    lines: Decimal
    fees: Decimal
    tax: Decimal

    def effects(self) -> dict[str, Decimal]:
        """Name -> amount, in the order in which they are told."""
        return {
            "Volume": self.volume,
            "Mix": self.mix,
            "Price": self.price,
            "Lines begun or ended": self.lines,
            "Fees": self.fees,
            "Tax": self.tax,
        }


def split_change(before: Bill, after: Bill) -> Split | None:
    """What moved the total from one bill to the next; None where the currencies differ: then nothing compares."""
    if before.currency != after.currency:
        return None
    with localcontext(prec=PRECISION):
        volume, price, mix, lines = (sum(parts, ZERO) for parts in zip(*_usage(before, after), strict=True))
        fees = _fees(after) - _fees(before)
        tax = after.tax - before.tax
    return Split(before.total, after.total, volume, price, mix, lines, fees, tax)


def _usage(before: Bill, after: Bill) -> list[tuple[Decimal, Decimal, Decimal, Decimal]]:
    """Volume, price, mix and begun-or-ended of each usage line of either bill."""
    old, new = _lines(before), _lines(after)
    digits = minor_digits(after.currency)
    found = [(ZERO, ZERO, ZERO, ZERO)]
    for name in sorted(old.keys() | new.keys()):
        if name in old and name in new and old[name].quantity and new[name].quantity:
            found.append((*_line(old[name], new[name], digits), ZERO))
        else:
            amount = (new[name].amount if name in new else ZERO) - (old[name].amount if name in old else ZERO)
            found.append((ZERO, ZERO, ZERO, amount))
    return found


def _line(old: Line, new: Line, digits: int) -> tuple[Decimal, Decimal, Decimal]:
    was, now = _by_destination(old), _by_destination(new)
    volume = round((new.quantity - old.quantity) * old.exact / old.quantity, digits)
    price = ZERO
    for key in was.keys() & now.keys():
        (quantity, amount), (quantity_before, amount_before) = now[key], was[key]
        if quantity_before:
            price += amount - quantity * amount_before / quantity_before
    price = round(price, digits)
    return volume, price, new.amount - old.amount - volume - price


def _by_destination(line: Line) -> Mapping[Key, tuple[Decimal, Decimal]]:
    """Quantity and amount by channel, direction, country and network."""
    sums: dict[Key, tuple[Decimal, Decimal]] = {}
    for item in line.items:
        key = (item.channel, item.direction, item.country, item.network)
        quantity, amount = sums.get(key, (ZERO, ZERO))
        sums[key] = (quantity + item.quantity, amount + item.amount)
    return sums


def _lines(bill: Bill) -> dict[str, Line]:
    return {line.charge: line for line in bill.lines if line.kind == "usage"}


def _fees(bill: Bill) -> Decimal:
    return sum((line.amount for line in bill.lines if line.kind != "usage"), ZERO)
