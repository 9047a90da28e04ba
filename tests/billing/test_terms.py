"""A contract's terms in words."""

import pytest
from contract_cases import client

from tollbook.billing.terms import terms


@pytest.mark.parametrize(
    ("quantity", "locale", "counted"),
    [("1", "en-GB", "1 number"), ("2", "en-GB", "2 numbers"), ("1200", "de-DE", "1.200 numbers")],
)
def test_recurring_fees_are_counted_as_people_count(quantity: str, locale: str, counted: str) -> None:
    contract = client(
        f"""
        charges:
          - {{name: numbers, label: Numbers, kind: recurring, amount: "12.50", quantity: {quantity}, unit: number}}
        """
    ).contracts[0]
    assert [row[1] for row in terms(contract, locale)] == [counted]
