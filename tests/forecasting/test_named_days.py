from datetime import date

import pandas as pd
from planted_usage import LAST, planted, usage_frame
from test_forecast_bill import agreed

from tollbook.forecasting import named_days, watch


def test_new_prices_campaigns_and_surprises_are_named_on_their_day() -> None:
    client = agreed()
    later = client.contracts[0].model_copy(update={"valid_from": date(2026, 9, 1)})
    usage = usage_frame(planted(60))
    burst = usage.iloc[[0]].assign(day=pd.Timestamp("2026-10-07"), campaign="autumn", messages=9000)
    history = planted(400)
    history.iloc[-9] = 20_000
    names = named_days(
        client.model_copy(update={"contracts": (*client.contracts, later)}),
        pd.concat([usage, burst], ignore_index=True),
        watch(history).surprises,
    )
    assert names[date(2026, 9, 1)] == "new prices"
    assert names[date(2026, 10, 7)] == "autumn"
    assert names[history.index[-9].date()].startswith("unexpected +")
    assert max(names).isoformat() < LAST


def test_a_client_without_any_of_them_has_no_named_day() -> None:
    assert named_days(agreed(), usage_frame(planted(60))) == {}
