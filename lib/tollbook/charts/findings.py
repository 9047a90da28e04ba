"""What the numbers say, in one sentence each: titles of pictures, alternative texts and the prose of notebooks.

Pure text from the summaries of `tollbook.usage.summary` and from a bill; no plotting. A sentence states only what
its table shows, and says so when there is nothing to say.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from math import sqrt

import pandas as pd
from babel.dates import format_date

from tollbook.billing.bill import Bill
from tollbook.charts.names import WEEKDAYS, campaign_name, channel_name, country_name, isolate, word
from tollbook.charts.words import against, count, during, money, period, rate, share
from tollbook.money import format_rate, known_locale
from tollbook.rating.prices import Graduated, Stairstep, Tier, Volume
from tollbook.usage.summary import DELIVERED, FINAL, OTHER

Tiered = Graduated | Volume | Stairstep
NOTHING = "No messages in this period"
NOTABLE = 0.01  # a delivery rate this far below the rate of all is worth a word
FEW = 3  # so few missing messages say nothing about a rate


def usage(
    days: pd.DataFrame, before: pd.DataFrame | None = None, *, measure: str = "messages", locale: str = "en"
) -> str:
    """How much was sent, against the period before (per day, as months differ in length), and by which channel.

    Args:
        days: `by_day` of the period.
        before: `by_day` of the period before; None for no comparison.
        measure: messages or segments, as in `by_day`.
        locale: of the numbers.
    """
    whole = int(days.to_numpy().sum())
    if not whole:
        return NOTHING
    text = f"{count(whole, locale)} {_noun(measure, whole)} {_during(days)}"
    earlier = 0 if before is None else int(before.to_numpy().sum())
    if before is not None and earlier:
        change = (whole / len(days)) / (earlier / len(before)) - 1
        text += f", {against(change, ' a day', locale)} {_during(before)}"
    return text + (_peak(days, locale) or _main_channel(days, locale))


def pace(now: pd.Series, before: pd.Series, *, measure: str = "messages", locale: str = "en") -> str:
    """How the running count of a month stands against the month before at the same day.

    Args:
        now: running count by day (`running`), up to the last day known.
        before: running count of the month before, whole.
        measure: messages or segments.
        locale: of the numbers.
    """
    if not len(now) or not now.iloc[-1]:
        return NOTHING
    text = f"{count(now.iloc[-1], locale)} {_noun(measure, now.iloc[-1])} by day {len(now)}"
    like = before.iloc[min(len(now), len(before)) - 1] if len(before) else 0
    if not like:
        return f"{text}; the month before had none"
    than, month = against(now.iloc[-1] / like - 1, "", locale), period(*_ends(before))
    return f"{text}, {than} in {month} by then" if len(now) <= len(before) else f"{text}, {than} in all of {month}"


def destinations(table: pd.DataFrame, locale: str = "en") -> str:
    """Where most messages went, and which large destination is delivered worst (`destinations`)."""
    if not int(table["messages"].sum()):
        return "Nothing was sent in this period"
    named = table.drop(index=OTHER, errors="ignore")
    top = named.iloc[0]
    place = country_name(str(named.index[0]))
    text = f"{place} took {share(top['share'], locale)} of {count(table['messages'].sum(), locale)} messages"
    return text + _lowest(named, table, country_name, locale)


def hours(table: pd.DataFrame, locale: str = "en") -> str:
    """The busiest hour of the week and how much falls into office hours (`by_hour`)."""
    whole = int(table.to_numpy().sum())
    if not whole:
        return NOTHING
    weekday, hour = divmod(int(table.to_numpy().argmax()), 24)
    first, last = _working_week(locale)
    working = [(first + n) % 7 for n in range((last - first) % 7 + 1)]
    office = int(table.loc[working].iloc[:, 8:18].to_numpy().sum()) / whole
    return (
        f"{WEEKDAYS[weekday]} {hour:02d}:00 to {(hour + 1) % 24:02d}:00 is the busiest hour of the week; "
        f"{share(office, locale)} falls on {WEEKDAYS[first]} to {WEEKDAYS[last]}, 08:00 to 18:00"
    )


def delivery(table: pd.DataFrame, locale: str = "en") -> str:
    """The delivery rate over all channels and the channel furthest behind (`delivery`)."""
    outcome = delivered_of(table)
    final, arrived = int(outcome["final"].sum()), int(outcome["delivered"].sum())
    if not final:
        return "No message has a final status yet" if int(table.to_numpy().sum()) else "Nothing was sent in this period"
    text = f"{rate(arrived / final, locale)} of {count(final, locale)} messages with a final status were delivered"
    return text + _lowest(outcome, outcome, channel_name, locale)


def delivered_of(table: pd.DataFrame) -> pd.DataFrame:
    """Final and delivered messages of each row of `delivery`: columns final, delivered."""
    final = table.reindex(columns=list(FINAL), fill_value=0).sum(axis="columns")
    delivered = table.reindex(columns=list(DELIVERED), fill_value=0).sum(axis="columns")
    return pd.DataFrame({"final": final, "delivered": delivered})


def campaigns(table: pd.DataFrame, locale: str = "en") -> str:
    """The largest campaign and, of those with a delivery rate, the best and the worst (`campaigns`)."""
    if not int(table["messages"].sum()):
        return "No message of this period belongs to a campaign"
    named = table.drop(index=OTHER, errors="ignore")
    name, messages = campaign_name(str(named.index[0])), int(named["messages"].iloc[0])
    text = f"{name}, the only campaign," if len(table) == 1 else name
    text += f" sent {count(messages, locale)} {_noun('messages', messages)}"
    if len(table) == 1:
        return text
    text += f", {share(named['share'].iloc[0], locale)} of all campaigns"
    return text + _lowest(named, table, campaign_name, locale)


def bill(bill: Bill, locale: str = "en") -> str:
    """What is due and the line that costs most; what is not priced yet is said first."""
    text = f"{money(bill.total, bill.currency, locale)} for {bill.month.label()}"
    if bill.unrated:
        missing = sum(int(usage.messages) for usage in bill.unrated)
        text += f", and {count(missing, locale)} {_noun('messages', missing)} without a price"
    lines = sorted(bill.lines, key=lambda line: (-line.amount, line.charge))
    if len(lines) > 1 and bill.net > 0 and lines[0].amount > 0:
        part = float(lines[0].amount / bill.net)
        if part <= 1:
            text += f"; the largest line, {isolate(lines[0].label)}, is {share(part, locale)} of the net amount"
    return text


def tiers(quantity: Decimal, price: Tiered, currency: str, *, unit: str = "segments", locale: str = "en") -> str:
    """Which tier the quantity has reached, and how far it is to the next price."""
    index = tier_of(quantity, price)
    text = (
        f"{count(quantity, locale)} {unit}, in tier {index + 1} of {len(price.tiers)} "
        f"({tier_price(price.tiers[index], currency, locale)})"
    )
    bound = price.tiers[index].up_to
    if bound is None:
        return text
    left = f"{count(max(bound - quantity, Decimal(0)), locale)} more"
    if index + 1 == len(price.tiers):
        return f"{text}; {left} until the last price ends"
    return f"{text}; {left} until {tier_price(price.tiers[index + 1], currency, locale)}"


def tier_of(quantity: Decimal, price: Tiered) -> int:
    """Index of the tier that holds `quantity`; the last one when it lies above them all."""
    for index, tier in enumerate(price.tiers):
        if tier.up_to is None or quantity <= tier.up_to:
            return index
    return len(price.tiers) - 1


def tier_price(tier: Tier, currency: str, locale: str = "en") -> str:
    """What a tier costs: `$0.0079 each`, `$50.00 flat`, both, or `free`."""
    parts = [f"{isolate(format_rate(tier.unit, currency, locale))} {word('each')}"] if tier.unit else []
    parts += [f"{money(tier.flat, currency, locale)} {word('flat')}"] if tier.flat else []
    return " + ".join(parts) or word("free")


def _peak(days: pd.DataFrame, locale: str) -> str:
    """A clause on the busiest day, when it is more than twice a usual one."""
    totals = days.sum(axis="columns")
    if len(totals) < 7 or totals.max() <= 2 * totals[totals > 0].median():
        return ""
    day = pd.Timestamp(str(totals.idxmax())).date()
    return f"; the most, {count(totals.max(), locale)}, on {format_date(day, 'd MMMM', locale='en')}"


def _main_channel(days: pd.DataFrame, locale: str) -> str:
    """A clause on the channel that carried most, when there are several."""
    top = days.sum().sort_values(ascending=False, kind="stable")
    if len(top[top > 0]) < 2:
        return ""
    return f"; {channel_name(str(top.index[0]))} carried {share(top.iloc[0] / top.sum(), locale)}"


def behind(delivered: int, final: int, overall: float) -> bool:
    """Whether a delivery rate lies below that of all by a point, and by more than chance (95 %, one-sided)."""
    missing, chance = overall * final - delivered, 1.645 * sqrt(final * overall * (1 - overall))
    return missing > max(NOTABLE * final, chance, FEW)


def _lowest(rows: pd.DataFrame, whole: pd.DataFrame, name: Callable[[str], str], locale: str) -> str:
    """A clause on the lowest delivery rate among `rows`, when it is clearly behind that of the `whole` table."""
    overall = float(whole["delivered"].sum() / max(int(whole["final"].sum()), 1))
    rates = {
        str(key): delivered / final
        for key, delivered, final in zip(rows.index, rows["delivered"], rows["final"], strict=True)
        if behind(int(delivered), int(final), overall)
    }
    if not rates:
        return ""
    worst = min(rates, key=lambda key: (rates[key], key))
    return f"; delivery is lowest for {name(worst)}, {rate(rates[worst], locale)}"


def _working_week(locale: str) -> tuple[int, int]:
    """First and last working day where the client is (CLDR), 0 Monday to 6 Sunday."""
    known = known_locale(locale)
    return (known.weekend_end + 1) % 7, (known.weekend_start - 1) % 7


def _during(table: pd.DataFrame | pd.Series) -> str:
    return during(*_ends(table))


def _ends(table: pd.DataFrame | pd.Series) -> tuple[date, date]:
    first, last = pd.DatetimeIndex(table.index[[0, -1]]).date
    return first, last


def _noun(measure: str, number: float) -> str:
    """`message` for one, `messages` for any other number."""
    return measure.removesuffix("s") if number == 1 else measure
