"""A contract's terms in words: what each charge counts and what it costs."""

from tollbook.billing.bill import Bill
from tollbook.money import format_count, format_money, format_rate
from tollbook.rating.contracts import CardPrice, Contract, Meter, RecurringCharge, UsageCharge
from tollbook.rating.prices import Flat, Graduated, Package, PerUnit, PriceModel, Stairstep, Tier, Volume

ALL_STATUSES_WORDS = "all statuses"


def price_words(  # noqa: PLR0911 - one answer per model
    price: PriceModel | CardPrice, unit: str, currency: str, locale: str = "en"
) -> str:
    """A price as one would say it: `£0.05 each`, `by destination, card demo-harbour-gbp`."""
    one = unit.removesuffix("s")
    match price:
        case CardPrice(card=card):
            return f"by destination, rate card {card}"
        case PerUnit(unit=rate):
            return f"{format_rate(rate, currency, locale)} a {one}" if rate else "included"
        case Flat(amount=amount):
            return f"{format_money(amount, currency, locale)} flat"
        case Package(package_size=size, package_amount=amount, free_units=free):
            included = f", the first {format_count(free, locale)} free" if free else ""
            return f"{format_money(amount, currency, locale)} per {format_count(size, locale)} {unit}{included}"
        case Graduated(tiers=tiers):
            return f"each {one} by its tier: {_tiers(tiers, currency, locale)}"
        case Volume(tiers=tiers):
            return f"all {unit} by the tier reached: {_tiers(tiers, currency, locale)}"
        case Stairstep(tiers=tiers):
            return f"a fixed amount by the tier reached: {_tiers(tiers, currency, locale)}"


def _tiers(tiers: tuple[Tier, ...], currency: str, locale: str) -> str:
    return "; ".join(_tier(tier, currency, locale) for tier in tiers)


def _tier(tier: Tier, currency: str, locale: str) -> str:
    reach = "beyond" if tier.up_to is None else f"up to {format_count(tier.up_to, locale)}"
    parts = [format_rate(tier.unit, currency, locale)] if tier.unit else []
    parts += [f"{format_money(tier.flat, currency, locale)} flat"] if tier.flat else []
    return f"{reach} {' + '.join(parts) or 'free'}"


def meter_words(rule: Meter) -> str:
    """What a meter counts: `segments of sms, outgoing`."""
    ways = {"mt": "outgoing", "mo": "incoming"}
    parts = [f"{rule.counts} of {', '.join(rule.channels) or 'all channels'}"]
    parts += [" and ".join(ways.get(way, way) for way in rule.directions)] if rule.directions else []
    parts += [f"to {', '.join(rule.countries)}"] if rule.countries else []
    parts += [f"categories {', '.join(rule.categories)}"] if rule.categories else []
    parts += [f"campaigns {', '.join(rule.campaigns)}"] if rule.campaigns else []
    return ", ".join(parts)


def terms(contract: Contract, locale: str = "en") -> list[tuple[str, str, str, str]]:
    """Each charge: its label, what it counts, its price, and the statuses that are billable."""
    rows = []
    for charge in contract.charges:
        match charge:
            case UsageCharge():
                price = price_words(charge.price, charge.meter.counts, contract.currency, locale)
                statuses = ", ".join(charge.meter.statuses) or ALL_STATUSES_WORDS
                rows.append((charge.label, meter_words(charge.meter), price, statuses))
            case RecurringCharge():
                each = format_money(charge.amount, contract.currency, locale)
                counted = f"{format_count(charge.quantity, locale)} {charge.unit}"
                rows.append((charge.label, counted, f"{each} a {charge.unit}, every month", ""))
    return rows


def unrated_words(bill: Bill, locale: str = "en") -> str:
    """How much usage has no price, in one sentence."""
    messages = sum(one.messages for one in bill.unrated)
    if not messages:
        return "All metered usage has a price."
    return f"{format_count(messages, locale)} messages have no price: add a rate, or the invoice cannot be made final."
