"""The findings of the pictures in Hebrew: the same values as in the English sentences, said more shortly."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

import pandas as pd
import yaml

from tollbook.charts.findings import delivered_of, tier_of
from tollbook.charts.names import campaign_name, channel_name, country_name, spoken, weekday_name, word
from tollbook.charts.words import ABOUT_EQUAL, count, money, rate, share
from tollbook.money import ZERO
from tollbook.reports.material import Material
from tollbook.reports.pictures import tiered_line
from tollbook.reports.words import words_of
from tollbook.usage import summary
from tollbook.usage.latency import within
from tollbook.usage.summary import OTHER


@cache
def _texts() -> Mapping[str, str]:
    """`hebrew.yaml`: key -> sentence with placeholders."""
    read: dict[str, str] = yaml.safe_load(files(__package__).joinpath("hebrew.yaml").read_text("utf-8"))
    return read


def hebrew(name: str, of: Material) -> str:
    """What a picture of a month says, in Hebrew; to be called while `speaking("he")`."""
    if name not in _MONEY and not summary.total(of.usage):
        return _texts()["nothing"]
    return _SENTENCES[name](of)


def _say(key: str, **values: object) -> str:
    return _texts()[key].format(**values)


def _usage(of: Material) -> str:
    sentence = _say("usage", messages=count(summary.total(of.usage), of.locale), period=_period(of))
    earlier = summary.total(of.before)
    if not earlier:
        return sentence
    change = summary.total(of.usage) / len(of.daily) / (earlier / len(of.daily_before)) - 1
    return _say("usage_against", sentence=sentence, change=_change(change, of.locale))


def _change(part: float, locale: str) -> str:
    if abs(part) < ABOUT_EQUAL:
        return _say("same")
    return _say("more" if part > 0 else "fewer", share=share(abs(part), locale))


def _period(of: Material) -> str:
    return words_of(spoken(), of.locale, of.bill.currency).numbers.period(of.days.first, of.days.last)


def _pace(of: Material) -> str:
    return _say("pace", messages=count(summary.total(of.usage), of.locale), day=of.days.last.day)


def _channels(of: Material) -> str:
    used = of.daily.sum().sort_values(ascending=False, kind="stable")
    whole = max(int(used.sum()), 1)
    parts = [f"{channel_name(str(key))} {share(used[key] / whole, of.locale)}" for key in used.index if used[key]]
    return _say("channels", names=", ".join(parts))


def _unusual(of: Material) -> str:
    odd = of.unusual[of.unusual["unusual"]]
    if not len(odd):
        return _say("unusual_none")
    place = int((odd["messages"] - odd["expected"]).abs().to_numpy().argmax())
    values = {name: count(round(float(odd[name].iloc[place])), of.locale) for name in ("messages", "expected")}
    day = words_of(spoken(), of.locale, of.bill.currency).numbers.day(pd.Timestamp(str(odd.index[place])).date())
    return _say("unusual" if len(odd) > 1 else "unusual_one", number=len(odd), day=day, **values)


def _destinations(of: Material) -> str:
    named = of.destinations.drop(index=OTHER, errors="ignore")
    if not len(named):
        return _say("nothing")
    whole, top = count(of.destinations["messages"].sum(), of.locale), named.iloc[0]
    return _say(
        "destinations", country=country_name(str(named.index[0])), share=share(top["share"], of.locale), messages=whole
    )


def _movers(of: Material) -> str:
    now, then = of.places().sum(), of.places(earlier=True).sum()
    key = str((now - then.reindex(now.index, fill_value=0)).abs().idxmax())
    before = int(then.get(key, 0))
    change = _change(now[key] / before - 1, of.locale) if before else count(now[key], of.locale)
    return _say("movers", country=country_name(key), change=change)


def _delivery(of: Material) -> str:
    outcome = delivered_of(of.delivery).sum()
    if not outcome["final"]:
        return _say("delivery_none")
    part = rate(outcome["delivered"] / outcome["final"], of.locale)
    return _say("delivery", rate=part, final=count(outcome["final"], of.locale))


def _funnel(of: Material) -> str:
    sent, outcome = int(of.delivery.to_numpy().sum()), delivered_of(of.delivery).sum()
    final, delivered = int(outcome["final"]), int(outcome["delivered"])
    return _say(
        "funnel", sent=count(sent, of.locale), share=share(delivered / max(sent, 1), of.locale),
        lost=count(final - delivered, of.locale), waiting=count(sent - final, of.locale),
    )  # fmt: skip


def _receipts(of: Material) -> str:
    counts = of.latency.sum()
    half, most = within(counts, 0.5), within(counts, 0.95)
    if half is None or most is None:
        return word("No confirmed delivery in this period")
    values = {"messages": count(int(counts.sum()), of.locale), "half": _time(half)}
    return _say("receipts_late", **values) if most == float("inf") else _say("receipts", **values, most=_time(most))


def _time(seconds: float) -> str:
    size, unit = next(pair for pair in ((3600, "h"), (60, "min"), (1, "s")) if seconds >= pair[0])
    return f"{seconds / size:g} {word(unit)}"


def _hours(of: Material) -> str:
    weekday, hour = divmod(int(of.hourly.to_numpy().argmax()), 24)
    return _say("hours", weekday=weekday_name(weekday), start=f"{hour:02d}:00", end=f"{(hour + 1) % 24:02d}:00")


def _campaigns(of: Material) -> str:
    named = of.campaigns.drop(index=OTHER, errors="ignore")
    if not len(named):
        return _say("campaigns_none")
    top = named.iloc[0]
    messages, part = count(top["messages"], of.locale), share(top["share"], of.locale)
    return _say("campaigns", name=campaign_name(str(named.index[0])), messages=messages, share=part)


def _senders(of: Material) -> str:
    last = of.cohorts.iloc[:, -1]
    return _say("senders", number=count(int(of.cohorts.loc[last > 0, "senders"].sum()), of.locale))


def _bill(of: Material) -> str:
    sentence = _say("bill", total=money(of.bill.total, of.bill.currency, of.locale), month=of.month.label(spoken()))
    missing = sum(one.messages for one in of.bill.unrated)
    return _say("bill_unrated", sentence=sentence, messages=count(missing, of.locale)) if missing else sentence


def _changes(of: Material) -> str:
    before = of.month.shift(-1).label(spoken())
    moved = of.split.after - of.split.before if of.split is not None else ZERO
    if not moved:
        return _say("changes_none", month=before)
    amount = money(abs(moved), of.bill.currency, of.locale)
    return _say("changes_higher" if moved > 0 else "changes_lower", amount=amount, month=before)


def _tiers(of: Material) -> str:
    found = tiered_line(of)
    if found is None:
        return ""
    line, price = found
    tier = tier_of(line.quantity, price) + 1
    return _say("tiers", quantity=count(line.quantity, of.locale), tier=tier, tiers=len(price.tiers))


_MONEY = {"bill", "changes", "tiers"}
_SENTENCES: dict[str, Callable[[Material], str]] = {
    "usage": _usage,
    "pace": _pace,
    "channels": _channels,
    "unusual": _unusual,
    "destinations": _destinations,
    "movers": _movers,
    "delivery": _delivery,
    "funnel": _funnel,
    "receipts": _receipts,
    "hours": _hours,
    "campaigns": _campaigns,
    "senders": _senders,
    "bill": _bill,
    "changes": _changes,
    "tiers": _tiers,
}
