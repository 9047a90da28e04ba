"""The rules: a planted usage frame and a moment in, a sentence out; what is usual raises nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from tollbook.alerts.rules import budget_alerts, forecast_alerts, news, surprise_alerts, usage_alerts
from tollbook.forecasting import Surprise, Watched
from tollbook.rating.contracts import Client

NOW = datetime(2026, 10, 29, 14, 20, tzinfo=UTC)  # a Thursday; 14:20 in UTC, the client's zone
FIRST = date(2026, 9, 28)


def client(**alerts: Any) -> Client:
    contract = {
        "valid_from": "2024-01-01",
        "currency": "EUR",
        "charges": [{"kind": "recurring", "name": "platform", "label": "Platform", "amount": "1"}],
        "taxes": {"standard": {"rate": 0, "label": "VAT"}},
    }
    fields = {"client": "acme", "name": "Acme", "country": "DE", "time_zone": "UTC", "budget": "1000"}
    return Client.model_validate({**fields, "alerts": alerts, "contracts": [contract]})


def usage(hourly: int = 40, *, rate: float = 0.9, changed: dict[tuple[date, int], int] | None = None) -> pd.DataFrame:
    """`hourly` messages every hour from 8 to 17 since `FIRST`, with some hours changed; `rate` of them delivered."""
    counts = {(day.date(), hour): hourly for day in pd.date_range(FIRST, NOW.date()) for hour in range(8, 18)}
    counts = {at: n for at, n in counts.items() if at <= (NOW.date(), NOW.hour)} | (changed or {})
    cells = [
        {"day": pd.Timestamp(day), "hour": hour, "direction": "mt", "status": status, "messages": n}
        for (day, hour), count in counts.items()
        for status, n in (("delivered", round(count * rate)), ("undelivered", count - round(count * rate)))
    ]
    return pd.DataFrame(cells)


def raised(frame: pd.DataFrame, who: Client | None = None, now: datetime = NOW) -> dict[str, str]:
    return {one.kind: f"{one.occasion}: {one.text}" for one in usage_alerts(who or client(), frame, now)}


def test_what_is_usual_raises_nothing() -> None:
    assert raised(usage()) == {}
    assert raised(usage(), now=NOW.replace(hour=3)) == {}


def test_silence_in_hours_that_are_usual() -> None:
    quiet = {(NOW.date(), hour): 0 for hour in range(11, 15)}
    assert raised(usage(changed=quiet)) == {
        "silence": "2026-10-29T10: Acme: no message since 2026-10-29 11:00; about 120 are usual in that time."
    }
    assert raised(usage(changed={(NOW.date(), hour): 0 for hour in (12, 13, 14)})) == {}
    assert raised(usage(changed=quiet), client(silence_hours=None)) == {}


def test_a_silence_that_lasts_is_the_same_one() -> None:
    quiet = {(NOW.date(), hour): 0 for hour in range(11, 18)}
    occasions = {
        one.occasion
        for hours in range(4)
        for one in usage_alerts(client(), usage(changed=quiet), NOW + timedelta(hours=hours))
    }
    assert occasions == {"2026-10-29T10"}


def test_a_burst_against_the_usual_of_that_hour() -> None:
    burst = usage(changed={(NOW.date(), 14): 250})
    assert raised(burst) == {"burst": "2026-10-29T14: Acme: 250 messages between 14:00 and 14:59, usually 40."}
    assert raised(burst, client(burst="7")) == {}
    assert raised(usage(2, changed={(NOW.date(), 14): 60})) == {}


def test_a_burst_before_there_is_a_usual_is_none() -> None:
    frame = usage(changed={(NOW.date(), 14): 250})
    assert raised(frame[frame["day"] >= pd.Timestamp(NOW.date() - timedelta(days=10))]) == {}


def test_a_drop_of_the_delivery_rate() -> None:
    good, bad = usage(rate=0.95), usage(rate=0.8)
    recent = bad["day"] == pd.Timestamp(NOW.date())
    frame = pd.concat([good[good["day"] < pd.Timestamp(NOW.date())], bad[recent]])
    yesterday = frame["day"] == pd.Timestamp(NOW.date() - timedelta(days=1))
    frame = frame[~(yesterday & (frame["hour"] > 14))]
    assert raised(frame) == {
        "delivery": "2026-10-29: Acme: 80.0% of messages were delivered in the last 24 hours, usually 95.0%."
    }
    assert raised(frame, client(delivery_drop="0.2")) == {}
    assert raised(frame[frame["day"] < pd.Timestamp(NOW.date())]) == {"silence": raised_silence(frame)}


def raised_silence(frame: pd.DataFrame) -> str:
    before = frame[frame["day"] < pd.Timestamp(NOW.date())]
    return raised(before)["silence"]


@pytest.mark.parametrize(
    ("total", "occasion"), [("799.99", None), ("800", "2026-10 80%"), ("999", "2026-10 80%"), ("1000", "2026-10 100%")]
)
def test_the_highest_share_of_the_budget_is_told(total: str, occasion: str | None) -> None:
    found = budget_alerts(client(), "2026-10", Decimal(total), "EUR", NOW)
    assert [one.occasion for one in found] == ([occasion] if occasion else [])
    if total == "800":
        assert found[0].text == "Acme: €800.00 of the budget of €1,000.00 for 2026-10 are used (80.0%)."


def test_a_budget_that_will_probably_not_last() -> None:
    def found(chance: float | None) -> list[str]:
        alerts = forecast_alerts(client(), "2026-10", chance, Decimal(1200), currency="EUR", now=NOW)
        return [one.text for one in alerts]

    assert found(None) == found(0.4) == []
    assert found(0.7) == [
        "Acme: the bill for 2026-10 is expected at €1,200.00; the chance to pass the budget of €1,000.00 is 70.0%."
    ]


def watched(*surprises: Surprise) -> Watched:
    return Watched(pd.DataFrame(), surprises, 0.2, "EUR")


def surprise(kind: Any, first: date, actual: float, expected: float, amount: str | None = None) -> Surprise:
    worth = None if amount is None else Decimal(amount)
    return Surprise(kind, first, date(2026, 10, 28), actual, expected, worth)


def test_what_nobody_could_expect_is_told_with_its_size_in_money() -> None:
    found = surprise_alerts(
        client(),
        watched(
            surprise("level", date(2026, 10, 14), 8000, 10_000, "-120.00"),
            surprise("day", date(2026, 10, 20), 900, 400, "30.00"),
            surprise("silence", date(2026, 10, 27), 0, 800),
        ),
        NOW,
    )
    assert [(one.kind, one.title, one.occasion) for one in found] == [
        ("level", "New level", "2026-10-14 fewer"),
        ("unusual", "Unusual day", "2026-10-20 more"),
        ("silence", "Silence", "2026-10-27 fewer"),
    ]
    assert found[0].text == (
        "Acme: A new level since Wednesday 14 October 2026, 20.0% fewer: 2,000 messages fewer than expected, "
        "worth €120.00."
    )
    assert found[0].figures == {"first": "2026-10-14", "messages": 8000, "usual": 10_000, "amount": "-120.00"}


def test_surprises_worth_less_than_the_threshold_are_left_alone() -> None:
    small = watched(surprise("day", date(2026, 10, 20), 900, 400, "30.00"))
    assert surprise_alerts(client(unusual="50"), small, NOW) == []
    assert surprise_alerts(client(unusual=None), small, NOW) == []
    assert len(surprise_alerts(client(unusual="30"), small, NOW)) == 1


def test_a_new_level_is_told_once_though_its_first_day_moves() -> None:
    told = surprise_alerts(client(), watched(surprise("level", date(2026, 10, 14), 8000, 10_000)), NOW)
    again = surprise_alerts(client(), watched(surprise("level", date(2026, 10, 16), 7000, 9000)), NOW)
    other = surprise_alerts(client(), watched(surprise("level", date(2026, 10, 24), 9000, 7000)), NOW)
    assert news(again, told) == []
    assert news(other, told) == other
    assert news(told, []) == told
