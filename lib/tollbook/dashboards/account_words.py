"""The account page in words: headline cards, the contract's terms, the what-if sentence."""

from decimal import Decimal

from tollbook.billing.bill import Bill
from tollbook.billing.terms import terms, unrated_words
from tollbook.dashboards.account_reading import AccountReading, Outlook
from tollbook.dashboards.attention import attention_list, nothing_asks
from tollbook.dashboards.page import Card, Tone, escape
from tollbook.forecasting.findings import chance_text
from tollbook.forecasting.pricing import message_worth
from tollbook.money import format_count, format_money, format_rate, format_share

CENTS_OF_A_CENT = Decimal("0.0001")
WAIT = "\N{HORIZONTAL ELLIPSIS}"
DEFINITIONS = (
    ("Bill to date", "What the usage known so far costs by the contract, fees and taxes included."),
    ("Expected", "Half of the simulated futures cost less; eight in ten lie between the two amounts below it."),
    (
        "Volume, mix, price",
        "More or fewer units at last month's average price; shifts between destinations; other prices.",
    ),
    ("New destinations", "All that countries cost which the month before did not have; they are not in volume or mix."),
    ("Draft", "What the invoice would be now. A final invoice has a number and never changes."),
    ("What if", "The last whole month with so many more or fewer messages, priced again by the contract."),
)


def account_cards(reading: AccountReading, outlook: Outlook | None) -> list[Card]:
    """Bill to date, what is expected, the budget, and the month before."""
    return [_so_far(reading), _expected(reading, outlook), _budget(reading, outlook), _last(reading)]


def attention_html(reading: AccountReading) -> str:
    """The alerts with their sizes; amounts of alerts that count messages come from the bill's average message."""
    listed = attention_list(reading.alerts, reading.client, message=message_worth(reading.bill))
    return listed or nothing_asks(reading.month)


def span_words(reading: AccountReading) -> tuple[str, str]:
    """The month and how much of it is known, and what it is compared with."""
    before = reading.month.shift(-1).label()
    if reading.over:
        return reading.month.label(), before
    days = f"{reading.known_days} of {len(reading.month.days)} days known"
    return f"{reading.month.label()}, {days}", f"as many days of {before}"


def remark(reading: AccountReading, *, refused: bool) -> str:
    """What a reader should know before believing the page; "" when there is nothing."""
    said = (
        [f"The link asked for something that is not on offer here; this is {reading.client.name}."] if refused else []
    )
    if reading.unused:
        said.append("No usage of this client has been posted yet.")
    if reading.bill.unrated:
        said.append(unrated_words(reading.bill, reading.client.locale))
    return " ".join(said)


def _so_far(reading: AccountReading) -> Card:
    amount = _money(reading.bill.total, reading)
    label = "Bill" if reading.over else "Bill to date"
    if reading.before is None or not reading.before.total or reading.before.currency != reading.bill.currency:
        return Card(label, amount, "nothing to compare with")
    part = reading.bill.total / reading.before.total - 1
    if abs(part) < Decimal("0.0005"):
        return Card(label, amount, "as before", 0)
    text = format_share(float(abs(part)), reading.client.locale)
    return Card(label, amount, f"{text} {'more' if part > 0 else 'less'}", 1 if part > 0 else -1)


def _expected(reading: AccountReading, outlook: Outlook | None) -> Card:
    label = "Expected at month end"
    if reading.over:
        return Card(label, _money(reading.bill.total, reading), "all days are known")
    if outlook is None or outlook.bill is None:
        return Card(label, WAIT, "being worked out")
    found = outlook.bill
    return Card(
        label, _money(found.p50, reading), f"eight in ten: {_money(found.p10, reading)} to {_money(found.p90, reading)}"
    )


def _budget(reading: AccountReading, outlook: Outlook | None) -> Card:
    budget, locale = reading.client.budget, reading.client.locale
    if budget is None:
        return Card("Budget", "none set", "budget: in the client's file sets one", words=True)
    used = float(reading.bill.total / budget)
    forecast = outlook.bill if outlook else None
    if forecast is not None and forecast.over_budget is not None:
        over = forecast.over_budget
        tone: Tone = "bad" if over > 0.5 else "plain"
        text = f"of {_money(budget, reading)}; {chance_text(over, locale)} to pass it"
        return Card("Budget used", format_share(used, locale), text, tone=tone, part=used)
    spent: Tone = "bad" if used > 1 else "plain"
    return Card("Budget used", format_share(used, locale), f"of {_money(budget, reading)}", tone=spent, part=used)


def _last(reading: AccountReading) -> Card:
    name = reading.month.shift(-1).label()
    if reading.last is None:
        return Card(name, "\N{EN DASH}", "no contract then")
    messages = format_count(reading.last.messages, reading.client.locale)
    return Card(name, _money(reading.last.total, reading), f"whole month, {messages} billed messages")


def terms_html(reading: AccountReading) -> str:
    """The contract in force as a table."""
    contract = reading.client.contract(reading.month)
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("Charge", "What it counts", "Price", "Billable statuses")
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
        for label, *cells in terms(contract, reading.client.locale)
    )
    facts = (
        f"In force since {contract.valid_from:%-d %B %Y} · {contract.currency} · due in {contract.payment_days} days"
    )
    return (
        f'<p class="tb-fact">{escape(facts)}</p><div class="tb-scroll" tabindex="0" role="region" '
        f'aria-label="Contract terms"><table class="tb-grid"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )


def what_if_words(base: Bill, tried: Bill, percent: int, locale: str) -> str:
    """A month with more or fewer messages in words.

    `With 20% more messages than in October 2026 the bill is £3,200.10 instead of £2,845.10: 12.5% more.`
    """
    more = (
        "as many messages as" if not percent else f"{abs(percent)}% {'more' if percent > 0 else 'fewer'} messages than"
    )
    now, then = (format_money(one.total, one.currency, locale) for one in (base, tried))
    if not percent or not base.total:
        return f"With {more} in {base.month.label()} the bill is {then}."
    part = tried.total / base.total - 1
    change = f"{format_share(float(abs(part)), locale)} {'more' if part > 0 else 'less'}" if part else "the same"
    each = ""
    if base.messages and tried.messages:
        each = " A billed message then costs {} instead of {}.".format(
            *(
                format_rate((one.net / one.messages).quantize(CENTS_OF_A_CENT), one.currency, locale)
                for one in (tried, base)
            )
        )
    return f"With {more} in {base.month.label()} the bill is {then} instead of {now}: {change}.{each}"


def _money(amount: Decimal, reading: AccountReading) -> str:
    return format_money(amount, reading.bill.currency, reading.client.locale)
