"""What a client will use and what it may cost: daily usage, the month's bill, and how sure either is."""

from tollbook.forecasting.bill import BillForecast, forecast_bill, price_forecast
from tollbook.forecasting.daily import BadHorizon, Forecast, NotEnoughHistory, forecast, outlook, weekly
from tollbook.forecasting.findings import (
    bill_finding,
    bill_record_finding,
    history_finding,
    milestones_finding,
    outlook_finding,
    record_finding,
    standing_finding,
    surprise_text,
    surprises_finding,
)
from tollbook.forecasting.holidays import holiday_names
from tollbook.forecasting.horizon import known_until, next_bill
from tollbook.forecasting.index_kept import index_of
from tollbook.forecasting.issued import Record, issue, standing
from tollbook.forecasting.issuing import Issued, issue_forecast, track_records
from tollbook.forecasting.milestones import Milestone, milestones
from tollbook.forecasting.named_days import named_days
from tollbook.forecasting.parts import By, PartsDoNotFit, expected_in_all, forecast_parts, part_histories
from tollbook.forecasting.pricing import Price, message_worth, pricer
from tollbook.forecasting.series import BadHistory, daily_series
from tollbook.forecasting.shared import shared_index
from tollbook.forecasting.surprises import Surprise, Watched, watch
from tollbook.forecasting.tables import bill_table, outlook_table, parts_table, past_table
from tollbook.forecasting.track_record import TrackRecord, look_back

__all__ = [
    "BadHistory",
    "BadHorizon",
    "BillForecast",
    "By",
    "Forecast",
    "Issued",
    "Milestone",
    "NotEnoughHistory",
    "PartsDoNotFit",
    "Price",
    "Record",
    "Surprise",
    "TrackRecord",
    "Watched",
    "bill_finding",
    "bill_record_finding",
    "bill_table",
    "daily_series",
    "expected_in_all",
    "forecast",
    "forecast_bill",
    "forecast_parts",
    "history_finding",
    "holiday_names",
    "index_of",
    "issue",
    "issue_forecast",
    "known_until",
    "look_back",
    "message_worth",
    "milestones",
    "milestones_finding",
    "named_days",
    "next_bill",
    "outlook",
    "outlook_finding",
    "outlook_table",
    "part_histories",
    "parts_table",
    "past_table",
    "price_forecast",
    "pricer",
    "record_finding",
    "shared_index",
    "standing",
    "standing_finding",
    "surprise_text",
    "surprises_finding",
    "track_records",
    "watch",
    "weekly",
]
