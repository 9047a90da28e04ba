"""The rules, pure: a client's usage by local day and hour in; the alerts that a moment gives, out.

"Usual" is the median of the same hour of the same weekday in the four weeks before, so that one campaign or one holiday
does not move it; before three weeks of history nothing is unusual.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from tollbook.alerts.alert import Alert, Kind
from tollbook.forecasting.findings import surprise_text
from tollbook.forecasting.surprises import Kind as SurpriseKind
from tollbook.forecasting.surprises import Watched
from tollbook.money import format_count, format_money, format_share
from tollbook.rating.contracts import Client
from tollbook.usage.summary import DELIVERED, FINAL

WEEKS = 4
HISTORY_DAYS = WEEKS * 7 + 8  # of a usage frame, for every rule
_FEWEST_WEEKS = 3
_FEWEST_FINAL = 50  # messages with a final status below which a rate says nothing
_FEWEST_BURST = 100
_FEWEST_MISSED = 10
SAME_LEVEL = timedelta(days=28)
_SURPRISES: Mapping[SurpriseKind, Kind] = {"day": "unusual", "level": "level", "silence": "silence"}


def budget_alerts(client: Client, month: str, total: Decimal, currency: str, now: datetime) -> list[Alert]:
    """Shares of the budget that the bill so far has passed; only the highest is told when several are at once."""
    if client.budget is None or client.alerts.budget is None:
        return []
    passed = [share for share in client.alerts.budget if total >= share * client.budget]
    if not passed:
        return []
    share, locale = max(passed), client.locale
    spent, budget = format_money(total, currency, locale), format_money(client.budget, currency, locale)
    part = _share(total / client.budget, client)
    text = f"{client.name}: {spent} of the budget of {budget} for {month} are used ({part})."
    return [_alert(client, "budget", f"{month} {share:%}", now, text, total=str(total), budget=str(client.budget))]


def forecast_alerts(
    client: Client, month: str, chance: float | None, middle: Decimal, *, currency: str, now: datetime
) -> list[Alert]:
    """A budget that will probably not last."""
    if client.budget is None or client.alerts.forecast is None or chance is None or chance < client.alerts.forecast:
        return []
    expected, budget = (format_money(one, currency, client.locale) for one in (middle, client.budget))
    text = (
        f"{client.name}: the bill for {month} is expected at {expected}; "
        f"the chance to pass the budget of {budget} is {_share(chance, client)}."
    )
    return [
        _alert(
            client,
            "forecast",
            month,
            now,
            text,
            chance=round(chance, 3),
            expected=str(middle),
            budget=str(client.budget),
        )
    ]


def usage_alerts(client: Client, usage: pd.DataFrame, now: datetime) -> list[Alert]:
    """What the last hours of a usage frame (`book.usage`, `HISTORY_DAYS` of it) say at a moment.

    Args:
        client: whose.
        usage: the frame; hours after `now` are not looked at.
        now: the moment, with a zone.
    """
    local = now.astimezone(ZoneInfo(client.time_zone)).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    hours = by_hour(usage, local)
    rules: list[Callable[[], list[Alert]]] = [
        lambda: _delivery(client, usage, local, now),
        lambda: _silence(client, hours, local, now),
        lambda: _burst(client, hours, local, now),
    ]
    return [alert for rule in rules for alert in rule()]


def surprise_alerts(client: Client, watched: Watched, now: datetime) -> list[Alert]:
    """Whole days, new levels and silence that nobody could expect, with their size in money.

    Args:
        client: whose; its threshold is an amount, and what has no price passes it.
        watched: what the last weeks brought; see `forecasting.watch`.
        now: the moment, with a zone.
    """
    least = client.alerts.unusual
    if least is None:
        return []
    return [
        _alert(
            client,
            _SURPRISES[one.kind],
            f"{one.first} {'more' if one.difference > 0 else 'fewer'}",
            now,
            f"{client.name}: {surprise_text(one, watched.currency, client.locale)}",
            first=str(one.first),
            messages=round(one.actual),
            usual=round(one.expected),
            amount=None if one.amount is None else str(one.amount),
        )
        for one in watched.surprises
        if one.amount is None or abs(one.amount) >= least
    ]


def news(alerts: Sequence[Alert], told: Sequence[Alert]) -> list[Alert]:
    """`alerts` without the new levels told before: their first day moves a little as days come in."""
    known = [one.occasion.split() for one in told if one.kind == "level"]
    return [one for one in alerts if one.kind != "level" or not any(_same_level(one, *before) for before in known)]


def _same_level(alert: Alert, first: str, direction: str) -> bool:
    mine, other = (date.fromisoformat(day) for day in (alert.occasion.split()[0], first))
    return direction == alert.occasion.split()[1] and abs(mine - other) <= SAME_LEVEL


def by_hour(usage: pd.DataFrame, until: datetime) -> pd.Series:
    """Messages by local hour from the first with usage to `until`, none left out; int64."""
    at = _hours(usage)
    known = usage["messages"].groupby(at).sum()
    known = known[known.index <= until]
    if known.empty:
        return pd.Series(dtype="int64", index=pd.DatetimeIndex([]))
    return known.reindex(pd.date_range(known.index[0], until, freq="h"), fill_value=0).astype("int64")


def usual(hours: pd.Series, at: datetime) -> float | None:
    """The median of the same hour in the four weeks before; None without three weeks of history."""
    before = [pd.Timestamp(at) - pd.Timedelta(weeks=n) for n in range(1, WEEKS + 1)]
    known = [float(hours[one]) for one in before if one in hours.index]
    return float(np.median(known)) if len(known) >= _FEWEST_WEEKS else None


def _delivery(client: Client, usage: pd.DataFrame, local: datetime, now: datetime) -> list[Alert]:
    drop = client.alerts.delivery_drop
    at, sent = _hours(usage), usage["direction"] == "mt"
    recent, earlier = local - timedelta(hours=23), local - timedelta(days=29)
    rate, final = _rate(usage[sent & (at >= recent) & (at <= local)])
    before, known = _rate(usage[sent & (at >= earlier) & (at < recent)])
    if drop is None or min(final, known) < _FEWEST_FINAL or before - rate < float(drop):
        return []
    told = _share(rate, client)
    text = f"{client.name}: {told} of messages were delivered in the last 24 hours, usually {_share(before, client)}."
    return [_alert(client, "delivery", f"{local:%Y-%m-%d}", now, text, rate=round(rate, 4), usual=round(before, 4))]


def _silence(client: Client, hours: pd.Series, local: datetime, now: datetime) -> list[Alert]:
    limit = client.alerts.silence_hours
    complete = hours[hours.index < pd.Timestamp(local)]
    busy = complete[complete > 0]
    if limit is None or busy.empty or hours.get(pd.Timestamp(local), 0):
        return []
    last = busy.index[-1]
    silent = complete[complete.index > last]
    missed = sum(usual(hours, hour) or 0.0 for hour in silent.index)
    if len(silent) < limit or missed < _FEWEST_MISSED:
        return []
    since, count = last + pd.Timedelta(hours=1), format_count(round(missed), client.locale)
    text = f"{client.name}: no message since {since:%Y-%m-%d %H:%M}; about {count} are usual in that time."
    return [_alert(client, "silence", f"{last:%Y-%m-%dT%H}", now, text, hours=len(silent), usual=round(missed))]


def _burst(client: Client, hours: pd.Series, local: datetime, now: datetime) -> list[Alert]:
    factor = client.alerts.burst
    if factor is None:
        return []
    for hour in (local, local - timedelta(hours=1)):
        count, expected = int(hours.get(pd.Timestamp(hour), 0)), usual(hours, hour)
        if expected is None or count < max(_FEWEST_BURST, float(factor) * expected):
            continue
        told, before = (format_count(round(one), client.locale) for one in (count, expected))
        text = f"{client.name}: {told} messages between {hour:%H}:00 and {hour:%H}:59, usually {before}."
        return [_alert(client, "burst", f"{hour:%Y-%m-%dT%H}", now, text, messages=count, usual=round(expected))]
    return []


def _alert(client: Client, kind: Kind, occasion: str, now: datetime, text: str, **figures: object) -> Alert:
    return Alert(client.client, kind, occasion, now, text, figures)


def _rate(usage: pd.DataFrame) -> tuple[float, int]:
    final = int(usage.loc[usage["status"].isin(FINAL), "messages"].sum())
    return (int(usage.loc[usage["status"].isin(DELIVERED), "messages"].sum()) / final if final else 0.0), final


def _hours(usage: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(usage["day"]) + pd.to_timedelta(usage["hour"], unit="h")


def _share(share: float | Decimal, client: Client) -> str:
    return format_share(float(share), client.locale)


def first_day(now: datetime) -> date:
    """From when on the rules want usage."""
    return (now - timedelta(days=HISTORY_DAYS)).date()
