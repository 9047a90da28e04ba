"""Published billing cases as Tollbook reckons them: fees, taxes, commitments, discounts, credits and rounding."""

from decimal import Decimal
from typing import Any

from tollbook.billing.bill import Line
from tollbook.billing.fees import prorated
from tollbook.billing.reductions import commitment_lines, discounts
from tollbook.money import Rounding, round_money
from tollbook.period import Month
from tollbook.rating.contracts import Contract
from tollbook.rating.steps import add

D = Decimal
Case = dict[str, Any]
OCTOBER = Month(2026, 10)


def days(text: str) -> tuple[int, int]:
    some, whole = text.split("/")
    return int(some), int(whole)


def money(amount: Decimal, currency: str = "EUR") -> Decimal:
    return round_money(amount, currency)


def fee(params: Case) -> Decimal:
    return money(prorated(D(params["fee"]), *days(params["days"])))


def tax(basis: Decimal, percent: object, currency: str = "EUR") -> Decimal:
    return money(basis * D(str(percent)) / 100, currency)


def contract(**more: Any) -> Contract:
    base = {
        "valid_from": "2026-01-01",
        "currency": "EUR",
        "charges": [{"kind": "usage", "name": "usage", "label": "Usage", "price": {"model": "per_unit", "unit": 1}}],
        "taxes": {"standard": {"rate": 0, "label": "None"}},
    }
    return Contract.model_validate(base | more)


def commitment(amount: Decimal, used: Decimal, **more: Any) -> Decimal:
    """What the commitment's line comes to in a month with so much usage."""
    terms = contract(commitment={"amount": amount, **more})
    return add(line.amount for line in commitment_lines(terms, OCTOBER, D(0), used))


def line(name: str, amount: str) -> Line:
    return Line(name, name, "usage", D(1), "unit", D(amount), D(amount), "standard")


def change(case: Case) -> list[Decimal]:
    params = case["params"]
    part = (params["remaining_days"], params["period_days"])
    back, due = (money(prorated(D(params[which]), *part)) for which in ("old", "new"))
    return [-back, due, due - back]


def spend_minimum(case: Case) -> list[Decimal]:
    least = money(prorated(D(case["params"]["minimum"]), *days(case["params"]["days"])))
    used, percent = D(case["usage"]["amount"]), case["params"]["tax_percent"]
    missing = commitment(least, used)
    return [missing, tax(missing, percent), used + missing, tax(used + missing, percent),
            used + missing + tax(used + missing, percent)]  # fmt: skip


def credited(case: Case) -> list[Decimal]:
    net = fee(case["params"])
    return [net, tax(net, case["params"]["tax_percent"]), net + tax(net, case["params"]["tax_percent"])]


def wallet(case: Case) -> list[Decimal]:
    left, found = D(case["params"]["wallet"]), []
    for amount in map(D, case["usage"]["invoices"]):
        total = amount + tax(amount, case["params"]["tax_percent"])
        left -= min(left, total)
        found += [total, left]
    return found


def spread_discount(case: Case) -> list[Decimal]:
    lines = [line(f"line-{n}", amount) for n, amount in enumerate(case["params"]["lines"])]
    charges = [
        {"kind": "once", "name": one.charge, "label": "x", "amount": one.amount, "day": "2026-10-01"} for one in lines
    ]
    terms = contract(
        charges=charges, discounts=[{"name": "less", "label": "Less", "amount": case["params"]["discount"]}]
    )
    return list(discounts(terms, lines, OCTOBER)[1].values())


def arithmetic(case: Case) -> list[Decimal]:
    params = case["params"]
    net = D(params["amount"]) - D(params["line_discount"]) - D(params["invoice_discount"])
    due = tax(net, params["tax_percent"])
    return [due, net + due - D(params["wallet"])]


def amounts(case: Case) -> list[Decimal]:
    found = case["usage"]["amounts"]
    return [D("0.011")] * 100 if isinstance(found, str) else list(map(D, found))


def yen(case: Case) -> str:
    return "JPY" if case["params"].get("decimals") == 0 else "EUR"


def by_rule(case: Case) -> Decimal:
    return round_money(D(case["usage"]["amount"]), yen(case), Rounding.HALF_UP)


def true_up(case: Case) -> Decimal:
    params = case["params"]
    part = days(params["days"])
    least, due = (money(prorated(D(params[name]), *part)) for name in ("commitment", "fee"))
    return commitment(least, due) * 100  # published in cents


def overage(case: Case) -> Decimal:
    params = case["params"]
    used = D(case["usage"]) * D(params["unit"])
    promised = D(params["commitment"]) if "commitment" in params else D(params["commit_quantity"]) * D(params["unit"])
    return used + commitment(promised, used, overage_factor=params["overage_factor"], true_up=params["true_up"])


def part_of(case: Case) -> Decimal:
    params = case["params"]
    if "amount" in params:
        return int(params["sign"]) * money(prorated(D(params["amount"]), *days(params["days"])))
    return fee(params)


def returned(case: Case) -> list[Decimal]:
    """The first of two credit notes."""
    net = D(case["params"]["credit"])
    return [tax(net, case["params"]["tax_percent"]), net + tax(net, case["params"]["tax_percent"])]
