"""bill(A + B + C) = bill(A) + adjustment(B) + adjustment(C), whatever the contract: late usage costs what it costs."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_rater import Message
from test_two_raters import MESSAGE, OCTOBER, ROWS, cells, client_of, contracts

from tollbook.billing.adjustments import adjustments, invoiced, with_adjustments
from tollbook.billing.bill import Bill
from tollbook.billing.billing import make_bill
from tollbook.billing.documents import invoice_json
from tollbook.billing.issued import Issued, content_hash
from tollbook.rating.cards import read_card
from tollbook.rating.contracts import Client


def issued(made: Bill, client: Client, number: int) -> Issued:
    day = date(2026, 12, number)
    document = invoice_json(made, client, number=f"A-{number}", issued_on=day, due_on=day)
    return Issued(
        f"A-{number}", "invoice", "main", made.client, made.month, day, 1, document, content_hash(document), {}
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contract=contracts(), parts=st.lists(st.lists(MESSAGE, max_size=15), min_size=3, max_size=3))
def test_late_usage_is_billed_to_the_cent_over_two_later_invoices(
    contract: dict[str, Any], parts: list[list[Message]], tmp_path: Path
) -> None:
    (tmp_path / "made.csv").write_text(ROWS)
    cards = {"made": read_card(tmp_path / "made.csv")}
    client = client_of(contract)
    terms = client.contract(OCTOBER)
    known: list[Message] = list(parts[0])
    first = make_bill(client, OCTOBER, cells(known), cards, batch=1)
    invoices = [issued(first, client, 1)]
    billed = first.net
    for number, late in enumerate(parts[1:], 2):
        known += late
        now = make_bill(client, OCTOBER, cells(known), cards, batch=number)
        found = adjustments(now, invoiced(invoices, OCTOBER))
        later = replace(first, month=OCTOBER.shift(number - 1), lines=(), taxes=())
        whole = with_adjustments(later, terms, [(now, found)])
        invoices.append(issued(whole, client, number))
        billed += whole.net
        assert billed == now.net
        assert whole.net == sum((line.amount for line in found), Decimal(0))
        assert {line.month for line in found} <= {OCTOBER}
    assert adjustments(now, invoiced(invoices, OCTOBER)) == []
