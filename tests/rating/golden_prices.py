"""Published billing cases as Tollbook prices them: which price model a case is, and what it comes to."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from golden_bills import OCTOBER, Case, D, money, tax

from tollbook.rating.percentages import Percentage
from tollbook.rating.prices import PriceModel, difference, price_model
from tollbook.rating.rates import Destination, Rate, RateCard
from tollbook.rating.steps import add


def tiered(model: str, params: Case, **more: Any) -> PriceModel:
    options = {"flat_at_zero": params.get("flat_of_first_tier_at_zero", False), **more}
    steps = [{key: value for key, value in tier.items() if value is not None} for tier in params["tiers"]]
    return price_model({"model": model, "tiers": steps, **options})


def blocks(steps: list[Case], policy: str = "ALL_TIERS") -> PriceModel:
    """Kill Bill's tiers of blocks: each tier as wide as its blocks."""
    tiers, high = [], D(0)
    for step in steps:
        size = D(step["block_size"])
        tier = {"unit": step["price"], "per": size, "block": size}
        if step.get("max_blocks"):
            high += size * D(step["max_blocks"])
            tier["up_to"] = high
        tiers.append(tier)
    return price_model({"model": "graduated" if policy == "ALL_TIERS" else "volume", "tiers": tiers})


def increments(params: Case) -> PriceModel:
    """CGRateS: a rate per so many seconds in increments, from a second on, and a fee for connecting."""
    groups = params["groups"]
    tiers = []
    for group, after in zip(groups, [*groups[1:], None], strict=True):
        per, block = seconds(group["per"]), seconds(group["increment"])
        tier = {
            "unit": group["rate"],
            "per": per,
            "block": block,
            **({"up_to": seconds(after["start"])} if after else {}),
        }
        tiers.append(tier)
    tiers[0]["flat"] = params.get("connect", 0)
    return price_model({"model": "graduated", "tiers": tiers})


def seconds(text: object) -> Decimal:
    return D(str(text).removesuffix("s"))


def package(params: Case, **more: Any) -> PriceModel:
    least = 1 if "minimum_packages" in params else 0
    stated: Case = {name: params[name] for name in ("package_size", "free_units") if name in params}
    amount = params.get("package_amount", 1)
    return price_model({"model": "package", **stated, "package_amount": amount, "minimum_packages": least, **more})


def percentage(params: Case) -> Percentage:
    names = {"rate_percent": "percent", "fixed_per_txn": "per_event", "free_txns": "free_events",
             "free_amount": "free_amount", "txn_min": "event_minimum", "txn_max": "event_maximum"}  # fmt: skip
    return Percentage.model_validate(
        {ours: params[name] for name, ours in names.items() if params.get(name) is not None}
    )


def events(case: Case) -> list[Decimal]:
    if "txn_running_totals" in case["params"]:
        totals = [D(0), *map(D, case["params"]["txn_running_totals"])]
        return [high - low for low, high in pairwise(totals)]
    return list(map(D, case["usage"]["txns"]))


def increased(model: PriceModel, case: Case, key: str) -> Decimal:
    """What `key` more costs after `before`."""
    before = D(case["usage"]["before"])
    return difference(model, before, before + D(case["usage"][key]))


def graduated_more(case: Case) -> Decimal:
    return difference(tiered("graduated", case["params"]), D(case["usage"]["before"]), D(case["usage"]["now"]))


def volume_package(case: Case) -> Decimal:
    tier = {"unit": case["params"]["package_amount"], "per": 1000, "block": 1000}
    return price_model({"model": "volume", "tiers": [tier]}).rate(D(case["usage"])).amount


def block_delta(case: Case) -> Decimal:
    before, total = (D(case["usage"][name]) for name in ("already_billed", "total"))
    return difference(blocks([case["params"]]), before, total)


def surcharge(case: Case) -> Decimal:
    params = case["params"]
    return (D(params["base"]) + D(params["carrier_fee"])) * int(case["usage"]["segments"])


