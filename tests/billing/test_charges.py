"""What each kind of charge bills: free units, minimum and maximum, statuses, surcharges and fees by the day."""

from datetime import date
from decimal import Decimal

import pytest
from contract_cases import amounts, bill, client

from tollbook.billing.bill import Bill
from tollbook.billing.standing import Standing
from tollbook.period import Month
from tollbook.rating.contracts import BadClientFile

SMS = """
charges:
  - {kind: usage, name: sms, label: SMS, price: {model: per_unit, unit: "0.05"}%s}
"""


def holds_together(made: Bill) -> None:
    for line in made.lines:
        assert sum(step.amount for step in line.steps) == line.exact
        assert not line.items or sum(item.amount for item in line.items) == line.amount
    assert made.total == sum(line.amount for line in made.lines) + sum(tax.amount for tax in made.taxes)


@pytest.mark.parametrize(
    ("more", "segments", "amount"),
    [
        ("", 1000, "50.00"),
        (", allowance: {units: 300}", 1000, "35.00"),  # 700 x 0.05
        (", allowance: {units: 300}", 200, "0.00"),
        (", minimum: 60", 1000, "60.00"),
        (", minimum: 60", 0, "60.00"),
        (", maximum: 40", 1000, "40.00"),
        (", allowance: {units: 300}, minimum: 40", 1000, "40.00"),  # free units first, then the minimum
    ],
)
def test_free_units_then_the_price_then_minimum_and_maximum(more: str, segments: int, amount: str) -> None:
    made = bill(SMS % more, f"3 sms delivered {segments} {segments}" if segments else "")
    assert amounts(made) == {"sms": amount}
    holds_together(made)


def test_unused_free_units_roll_over_up_to_their_maximum() -> None:
    """300 free a month, at most 200 roll over: October begins with 200 more and is left with none."""
    contract = SMS % ", allowance: {units: 300, rollover: {maximum: 200}}"
    september = bill(contract, "3 sms delivered 50 50", month=Month(2026, 9))
    assert september.carried.free_units == {"sms": 200}
    october = bill(contract, "3 sms delivered 620 620", standing=september.carried)
    assert amounts(october) == {"sms": "6.00"}  # 620 - 500 = 120 x 0.05
    assert october.carried.free_units == {"sms": 0}


def test_a_status_is_billable_by_channel_and_failed_ones_cost_a_fee_unless_exempt() -> None:
    """SMS on submit, WhatsApp on delivery; 0.001 a failed message, not for error 30007; per message, not segment."""
    contract = """
charges:
  - kind: usage
    name: sent
    label: Messages
    meter: {channels: [sms, whatsapp], channel_statuses: {whatsapp: [delivered, read]}, counts: messages}
    price: {model: per_unit, unit: "0.01"}
  - kind: usage
    name: failed
    label: Failed messages
    meter: {statuses: [failed], exempt_errors: ["30007"], counts: messages}
    price: {model: per_unit, unit: "0.001"}
"""
    made = bill(
        contract,
        """
        1 sms      undelivered 100 300
        1 whatsapp undelivered 100 100
        1 whatsapp read        100 100
        2 sms      failed      4000 9000
        2 sms      failed      6000 6000 error=30007
        """,
    )
    assert amounts(made) == {"sent": "2.00", "failed": "4.00"}
    holds_together(made)


def test_the_carriers_surcharge_is_a_line_of_its_own_and_cost_plus_is_a_price() -> None:
    contract = """
charges:
  - {kind: usage, name: plus, label: Cost plus, price: {model: dynamic, multiplier: "1.15", markup: "0.001"}}
  - {kind: usage, name: carrier, label: Carrier fees, price: {model: dynamic, carried: carrier_fee}}
"""
    made = bill(contract, "1 sms delivered 100 100 cost=0.80 carrier_fee=0.30 currency=EUR")
    assert amounts(made) == {"plus": "1.02", "carrier": "0.30"}  # 0.80 x 1.15 + 100 x 0.001
    holds_together(made)


def test_a_table_of_prices_in_the_contract_and_usage_it_does_not_cover() -> None:
    contract = """
charges:
  - kind: usage
    name: mix
    label: All channels
    price: {model: matrix, prices: [{channel: sms, country: GB, unit: "0.04"}, {channel: sms, unit: "0.09"}]}
"""
    made = bill(contract, "1 sms delivered 10 10\n2 sms delivered 10 10 FR\n3 rcs delivered 7 7")
    assert amounts(made) == {"mix": "1.30"}
    assert [(one.channel, one.messages) for one in made.unrated] == [("rcs", 7)]
    assert "add one without conditions" in made.unrated[0].reason


