"""What the month's own pictures say, in one sentence each: receipts, funnel, channels, change, unusual days, senders.

Pure text, like `findings`; a sentence states only what its table shows.
"""

import pandas as pd
from babel.dates import format_date

from tollbook.billing.split import Split
from tollbook.charts.findings import NOTHING, delivered_of
from tollbook.charts.names import channel_name, isolate
from tollbook.charts.words import ABOUT_EQUAL, count, money, share
from tollbook.period import Month
from tollbook.usage.latency import within

NO_RECEIPT = "No confirmed delivery in this period"
EFFECTS = {
    "Volume": "volume",
    "Mix": "the mix of destinations",
    "Price": "prices",
    "Lines begun or ended": "lines begun or ended",
    "Fees": "fees",
    "Tax": "tax",
}


def duration(seconds: float) -> str:
    """`5 seconds`, `2 minutes`, `1 hour`, `1 day`."""
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{seconds / size:g} {unit}{'s' * (seconds != size)}"
    return f"{seconds:g} second{'s' * (seconds != 1)}"


def latency(table: pd.DataFrame, locale: str = "en") -> str:
    """How quickly half and 95 % of deliveries were confirmed, and the slowest channel (`read_latency`)."""
    whole = table.sum()
    half, most = within(whole, 0.5), within(whole, 0.95)
    if half is None or most is None:
        return NO_RECEIPT
    text = f"Half of {count(int(whole.sum()), locale)} deliveries were confirmed {_bound(half)}, 95% {_bound(most)}"
    times = {str(name): within(counts, 0.95) or 0.0 for name, counts in table.iterrows()}
    slowest = max(times, key=lambda name: times[name])
    late = times[slowest]
    return f"{text}; {channel_name(slowest)} takes longest" if len(table) > 1 and late and late > most else text


def _bound(seconds: float) -> str:
    return f"within {duration(seconds)}" if seconds != float("inf") else "after more than a day"


def funnel(table: pd.DataFrame, locale: str = "en") -> str:
    """Where messages are lost between sending and delivery (`summary.delivery`)."""
    sent = int(table.to_numpy().sum())
    if not sent:
        return "Nothing was sent in this period"
    outcome = delivered_of(table)
    final, delivered = int(outcome["final"].sum()), int(outcome["delivered"].sum())
    text = f"Of {count(sent, locale)} messages sent, {share(delivered / sent, locale)} are known to have arrived"
    waiting, lost = sent - final, final - delivered
    if not waiting and not lost:
        return text
    have = "has" if waiting == 1 else "have"
    return f"{text}; {count(lost, locale)} did not, and {count(waiting, locale)} {have} no final status"


def channels(days: pd.DataFrame, before: pd.DataFrame | None = None, *, locale: str = "en") -> str:
    """Which channel grew and which shrank most, per day (`by_day` of both periods)."""
    now = days.sum()
    used = now[now > 0].sort_values(ascending=False, kind="stable")
    if not len(used):
        return NOTHING
    text = f"{len(used)} channels were used" if len(used) > 1 else f"{channel_name(str(used.index[0]))} was used alone"
    moved = channel_changes(days, before)
    if not len(moved):
        return text
    if len(used) == len(moved) == 1 and abs(moved.iloc[0]) >= ABOUT_EQUAL:
        return f"{text}; it {'grew' if moved.iloc[0] > 0 else 'fell'} by {share(abs(moved.iloc[0]), locale)} a day"
    up, down = str(moved.idxmax()), str(moved.idxmin())
    parts = [f"{channel_name(up)} grew by {share(moved[up], locale)}"] if moved[up] >= ABOUT_EQUAL else []
    parts += [f"{channel_name(down)} fell by {share(-moved[down], locale)}"] if moved[down] <= -ABOUT_EQUAL else []
    return f"{text}; {' and '.join(parts)} a day" if parts else f"{text}; none changed"


def channel_changes(days: pd.DataFrame, before: pd.DataFrame | None) -> pd.Series:
    """Relative change of each channel's daily mean; channels that the period before lacks are left out."""
    if before is None or not len(before):
        return pd.Series(dtype=float)
    then = before.sum() / len(before)
    now = (days.sum() / max(len(days), 1)).reindex(then.index, fill_value=0)
    return (now / then[then > 0] - 1).dropna()


def change(split: Split, currency: str, before: Month, locale: str = "en") -> str:
    """By how much the bill moved against the month before, and what moved it most."""
    moved = split.after - split.before
    if not moved:
        return f"The bill is what it was in {before.label()}"
    direction = "higher" if moved > 0 else "lower"
    text = f"The bill is {money(abs(moved), currency, locale)} {direction} than in {before.label()}"
    causes = {name: amount for name, amount in split.effects().items() if name != "Tax" and amount * moved > 0}
    if not causes:
        return text
    name = max(causes, key=lambda key: abs(causes[key]))
    return f"{text}; {EFFECTS[name]} did most, {money(abs(causes[name]), currency, locale)} before tax"


def unusual(table: pd.DataFrame, locale: str = "en") -> str:
    """How many days stood out and the one furthest from what was expected (`unusual_days`)."""
    odd = table[table["unusual"]]
    if not table["messages"].sum() and not len(odd):
        return NOTHING
    if not len(odd):
        known = table["expected"].notna().any()
        return "No day stood out from its weekday" if known else "Too little history to call a day unusual"
    place = int((odd["messages"] - odd["expected"]).abs().to_numpy().argmax())
    day = format_date(pd.Timestamp(str(odd.index[place])).date(), "d MMMM", locale="en")
    number = "One day stood out" if len(odd) == 1 else f"{len(odd)} days stood out"
    found, usual = (count(round(float(odd[name].iloc[place])), locale) for name in ("messages", "expected"))
    return f"{number}; {day} had {found} messages where {usual} were usual"


def senders(table: pd.DataFrame, locale: str = "en") -> str:
    """How many senders are active in the last month, and how much of it new ones carry (`cohorts`)."""
    if not len(table) or not table.iloc[:, -1].sum():
        return NOTHING
    months, last = table.columns[1:], table.iloc[:, -1]
    active = int(table.loc[last > 0, "senders"].sum())
    newest = int(table.loc[table.index == months[-1], "senders"].sum())
    if len(table) == 1 and active == 1:
        return f"One sender carried every message since {Month.parse(str(table.index[0])).label()}"
    since, latest = Month.parse(str(table.index[0])).label(), Month.parse(str(months[-1])).label()
    text = f"{count(int(table['senders'].sum()), locale)} senders since {since}"
    if newest and len(table) > 1:
        return (
            f"{text}; {count(newest, locale)} new in {latest}, with {share(last.iloc[-1] / last.sum(), locale)} of it"
        )
    return f"{text}, none of them new in {latest}"


def sparklines(now: pd.Series, before: pd.Series, name: str, locale: str = "en") -> str:
    """What grew most among the rows of a sparkline table."""
    moved = (now - before.reindex(now.index, fill_value=0)).astype(int)
    if not len(now) or not now.sum():
        return NOTHING
    if not moved.abs().sum():
        return "No change against the period before"
    key = str(moved.abs().idxmax())
    direction = "more" if moved[key] > 0 else "fewer"
    return f"{isolate(name)} moved most: {count(abs(int(moved[key])), locale)} {direction} than before"
