"""What the numbers say, in one sentence each: titles of pictures, alternative texts and the prose of notebooks.

Pure text from the summaries of `tollbook.usage.summary` and from a bill; no plotting. A sentence states only what
its table shows, and says so when there is nothing to say. The words are those of `sentences.yaml`, in the language
spoken (`names.speaking`).
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from math import sqrt

import pandas as pd

from tollbook.billing.bill import Bill
from tollbook.charts.names import (
    campaign_name,
    channel_name,
    country_name,
    isolate,
    say,
    spoken,
    value_name,
    weekday_name,
    word,
)
from tollbook.charts.words import against, count, counted, during, long_day, money, period, rate, share
from tollbook.money import format_rate, known_locale
from tollbook.rating.prices import Graduated, Stairstep, Tier, Volume
from tollbook.usage.summary import DELIVERED, FINAL, OTHER

Tiered = Graduated | Volume | Stairstep
NOTABLE = 0.01  # a delivery rate this far below the rate of all is worth a word
OFFICE = (8, 18)  # hours of a working day
FEW = 3  # so few missing messages say nothing about a rate


def usage(
    days: pd.DataFrame,
    before: pd.DataFrame | None = None,
    *,
    by: str = "channel",
    measure: str = "messages",
    locale: str = "en",
) -> str:
    """How much was sent, against the period before (per day, as months differ in length), and by which channel.

    Args:
        days: `by_day` of the period.
        before: `by_day` of the period before; None for no comparison.
        by: what the columns are: channel, country, status, campaign.
        measure: messages or segments, as in `by_day`.
        locale: of the numbers.
    """
    whole = int(days.to_numpy().sum())
    if not whole:
        return say("nothing")
    text = say("usage", messages=counted(whole, measure, locale), during=during(*_ends(days)))
    earlier = 0 if before is None else int(before.to_numpy().sum())
    if before is not None and earlier:
        change = against((whole / len(days)) / (earlier / len(before)) - 1, say("a_day"), locale)
        ends = _ends(before)
        text = say("usage_against", text=text, against=change, during=during(*ends), period=period(*ends))
    return _with_peak(text, days, locale) or _with_largest(text, days, by, locale)


def pace(now: pd.Series, before: pd.Series, *, measure: str = "messages", locale: str = "en") -> str:
    """How the running count of a month stands against the month before at the same day.

    Args:
        now: running count by day (`running`), up to the last day known.
        before: running count of the month before, whole.
        measure: messages or segments.
        locale: of the numbers.
    """
    if not len(now) or not now.iloc[-1]:
        return say("nothing")
    text = say("pace", messages=counted(now.iloc[-1], measure, locale), day=len(now))
    like = before.iloc[min(len(now), len(before)) - 1] if len(before) else 0
    if not like:
        return say("pace_none", text=text)
    than, month = against(now.iloc[-1] / like - 1, "", locale), period(*_ends(before))
    return say("pace_by_then" if len(now) <= len(before) else "pace_in_all", text=text, against=than, period=month)


def destinations(table: pd.DataFrame, locale: str = "en") -> str:
    """Where most messages went, and which large destination is delivered worst (`destinations`)."""
    if not int(table["messages"].sum()):
        return say("nothing_sent")
    named = table.drop(index=OTHER, errors="ignore")
    part, whole = share(named["share"].iloc[0], locale), counted(table["messages"].sum(), locale=locale)
    text = say("destinations", place=country_name(str(named.index[0])), share=part, messages=whole)
    return _with_lowest(text, named, table, country_name, locale)


def hours(table: pd.DataFrame, locale: str = "en") -> str:
    """The busiest hour of the week and how much falls into office hours (`by_hour`)."""
    whole = int(table.to_numpy().sum())
    if not whole:
        return say("nothing")
    weekday, hour = divmod(int(table.to_numpy().argmax()), 24)
    first, last = _working_week(locale)
    working = [(first + n) % 7 for n in range((last - first) % 7 + 1)]
    opens, closes = OFFICE
    office = int(table.loc[working].iloc[:, opens:closes].to_numpy().sum()) / whole
    return say(
        "hours", weekday=weekday_name(weekday), start=_clock(hour), end=_clock(hour + 1), share=share(office, locale),
        first=weekday_name(first), last=weekday_name(last), opens=_clock(opens), closes=_clock(closes),
    )  # fmt: skip


def _clock(hour: int) -> str:
    return f"{hour % 24:02d}:00"


def delivery(table: pd.DataFrame, locale: str = "en") -> str:
    """The delivery rate over all channels and the channel furthest behind (`delivery`)."""
    outcome = delivered_of(table)
    final, arrived = int(outcome["final"].sum()), int(outcome["delivered"].sum())
    if not final:
        return say("delivery_pending" if int(table.to_numpy().sum()) else "nothing_sent")
    key = "delivery_1" if final == 1 else "delivery"
    text = say(key, rate=rate(arrived / final, locale), messages=counted(final, locale=locale))
    return _with_lowest(text, outcome, outcome, channel_name, locale)


def delivered_of(table: pd.DataFrame) -> pd.DataFrame:
    """Final and delivered messages of each row of `delivery`: columns final, delivered."""
    final = table.reindex(columns=list(FINAL), fill_value=0).sum(axis="columns")
    delivered = table.reindex(columns=list(DELIVERED), fill_value=0).sum(axis="columns")
    return pd.DataFrame({"final": final, "delivered": delivered})


def campaigns(table: pd.DataFrame, locale: str = "en") -> str:
    """The largest campaign and, of those with a delivery rate, the best and the worst (`campaigns`)."""
    if not int(table["messages"].sum()):
        return say("campaigns_none")
    named = table.drop(index=OTHER, errors="ignore")
    name, messages = campaign_name(str(named.index[0])), counted(int(named["messages"].iloc[0]), locale=locale)
    if len(table) == 1:
        return say("campaigns_1", name=name, messages=messages)
    text = say("campaigns", name=name, messages=messages, share=share(named["share"].iloc[0], locale))
    return _with_lowest(text, named, table, campaign_name, locale)


def bill(bill: Bill, locale: str = "en") -> str:
    """What is due and the line that costs most; what is not priced yet is said first."""
    text = say("bill", total=money(bill.total, bill.currency, locale), month=bill.month.label(spoken()))
    if bill.unrated:
        missing = sum(int(usage.messages) for usage in bill.unrated)
        text = say("bill_unrated", text=text, messages=counted(missing, locale=locale))
    lines = sorted(bill.lines, key=lambda line: (-line.amount, line.charge))
    if len(lines) > 1 and bill.net > 0 and lines[0].amount > 0:
        part = float(lines[0].amount / bill.net)
        if part <= 1:
            text = say("bill_largest", text=text, label=isolate(lines[0].label), share=share(part, locale))
    return text


def tiers(quantity: Decimal, price: Tiered, currency: str, *, unit: str = "segments", locale: str = "en") -> str:
    """Which tier the quantity has reached, and how far it is to the next price."""
    index = tier_of(quantity, price)
    text = say(
        "tiers", quantity=count(quantity, locale), unit=word(unit), tier=index + 1, tiers=len(price.tiers),
        price=tier_price(price.tiers[index], currency, locale),
    )  # fmt: skip
    bound = price.tiers[index].up_to
    if bound is None:
        return text
    left = count(max(bound - quantity, Decimal(0)), locale)
    if index + 1 == len(price.tiers):
        return say("tiers_last", text=text, left=left)
    return say("tiers_next", text=text, left=left, price=tier_price(price.tiers[index + 1], currency, locale))


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


def _with_peak(text: str, days: pd.DataFrame, locale: str) -> str:
    """`text` with a clause on the busiest day, when it is more than twice a usual one; else ""."""
    totals = days.sum(axis="columns")
    if len(totals) < 7 or totals.max() <= 2 * totals[totals > 0].median():
        return ""
    day = pd.Timestamp(str(totals.idxmax())).date()
    return say("usage_peak", text=text, n=count(totals.max(), locale), day=long_day(day))


def _with_largest(text: str, days: pd.DataFrame, by: str, locale: str) -> str:
    """`text` with a clause on the channel (country, ...) that carried most, when there are several."""
    top = days.sum().sort_values(ascending=False, kind="stable")
    if len(top[top > 0]) < 2 or top.index[0] == OTHER:
        return text
    part = share(top.iloc[0] / top.sum(), locale)
    return say(f"usage_{by}", text=text, name=value_name(by, str(top.index[0])), share=part)


def behind(delivered: int, final: int, overall: float) -> bool:
    """Whether a delivery rate lies below that of all by a point, and by more than chance (95 %, one-sided)."""
    missing, chance = overall * final - delivered, 1.645 * sqrt(final * overall * (1 - overall))
    return missing > max(NOTABLE * final, chance, FEW)


def _with_lowest(text: str, rows: pd.DataFrame, whole: pd.DataFrame, name: Callable[[str], str], locale: str) -> str:
    """`text` with a clause on the lowest delivery rate of `rows`, when it is clearly behind that of the `whole`."""
    overall = float(whole["delivered"].sum() / max(int(whole["final"].sum()), 1))
    rates = {
        str(key): delivered / final
        for key, delivered, final in zip(rows.index, rows["delivered"], rows["final"], strict=True)
        if behind(int(delivered), int(final), overall)
    }
    if not rates:
        return text
    worst = min(rates, key=lambda key: (rates[key], key))
    return say("lowest", text=text, name=name(worst), rate=rate(rates[worst], locale))


def _working_week(locale: str) -> tuple[int, int]:
    """First and last working day where the client is (CLDR), 0 Monday to 6 Sunday."""
    known = known_locale(locale)
    return (known.weekend_end + 1) % 7, (known.weekend_start - 1) % 7


def _ends(table: pd.DataFrame | pd.Series) -> tuple[date, date]:
    first, last = pd.DatetimeIndex(table.index[[0, -1]]).date
    return first, last
