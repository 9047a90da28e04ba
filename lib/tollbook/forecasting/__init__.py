"""What a client will use and what it may cost: daily usage, the month's bill, and how sure either is."""

from tollbook.forecasting.bill import BillForecast, forecast_bill, price_forecast
from tollbook.forecasting.daily import BadHorizon, Forecast, NotEnoughHistory, forecast, outlook
from tollbook.forecasting.findings import (
    bill_finding,
    history_finding,
    outlook_finding,
    outlook_headline,
    record_finding,
)
from tollbook.forecasting.holidays import holiday_names
from tollbook.forecasting.series import BadHistory, daily_series
from tollbook.forecasting.track_record import TrackRecord, look_back

__all__ = [
    "BadHistory",
    "BadHorizon",
    "BillForecast",
    "Forecast",
    "NotEnoughHistory",
    "TrackRecord",
    "bill_finding",
    "daily_series",
    "forecast",
    "forecast_bill",
    "history_finding",
    "holiday_names",
    "look_back",
    "outlook",
    "outlook_finding",
    "outlook_headline",
    "price_forecast",
    "record_finding",
]
