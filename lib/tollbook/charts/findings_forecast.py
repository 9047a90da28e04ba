"""What the forecast chart says, in one sentence, in the language spoken."""

from tollbook.charts.names import say, spoken
from tollbook.charts.words import ABOUT_EQUAL, count, long_date, share
from tollbook.forecasting import Forecast, TrackRecord
from tollbook.period import Month


def outlook(forecast: Forecast, locale: str = "en") -> str:
    """The total expected for the first whole month, or for all days when there is none."""
    for name, row in forecast.by_month().iterrows():
        month = Month.parse(str(name))
        if row["days"] == len(month.days):
            return say("forecast", n=count(row["mean"], locale), month=month.label(spoken()))
    return say("forecast_days", n=count(float(forecast.mean.sum()), locale), days=len(forecast.mean))


def came(record: TrackRecord, locale: str = "en") -> str:
    """How far an earlier forecast was off."""
    error, day = record.total_error, long_date(record.made_on)
    if error is None:
        return say("forecast_nothing", day=day)
    key = "right" if abs(error) < ABOUT_EQUAL else "high" if error > 0 else "low"
    return say(f"forecast_{key}", day=day, share=share(abs(error), locale))
