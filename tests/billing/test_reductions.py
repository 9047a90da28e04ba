"""What changes the sum: discounts, commitment, prepaid credit, tax by place of supply, other currencies."""

from decimal import Decimal
from pathlib import Path

import pytest
from contract_cases import amounts, bill

from tollbook.billing.standing import Standing
from tollbook.period import Month
from tollbook.rating.cards import parse_card
from tollbook.rating.exchange import BadExchangeTable, ExchangeTable, NoExchangeRate
from tollbook.rating.taxes import NoTaxRate, standard_rate, tax_of_supply

TWO = """
charges:
  - {kind: usage, name: sms, label: SMS, price: {model: per_unit, unit: "0.10"}}
  - {kind: recurring, name: fee, label: Fee, amount: 50}
"""
THOUSAND = "3 sms delivered 1000 1000"  # 100.00


@pytest.mark.parametrize(
    ("discounts", "lines"),
    [
        ("{name: less, label: Less, percent: 10}", {"less": "-15.00"}),
        ("{name: less, label: Less, percent: 10, charges: [sms]}", {"less": "-10.00"}),
        ("{name: less, label: Less, amount: 20}", {"less": "-20.00"}),
        ("{name: less, label: Less, amount: 500}", {"less": "-150.00"}),  # never more than there is
        ("{name: one, label: A, amount: 50}, {name: two, label: B, percent: 10}", {"one": "-50.00", "two": "-10.00"}),
        ("{name: less, label: L, bands: [{percent: 1}, {above: 100, percent: 3}], charges: [sms]}", {"less": "-1.00"}),
        ("{name: less, label: Less, bands: [{percent: 1}, {above: 100, percent: 3}]}", {"less": "-4.50"}),
        ("{name: less, label: Less, percent: 10, ends: 2026-10-01}", {}),
    ],
)  # fmt: skip
def test_discounts(discounts: str, lines: dict[str, str]) -> None:
    made = bill(f"{TWO}discounts: [{discounts}]", THOUSAND)
    assert amounts(made) == {"sms": "100.00", "fee": "50.00", **lines}
    assert made.taxes[0].basis == made.net


