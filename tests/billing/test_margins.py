"""Margins: the supplier's cost through the same rater, each message's once."""

from decimal import Decimal

from contract_cases import OCTOBER, client, usage

from tollbook.billing.billing import make_bill
from tollbook.billing.margins import margins
from tollbook.book import Book

CONTRACT = """
charges:
  - {kind: usage, name: sms, label: SMS, price: {model: per_unit, unit: "0.05"}, meter: {channels: [sms]}}
  - {kind: usage, name: carrier, label: Carrier fees, price: {model: dynamic, carried: carrier_fee}}
  - {kind: recurring, name: fee, label: Fee, amount: 10}
"""
TABLE = """
1 sms      delivered  100  100  cost=2.00 currency=EUR carrier_fee=0.30
2 sms      delivered   10   10  cost=1.00 currency=EUR carrier_fee=0.03
2 whatsapp delivered    5    5  cost=0.40 currency=EUR carrier_fee=0.01
3 sms      rejected     7    7  cost=0.07 currency=EUR
"""


def test_a_message_costs_once_and_what_is_not_billed_is_shown() -> None:
    whose, cells = client(CONTRACT), usage(TABLE)
    made = make_bill(whose, OCTOBER, cells, {}, batch=1)
    found = {one.charge: (one.amount, one.cost, one.margin) for one in margins(made, whose, cells).lines}
    assert found == {
        "sms": (Decimal("5.50"), Decimal("3.00"), Decimal("2.50")),
        "carrier": (Decimal("0.34"), Decimal("0.40"), Decimal("-0.06")),
        "fee": (Decimal(10), Decimal(0), Decimal(10)),
        "not-billed": (Decimal(0), Decimal("0.07"), Decimal("-0.07")),
    }


def test_every_demo_bill_and_all_that_was_paid_is_in_its_margins(demo_book: Book) -> None:
    for name in demo_book.client_ids():
        made, found = demo_book.bill(name, "2026-10"), demo_book.margins(name, "2026-10").lines
        assert sum(one.amount for one in found) == made.net
        if {currency for currency, _ in made.supplier_costs} <= {made.currency}:
            paid = sum((amount for _, amount in made.supplier_costs), Decimal(0))
            assert abs(sum((one.cost for one in found), Decimal(0)) - paid) <= Decimal("0.01") * len(found)
