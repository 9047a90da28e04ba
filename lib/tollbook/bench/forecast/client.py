"""A whole client's forecast, to be timed: days with intervals, and the open month's bill through the whole rater."""

from datetime import date, timedelta
from decimal import Decimal

import pandas as pd

from tollbook.forecasting import forecast_bill, outlook, pricer
from tollbook.forecasting.evaluation import Series
from tollbook.forecasting.models import LONGEST
from tollbook.period import Month
from tollbook.rating.contracts import Client

DAYS = 61
_PLACES = (("GB", "23410", 0.6), ("DE", "26201", 0.25), ("FR", "20801", 0.1), ("US", "310260", 0.05))
_TIERS = [{"up_to": 20_000, "unit": "0.05"}, {"up_to": 100_000, "unit": "0.04"}, {"unit": "0.03"}]
CLIENT = Client.model_validate(
    {
        "client": "bench",
        "name": "Bench",
        "country": "GB",
        "time_zone": "Europe/London",
        "budget": "5000",
        "contracts": [
            {
                "valid_from": "1990-01-01",
                "currency": "GBP",
                "taxes": {"standard": {"rate": 20, "label": "VAT"}},
                "charges": [
                    {"kind": "usage", "name": "sms", "label": "SMS", "price": {"model": "graduated", "tiers": _TIERS}}
                ],
            }
        ],
    }
)


def whole_client(series: Series, index: pd.Series | None) -> int:
    """Forecast 61 days and price the month after the last known day; 1, so that clients can be counted."""
    counts = series.counts.iloc[-LONGEST:]
    until = counts.index[-1].date()
    month = Month.of(until + timedelta(days=1))
    made = outlook(counts, DAYS, country=series.country, index=index)
    usage = _usage(counts)
    price = pricer(CLIENT, month, usage, {}, known_to=until)
    bill = forecast_bill(usage, month, price, client=CLIENT, known_to=until, coming=made)
    return int(len(made.mean) == DAYS and bill.p10 <= bill.p90)


def _usage(counts: pd.Series) -> pd.DataFrame:
    """The counts as a usage frame: four destinations, delivered."""
    days: list[date] = [pd.Timestamp(day).date() for day in counts.index]
    parts = [
        pd.DataFrame({"day": pd.to_datetime(days), "country": country, "network": network,
                      "messages": (100 * share * counts).fillna(0).round().astype("int64").to_numpy()})
        for country, network, share in _PLACES
    ]  # fmt: skip
    frame = pd.concat(parts, ignore_index=True).assign(
        hour=12, channel="sms", direction="mt", category="", campaign="", status="delivered", cost_currency="GBP"
    )
    frame["segments"] = frame["messages"]
    frame["cost"] = pd.Series([Decimal(int(count)) / 100 for count in frame["messages"]], dtype=object)
    return frame
