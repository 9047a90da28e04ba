"""What the month's own pictures say, in one sentence each: receipts, funnel, channels, change, unusual days, senders.

Pure text, like `findings`; a sentence states only what its table shows.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import accumulate

import pandas as pd

from tollbook.billing.split import Split
from tollbook.charts.findings import delivered_of
from tollbook.charts.names import channel_name, isolate, joined, say, spoken
from tollbook.charts.words import ABOUT_EQUAL, count, counted, duration, long_day, money, share
from tollbook.money import ZERO
from tollbook.period import Month
from tollbook.usage.latency import within

HALF, MOST = 0.5, 0.95


def latency(table: pd.DataFrame, locale: str = "en") -> str:
    """How quickly half and 95 % of deliveries were confirmed, and the slowest channel (`latency_table`)."""
    whole = table.sum()
    half, most = within(whole, HALF), within(whole, MOST)
    if half is None or most is None:
        return say("receipts_none")
    if int(whole.sum()) == 1:
        return say("receipts_1", half=_bound(half))
    number = count(int(whole.sum()), locale)
    text = say("receipts", n=number, half=_bound(half), level=share(MOST, locale), most=_bound(most))
    times = {str(name): within(counts, MOST) or 0.0 for name, counts in table.iterrows()}
    slowest = max(times, key=lambda name: times[name])
    if len(table) == 1 or times[slowest] <= most:
        return text
    return say("receipts_slowest", text=text, channel=channel_name(slowest))


def _bound(seconds: float) -> str:
    return say("receipts_within", time=duration(seconds)) if seconds != float("inf") else say("receipts_late")


def funnel(table: pd.DataFrame, locale: str = "en") -> str:
    """Where messages are lost between sending and delivery (`summary.delivery`)."""
    sent = int(table.to_numpy().sum())
    if not sent:
        return say("nothing_sent")
    outcome = delivered_of(table)
    final, delivered = int(outcome["final"].sum()), int(outcome["delivered"].sum())
    key = "funnel_all" if delivered == sent > 1 else "funnel" if delivered else "funnel_none"
    text = say(key, messages=counted(sent, locale=locale), share=share(delivered / sent, locale))
    waiting, lost = sent - final, final - delivered
    rest = [say("funnel_lost", n=count(lost, locale))] if lost and delivered else []
    rest += [say("funnel_waiting_1" if waiting == 1 else "funnel_waiting", n=count(waiting, locale))] if waiting else []
    return say("funnel_rest", text=text, rest=joined(rest)) if rest else text


def channels(days: pd.DataFrame, before: pd.DataFrame | None = None, *, locale: str = "en") -> str:
    """Which channel grew and which shrank most, per day (`by_day` of both periods)."""
    now = days.sum()
    used = now[now > 0].sort_values(ascending=False, kind="stable")
    if not len(used):
        return say("nothing")
    one = len(used) == 1
    text = say("channels_1" if one else "channels", n=len(used), channel=channel_name(str(used.index[0])))
    moved = channel_changes(days, before)
    if not len(moved):
        return text
    up, down = str(moved.idxmax()), str(moved.idxmin())
    parts = [("channels_grew", up, moved[up])] if moved[up] >= ABOUT_EQUAL else []
    parts += [("channels_fell", down, -moved[down])] if moved[down] <= -ABOUT_EQUAL else []
    if not parts:
        return say("channels_same", text=text)
    told = [say(key, channel=channel_name(name), share=share(part, locale)) for key, name, part in parts]
    return say("channels_moved", text=text, moved=joined(told))


def channel_changes(days: pd.DataFrame, before: pd.DataFrame | None) -> pd.Series:
    """Relative change of each channel's daily mean; channels that the period before lacks are left out."""
    if before is None or not len(before):
        return pd.Series(dtype=float)
    then = before.sum() / len(before)
    now = (days.sum() / max(len(days), 1)).reindex(then.index, fill_value=0)
    return (now / then[then > 0] - 1).dropna()


def change(split: Split, currency: str, before: Month, locale: str = "en") -> str:
    """By how much the bill moved against the month before, and what moved it most."""
    moved, month = split.after - split.before, before.label(spoken())
    if not moved:
        return say("change_none", month=month)
    higher = "change_higher" if moved > 0 else "change_lower"
    text = say(higher, amount=money(abs(moved), currency, locale), month=month)
    causes = {name: amount for name, amount in split.effects().items() if name != "Tax" and amount * moved > 0}
    if not causes:
        return text
    name = max(causes, key=lambda key: abs(causes[key]))
    amount = money(abs(causes[name]), currency, locale)
    return say("change_cause", text=text, cause=say(f"cause_{name}"), amount=amount)


def commitment(daily: Mapping[date, Decimal], committed: Decimal, currency: str, locale: str = "en") -> str:
    """How much of a month's commitment is used, or since when it is met (`charts.commitment.spent_by_day`)."""
    running = list(accumulate(daily.values()))
    spent, amount = (running[-1] if running else ZERO), money(committed, currency, locale)
    if spent < committed:
        left, part = money(committed - spent, currency, locale), share(float(spent / committed), locale)
        return say("commitment", spent=money(spent, currency, locale), amount=amount, share=part, left=left)
    met = next(day for day, reached in zip(daily, running, strict=True) if reached >= committed)
    return say("commitment_met", amount=amount, day=long_day(met), over=money(spent - committed, currency, locale))


def unusual(table: pd.DataFrame, locale: str = "en") -> str:
    """How many days stood out and the one furthest from what was expected (`forecasting.Watched.days`)."""
    odd = table[table["unusual"]]
    if not table["messages"].sum() and not len(odd):
        return say("nothing")
    if not len(odd):
        return say("unusual_none" if table["expected"].notna().any() else "unusual_unknown")
    place = int((odd["messages"] - odd["expected"]).abs().to_numpy().argmax())
    found, usual = (count(round(float(odd[name].iloc[place])), locale) for name in ("messages", "expected"))
    text = say("unusual_1" if len(odd) == 1 else "unusual", n=len(odd))
    day = long_day(pd.Timestamp(str(odd.index[place])).date())
    return say("unusual_most", text=text, day=day, n=found, usual=usual)


def senders(table: pd.DataFrame, locale: str = "en") -> str:
    """How many senders are active in the last month, and how much of it new ones carry (`cohorts`)."""
    if not len(table) or not table.iloc[:, -1].sum():
        return say("senders_none")
    months, last = table.columns[1:], table.iloc[:, -1]
    active = int(table.loc[last > 0, "senders"].sum())
    newest = int(table.loc[table.index == months[-1], "senders"].sum())
    since, latest = (Month.parse(str(name)).label(spoken()) for name in (table.index[0], months[-1]))
    if len(table) == 1 and active == 1:
        return say("senders_1", month=since)
    text = say("senders", n=count(int(table["senders"].sum()), locale), month=since)
    if newest and len(table) > 1:
        part = share(last.iloc[-1] / last.sum(), locale)
        return say("senders_new", text=text, n=count(newest, locale), month=latest, share=part)
    return say("senders_no_new", text=text, month=latest)


def sparklines(now: pd.Series, before: pd.Series, name: str, locale: str = "en") -> str:
    """What grew most among the rows of a sparkline table."""
    moved = (now - before.reindex(now.index, fill_value=0)).astype(int)
    if not len(now) or not now.sum():
        return say("nothing")
    if not moved.abs().sum():
        return say("movers_none")
    key = str(moved.abs().idxmax())
    direction = say("movers_more" if moved[key] > 0 else "movers_fewer")
    return say("movers", name=isolate(name), n=count(abs(int(moved[key])), locale), direction=direction)