def test_a_discount_over_two_tax_categories_is_a_line_in_each() -> None:
    contract = TWO.replace("amount: 50", "amount: 50, tax: zero") + (
        "taxes: {standard: {rate: 20, label: VAT}, zero: {rate: 0, label: None}}\n"
        "discounts: [{name: less, label: Less, amount: 10}]"
    )
    made = bill(contract, THOUSAND)
    assert amounts(made) == {"sms": "100.00", "fee": "50.00", "less-standard": "-6.67", "less-zero": "-3.33"}
    assert [(tax.category, str(tax.basis), str(tax.amount)) for tax in made.taxes] == [
        ("standard", "93.33", "18.67"), ("zero", "46.67", "0.00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("commitment", "before", "month", "lines"),
    [
        ("{amount: 130}", 0, "2026-10", {"commitment": "30.00"}),
        ("{amount: 90}", 0, "2026-10", {}),
        ("{amount: 130, true_up: false}", 0, "2026-10", {}),
        ("{amount: 160, charges: [sms, fee]}", 0, "2026-10", {"commitment": "10.00"}),
        ("{amount: 60, overage_factor: 1.5}", 0, "2026-10", {"commitment-overage": "20.00"}),  # 40 more cost half again
        ("{amount: 500, every: quarter}", 250, "2026-11", {}),  # the quarter ends in December
        ("{amount: 500, every: quarter}", 250, "2026-12", {"commitment": "150.00"}),
        ("{amount: 500, every: year, starts: 2025-11-01}", 250, "2026-10", {"commitment": "150.00"}),
    ],
)
def test_commitments(commitment: str, before: int, month: str, lines: dict[str, str]) -> None:
    made = bill(
        f"{TWO}commitment: {commitment}",
        THOUSAND,
        month=Month.parse(month),
        standing=Standing(committed=Decimal(before)),
    )
    assert amounts(made) == {"sms": "100.00", "fee": "50.00", **lines}


def test_a_commitment_counts_what_discounts_left() -> None:
    made = bill(f"{TWO}discounts: [{{name: less, label: Less, percent: 10}}]\ncommitment: {{amount: 100}}", THOUSAND)
    assert amounts(made)["commitment"] == "10.00"  # 100 - 90


def test_a_term_is_carried_from_month_to_month_and_begins_anew() -> None:
    contract = f"{TWO}commitment: {{amount: 500, every: quarter}}"
    standing = Standing()
    found = []
    for number in range(1, 5):
        made = bill(contract, THOUSAND, month=Month(2026, number), standing=standing)
        standing = made.carried
        found.append((amounts(made).get("commitment"), str(standing.committed)))
    assert found == [(None, "100.00"), (None, "200.00"), ("200.00", "0"), (None, "100.00")]


def test_prepaid_credit_pays_the_total_with_tax_what_lapses_first_is_used_first() -> None:
    contract = TWO + (
        "prepaid: [{name: late, label: Open credit, amount: 200, starts: 2026-01-01},"
        " {name: soon, label: Lapsing credit, amount: 39, starts: 2026-01-01, ends: 2026-12-31},"
        " {name: gone, label: Lapsed, amount: 39, starts: 2026-01-01, ends: 2026-10-01}]"
    )
    made = bill(contract, THOUSAND, standing=Standing(credit_used={"late": Decimal(190)}))
    assert made.total == Decimal("180.00")
    assert [(one.name, str(one.amount), str(one.left)) for one in made.credits] == [
        ("soon", "39", "0"), ("late", "10", "0"),
    ]  # fmt: skip
    assert made.due == Decimal("131.00")
    assert made.carried.credit_used == {"late": 200, "soon": 39}


@pytest.mark.parametrize(
    ("seller", "customer", "tax_id", "day", "rate", "code"),
    [
        ("IL", "IL", "", "2024-12", "17", "S"),
        ("IL", "IL", "", "2025-01", "18", "S"),
        ("IL", "DE", "DE1", "2026-10", "0", "Z"),
        ("IL", "US", "", "2026-10", "0", "Z"),
        ("DE", "FR", "FR1", "2026-10", "0", "AE"),
        ("DE", "FR", "", "2026-10", "19", "S"),  # no tax id: not shown to be a business
        ("DE", "DE", "DE1", "2020-08", "16", "S"),
        ("GB", "GB", "", "2026-10", "20", "S"),
        ("GB", "DE", "DE1", "2026-10", "0", "O"),
        ("US", "GB", "", "2026-10", "0", "O"),
    ],
)
def test_tax_by_place_of_supply(seller: str, customer: str, tax_id: str, day: str, rate: str, code: str) -> None:
    tax = tax_of_supply(seller, customer, Month.parse(day).last, customer_tax_id=tax_id)
    assert (str(tax.rate), tax.category_code) == (rate, code)
    assert bool(tax.note) == (tax.rate == 0)


def test_the_sellers_country_taxes_what_the_contract_does_not() -> None:
    contract = TWO + "seller: IL\ntaxes: {}"
    export = bill(contract, THOUSAND)
    assert [(str(tax.rate), tax.code) for tax in export.taxes] == [("0", "Z")]
    assert "reverse charge" in export.taxes[0].note
    home = bill(contract, THOUSAND, country="IL", time_zone="Asia/Jerusalem")
    assert (str(home.taxes[0].amount), home.taxes[0].label) == ("27.00", "VAT 18 %")


def test_a_country_without_a_known_rate_is_said() -> None:
    with pytest.raises(NoTaxRate, match="of XK on"):
        standard_rate("XK", Month(2026, 10).last)


CARD = (
    "channel,direction,country,network,category,unit,price,currency,valid_from,valid_to\nsms,,,,,segment,0.05,USD,,\n"
)
BY_CARD = "charges: [{kind: usage, name: sms, label: SMS, price: {model: rate_card, card: usd}}]\n"


def test_prices_in_another_currency_use_the_rate_of_the_months_last_day() -> None:
    """31 March 2026 was a Tuesday: dollars per euro as the ECB published them that day."""
    cards = {"usd": parse_card(Path("usd.csv"), CARD.encode())}
    table = ExchangeTable.read()
    made = bill(BY_CARD, THOUSAND, month=Month(2026, 3), cards=cards, exchange=table)
    (used,) = made.exchange
    assert (used.source_currency, used.target, f"{used.day}") == ("USD", "EUR", "2026-03-31")
    assert made.lines[0].exact == 50 * used.rate
    assert made.exchange_sha == table.sha
    assert bill(TWO, THOUSAND).exchange == ()


def test_no_rate_is_never_a_guess() -> None:
    cards = {"usd": parse_card(Path("usd.csv"), CARD.encode())}
    with pytest.raises(NoExchangeRate, match="no rate of USD within 7 days before"):
        bill(BY_CARD, THOUSAND, cards=cards)


@pytest.mark.parametrize("row", ["2026-10-30,USD,x", "today,USD,1.1", "2026-10-30,USD,0", "2026-10-30"])
def test_a_bad_exchange_table_is_refused_with_its_line(row: str) -> None:
    with pytest.raises(BadExchangeTable, match=r"rates\.csv, line 2"):
        ExchangeTable.parse(f"date,currency,per_eur\n{row}\n".encode(), "rates.csv")


def test_rates_between_two_currencies_go_through_the_euro() -> None:
    table = ExchangeTable.parse(b"date,currency,per_eur\n2026-10-30,USD,1.10\n2026-10-30,GBP,0.88\n", "rates.csv")
    assert table.rate("USD", "GBP", Month(2026, 10).last).rate == Decimal("0.800000")
    assert table.rate("GBP", "EUR", Month(2026, 10).last).rate == Decimal("1.136364")