@pytest.mark.parametrize(
    ("fee", "month", "amount"),
    [
        ("amount: 31", "2026-10", "31.00"),
        ("amount: 31, starts: 2026-10-11", "2026-10", "21.00"),  # 21 of 31 days
        ("amount: 31, ends: 2026-10-11", "2026-10", "10.00"),
        ("amount: 31, starts: 2026-10-11, prorate: none", "2026-10", "31.00"),
        ("amount: 31, starts: 2026-11-01", "2026-10", None),
        ("amount: 910, every: quarter, starts: 2026-07-01", "2026-10", "910.00"),
        ("amount: 920, every: quarter, starts: 2026-08-01", "2026-10", None),  # due in August and November
        ("amount: 920, every: quarter, starts: 2026-10-16", "2026-10", "770.00"),  # 77 of the quarter's 92 days
        ("amount: 365, every: year", "2026-10", None),
        ("amount: 365, every: year", "2026-01", "365.00"),
        ("amount: 1.55, quantity: 10, changes: [{starts: 2026-10-22, quantity: 41}]", "2026-10", "31.00"),
    ],
)
def test_fees_by_term_and_by_day(fee: str, month: str, amount: str | None) -> None:
    """The last: 10 seats for 21 days and 41 for 10, at 1.55: (15.50 x 21 + 63.55 x 10) / 31 = 31.00."""
    made = bill(f"charges: [{{kind: recurring, name: fee, label: Fee, {fee}}}]", month=Month.parse(month))
    assert amounts(made) == ({} if amount is None else {"fee": amount})
    holds_together(made)


def test_a_one_off_fee_is_due_once() -> None:
    contract = "charges: [{kind: once, name: setup, label: Set-up, amount: 99.90, day: 2026-10-31}]"
    assert [amounts(bill(contract, month=Month(2026, number))) for number in (9, 10, 11)] == [
        {}, {"setup": "99.90"}, {},
    ]  # fmt: skip


def test_usage_counted_as_the_source_does() -> None:
    contract = """
charges:
  - kind: usage
    name: voice
    label: Voice
    meter: {channels: [voice], counts: quantity}
    price: {model: per_unit, unit: "0.03", fractions: up}
"""
    assert amounts(bill(contract, "1 voice delivered 3 3 units=4.25")) == {"voice": "0.15"}


@pytest.mark.parametrize(
    ("contract", "fault"),
    [
        (SMS % ", minimum: 5, maximum: 4", "minimum 5 is above maximum 4"),
        (SMS % ", allowance: {units: 0}", "allowance.units"),
        (SMS % ", meter: {channels: [pigeon]}", "channels"),
        (SMS % ", meter: {statuses: [lost]}", "statuses"),
        (SMS % ", tax: reduced", "taxes has no reduced"),
        (SMS % "" + "discounts: [{name: less, label: Less}]", "one of percent, amount and bands"),
        (SMS % "" + "discounts: [{name: less, label: Less, percent: 5, charges: [fax]}]", "are not there: fax"),
        (SMS % "" + "discounts: [{name: sms, label: Less, percent: 5}]", "names must differ"),
        (SMS % "" + "commitment: {amount: 5, overage_factor: 0.8}", "overage_factor"),
        (SMS % "" + "currency: XXY", "unknown currency 'XXY'"),
        (
            "charges: [{kind: recurring, name: f-1, label: F, amount: 1, starts: 2026-02-01, ends: 2026-01-01}]",
            "not before",
        ),
        ("charges: [{kind: gift, name: fee, label: F}]", "'usage', 'recurring'"),
    ],
)  # fmt: skip
def test_a_contract_that_does_not_hold_together_is_named(contract: str, fault: str) -> None:
    with pytest.raises(BadClientFile) as caught:
        client(contract)
    assert fault in str(caught.value)
    assert str(caught.value).startswith("acme.yaml: contracts.0")


def test_the_day_a_contract_changes_is_the_first_of_a_month() -> None:
    made = client(SMS % "")
    assert made.contract(Month(2026, 1)).valid_from == date(2026, 1, 1)
    with pytest.raises(Exception, match="no contract in force on 2025-12-01"):
        made.contract(Month(2025, 12))


def test_a_fresh_standing_is_empty() -> None:
    assert bill(SMS % "").carried == Standing({}, Decimal(0), {})
