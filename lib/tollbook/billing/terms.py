"""A contract's terms in words: what each charge counts and what it costs."""

from tollbook.billing.bill import Bill
from tollbook.billing.documents.labels import Labels
from tollbook.money import format_count, format_money, format_rate
from tollbook.rating.charges import Price
from tollbook.rating.contracts import (
    CardPrice,
    Commitment,
    Contract,
    Discount,
    MatrixPrice,
    Meter,
    OneOffCharge,
    RecurringCharge,
    UsageCharge,
)
from tollbook.rating.prices import (
    Dynamic,
    Flat,
    Graduated,
    GraduatedPercentage,
    Package,
    Percentage,
    PerUnit,
    Stairstep,
    Tier,
    Volume,
)

ALL_STATUSES_WORDS = "all statuses"


def price_words(  # noqa: C901, PLR0911 - one answer per model
    price: Price, unit: str, currency: str, locale: str = "en"
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
        case MatrixPrice(prices=rows):
            return f"by a table of {len(rows)} prices"
        case Percentage(percent=percent, per_event=fee):
            each = f" + {format_money(fee, currency, locale)} each" if fee else ""
            return f"{percent.normalize():f} % of the amount{each}"
        case GraduatedPercentage(tiers=tiers):
            steps = (f"{tier.unit.normalize():f} % {_reach(tier, locale)}" for tier in tiers)
            return f"each part of the amount by its tier: {'; '.join(steps)}"
        case Dynamic(carried=carried, multiplier=times, markup=markup):
            added = f" + {format_rate(markup, currency, locale)} a {one}" if markup else ""
            return f"{carried.replace('_', ' ')} \N{MULTIPLICATION SIGN} {times.normalize():f}{added}"


def _tiers(tiers: tuple[Tier, ...], currency: str, locale: str) -> str:
    return "; ".join(_tier(tier, currency, locale) for tier in tiers)


def _tier(tier: Tier, currency: str, locale: str) -> str:
    parts = [format_rate(tier.unit, currency, locale)] if tier.unit else []
    parts += [f"{format_money(tier.flat, currency, locale)} flat"] if tier.flat else []
    return f"{_reach(tier, locale)} {' + '.join(parts) or 'free'}"


def _reach(tier: Tier, locale: str) -> str:
    return "beyond" if tier.up_to is None else f"up to {format_count(tier.up_to, locale)}"


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
    english = Labels.spoken("en", locale, contract.currency)
    for charge in contract.charges:
        match charge:
            case UsageCharge():
                price = price_words(charge.price, charge.meter.counts, contract.currency, locale)
                price += _conditions(charge, contract.currency, locale)
                rows.append((charge.label, meter_words(charge.meter), price, statuses_words(charge.meter)))
            case RecurringCharge():
                each = format_money(charge.amount, contract.currency, locale)
                counted = english.counted(charge.quantity, charge.unit)
                rows.append((charge.label, counted, f"{each} a {charge.unit}, every {charge.every}", ""))
            case OneOffCharge():
                each = format_money(charge.amount * charge.quantity, contract.currency, locale)
                rows.append((charge.label, "", f"{each}, once on {charge.day}", ""))
    rows += [
        (one.label, _applies(one), _discount_words(one, contract.currency, locale), "") for one in contract.discounts
    ]
    if contract.commitment:
        promise = contract.commitment
        amount = format_money(promise.amount, contract.currency, locale)
        rows.append((promise.label, _applies(promise), f"at least {amount} every {promise.every}", ""))
    for credit in contract.prepaid:
        until = f", until {credit.ends}" if credit.ends else ""
        paid = format_money(credit.amount, contract.currency, locale)
        rows.append((credit.label, "pays invoices, tax included", f"{paid} from {credit.starts}{until}", ""))
    return rows


def statuses_words(rule: Meter) -> str:
    """The billable statuses, channel by channel where they differ."""
    parts = [", ".join(rule.statuses) or ALL_STATUSES_WORDS]
    parts += [
        f"{channel}: {', '.join(named) or ALL_STATUSES_WORDS}" for channel, named in rule.channel_statuses.items()
    ]
    return "; ".join(parts)


def _conditions(charge: UsageCharge, currency: str, locale: str) -> str:
    parts = []
    if charge.allowance:
        rolls = ", unused ones roll over" if charge.allowance.rollover else ""
        parts.append(f"the first {format_count(charge.allowance.units, locale)} {charge.meter.counts} free{rolls}")
    if charge.minimum is not None:
        parts.append(f"at least {format_money(charge.minimum, currency, locale)}")
    if charge.maximum is not None:
        parts.append(f"at most {format_money(charge.maximum, currency, locale)}")
    return "".join(f"; {part}" for part in parts)


def _applies(one: Discount | Commitment) -> str:
    everything = "all usage charges" if isinstance(one, Commitment) else "all charges"
    return ", ".join(one.charges) or everything


def _discount_words(one: Discount, currency: str, locale: str) -> str:
    if one.amount is not None:
        return f"{format_money(one.amount, currency, locale)} off"
    if one.percent is not None:
        return f"{one.percent.normalize():f} % off"
    bands = (f"{band.percent.normalize():f} % above {format_money(band.above, currency, locale)}" for band in one.bands)
    return f"off by what they come to: {'; '.join(bands)}"


def unrated_words(bill: Bill, locale: str = "en") -> str:
    """How much usage has no price, in one sentence."""
    messages = sum(one.messages for one in bill.unrated)
    if not messages:
        return "All metered usage has a price."
    return f"{format_count(messages, locale)} messages have no price: add a rate, or the invoice cannot be made final."