def conversion(case: Case) -> Decimal:
    """Units of 1,000 to so many decimals: packages of the smallest part."""
    params = case["params"]
    part = D(10) ** -params["decimals"]
    rounding = {"ceil": "up", "half_up": "half-up"}[params["round"]]
    price = price_model(
        {"model": "package", "package_size": D(params["divide"]) * part, "package_amount": part, "rounding": rounding}
    )
    return price.rate(D(case["usage"])).amount


def dynamic(case: Case) -> Decimal:
    price = price_model({"model": "dynamic", "multiplier": case["params"]["multiplier"]})
    if "cost_before" not in case["usage"]:
        return money(price.rate(D(case["usage"]["cost"])).amount)
    most, before = D(case["params"]["maximum"]), D(case["usage"]["cost_before"])
    now = before + D(case["usage"]["cost"])
    first, whole = (money(min(price.rate(cost).amount, most)) for cost in (before, now))
    return whole - first


def free_units(case: Case) -> Decimal:
    price = price_model(
        {"model": "package", "package_size": 1, "package_amount": 1, "free_units": case["params"]["free_units"]}
    )
    before = D(case["usage"]["before"])
    return difference(price, before, before + D(case["usage"]["quantity"]))


def multi(case: Case) -> Decimal:
    params, usage = case["params"], case["usage"]
    if "units" in params:
        sizes = {"minutes": ("1000", "0.5"), "mbytes": ("512", "0.3")}
        return add(
            blocks([{"block_size": size, "price": price}]).rate(D(usage[unit])).amount
            for unit, (size, price) in sizes.items()
        )
    return add(blocks(params[unit], params["policy"]).rate(D(usage[unit])).amount for unit in usage)


def multi_delta(case: Case) -> Decimal:
    before, total = case["usage"]["already_billed"], case["usage"]["total"]
    return add(difference(blocks(case["params"][unit]), D(before[unit]), D(total[unit])) for unit in total)


def bounded(case: Case) -> Decimal:
    return max(tiered("volume", case["params"]).rate(D(case["usage"])).amount, D(case["params"]["minimum"]))


def with_credits(case: Case) -> Decimal:
    due = tiered("graduated", case["params"]).rate(D(case["usage"])).amount
    return max(max(due, D(case["params"].get("minimum", 0))) - D(case["params"]["credits"]), D(0))


def plain(model: str) -> Callable[[Case], Decimal]:
    return lambda case: tiered(model, case["params"]).rate(D(case["usage"])).amount


def with_fixed(price: Callable[[Case], PriceModel]) -> Callable[[Case], Decimal]:
    return lambda case: D(case["params"]["fixed"]) + price(case).rate(D(case["usage"])).amount


def percent_tiers(case: Case) -> Decimal:
    tiers = [{**tier, "unit": tier["rate_percent"]} for tier in case["params"]["tiers"]]
    tiers = [{key: value for key, value in tier.items() if key != "rate_percent"} for tier in tiers]
    return tiered("graduated_percentage", {**case["params"], "tiers": tiers}).rate(D(case["usage"])).amount


def percent_cases(case: Case) -> Any:
    amount = percentage(case["params"]).rate_events(events(case)).amount
    if "tax_percent" in case["params"]:
        return [amount, amount + tax(amount, case["params"]["tax_percent"])]
    return amount


def per_unit(case: Case) -> Decimal:
    amount = price_model({"model": "per_unit", "unit": case["params"]["unit"]}).rate(D(case["usage"])).amount
    return money(amount) if case["id"] == "flx-line-3.33" else amount  # published as the line, rounded


def by_prefix(case: Case) -> Decimal:
    rows = [
        Rate(line, "", "", "", "", "", "message", D(price), "USD", date.min, date.max, prefix=prefix)
        for line, (prefix, price) in enumerate(case["params"]["table"].items(), 2)
    ]
    to = Destination("sms", "mt", "", "", "", prefix=case["usage"]["destination"])
    found = RateCard("card", rows, "").find(to, OCTOBER.first)
    return found.price if found else D("NaN")
