"""The forecast by channel and by destination: parts that add up, each by its own rule."""

import numpy as np
import pandas as pd
import pytest
from planted_usage import LAST, planted, usage_frame

from tollbook.forecasting import PartsDoNotFit, daily_series, forecast_parts, outlook, part_histories
from tollbook.usage.summary import OTHER

UNTIL = pd.Timestamp(LAST).date()
DAYS = 45


def usage(**parts: pd.Series) -> pd.DataFrame:
    """A usage frame with a country (and a channel of the same name) for each series."""
    frames = [usage_frame(history).assign(channel=name, country=name) for name, history in parts.items()]
    return pd.concat(frames, ignore_index=True).astype({"channel": "category", "country": "category"})


@pytest.fixture(scope="module")
def mixed() -> pd.DataFrame:
    """A steady part, one of a tenth, one that is three weeks old, one that stopped three months ago."""
    old = planted(level=600)
    old.iloc[-90:] = 0
    return usage(sms=planted(), viber=planted(level=400, noise=0.2), rcs=planted(21, level=300), fax=old)


def test_parts_add_up_to_the_whole_day_by_day_and_future_by_future(mixed: pd.DataFrame) -> None:
    whole = outlook(daily_series(mixed, UNTIL), DAYS, country="GB")
    parts = forecast_parts(part_histories(mixed, UNTIL, "channel"), whole, country="GB")
    assert list(parts) == ["sms", "viber", "rcs", "fax"]
    assert sum(one.mean.to_numpy() for one in parts.values()) == pytest.approx(whole.mean.to_numpy())
    assert sum(one.paths for one in parts.values()) == pytest.approx(whole.paths)
    assert min(float(one.paths.min()) for one in parts.values()) >= 0
    for one in parts.values():
        assert list(one.mean.index) == list(whole.mean.index)
        assert (one.quantiles[0.025] <= one.quantiles[0.975]).all()


def test_a_new_part_gets_its_plain_rate_and_a_stopped_one_nothing(mixed: pd.DataFrame) -> None:
    whole = outlook(daily_series(mixed, UNTIL), DAYS)
    parts = forecast_parts(part_histories(mixed, UNTIL, "channel"), whole)
    assert (parts["rcs"].method, parts["fax"].method) == ("plain rate", "stopped")
    assert parts["fax"].mean.sum() == 0
    rate = planted(21, level=300).mean()
    assert parts["rcs"].mean.mean() == pytest.approx(rate, rel=0.1)
    assert parts["viber"].mean.sum() / parts["sms"].mean.sum() == pytest.approx(0.1, rel=0.1)


def test_one_part_alone_is_the_whole(mixed: pd.DataFrame) -> None:
    whole = outlook(daily_series(mixed, UNTIL), DAYS, country="GB")
    alone = part_histories(mixed.assign(channel="sms"), UNTIL, "channel")
    assert alone["sms"].tolist() == daily_series(mixed, UNTIL).tolist()
    assert forecast_parts(alone, whole, country="GB") == {"sms": whole}


def test_the_smallest_destinations_are_one_part() -> None:
    frame = usage(**{f"c{n}": planted(60, level=1000 / (n + 1)) for n in range(12)})
    histories = part_histories(frame, UNTIL, "destination")
    assert list(histories) == [*(f"c{n}" for n in range(8)), OTHER]
    assert sum(float(one.sum()) for one in histories.values()) == frame["messages"].sum()
    assert len(part_histories(frame, UNTIL, "destination", most=11)) == 12  # one alone is not called others


def test_what_is_expected_of_nothing_is_shared_as_lately() -> None:
    """Two parts that both fell silent under a whole that is taken to go on: theirs as they were."""
    silent = planted(200)
    silent.iloc[-30:] = 0
    frame = usage(sms=silent, viber=silent)
    whole = outlook(planted(200), DAYS)
    parts = forecast_parts(part_histories(frame, UNTIL, "channel"), whole)
    for one in parts.values():
        assert one.mean.to_numpy() == pytest.approx(whole.mean.to_numpy() / 2)


def test_a_part_known_to_another_day_is_refused() -> None:
    whole = outlook(planted(60), 7)
    with pytest.raises(PartsDoNotFit, match="'sms' is known to 2026-10-30"):
        forecast_parts({"sms": planted(60).iloc[:-1]}, whole)
    with pytest.raises(PartsDoNotFit, match="no usage"):
        forecast_parts({}, whole)


def test_the_same_usage_gives_the_same_bits_whoever_else_is_there() -> None:
    one = part_histories(usage(sms=planted(90), viber=planted(90, level=100)), UNTIL, "channel")
    whole = outlook(planted(90), 14)
    first, second = (forecast_parts(one, whole, seed=3) for _ in range(2))
    assert all(np.array_equal(first[name].paths, second[name].paths) for name in one)
