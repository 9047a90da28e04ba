"""Issued forecasts are kept, judged when their days come, and a model worse than naive is not trusted."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from planted_usage import planted

from tollbook.forecasting import Forecast, forecast, issue, standing, standing_finding, weekly
from tollbook.storage.documents import Documents, open_documents

HISTORY = planted(400)


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    return open_documents(tmp_path / "documents.sqlite")


def issue_some(documents: Documents, made_by: dict[int, Forecast]) -> None:
    for back, made in made_by.items():
        assert issue(documents, "harbour-bank", HISTORY.iloc[:-back], made)


@pytest.fixture(scope="module")
def good() -> dict[int, Forecast]:
    return {back: forecast(HISTORY.iloc[:-back], 28) for back in (112, 84, 56, 28)}


def test_what_was_issued_is_judged_when_its_days_have_come(documents: Documents, good: dict[int, Forecast]) -> None:
    issue_some(documents, good)
    record = standing(documents, "harbour-bank", HISTORY)
    assert [one.days for one in record.judged] == [28] * 4
    assert record.ape is not None
    assert record.ape < 0.05
    assert record.against_naive is not None
    assert record.against_naive < 1
    assert record.day_95 is not None
    assert record.day_95 > 0.85
    assert record.trusted
    assert "4 issued so far" in standing_finding(record)
    first = record.judged[0]
    truth, expected = HISTORY.iloc[-112:-84], good[112].mean
    assert first.error == pytest.approx((expected - truth).abs().mean())
    assert first.total_error == pytest.approx(expected.sum() / truth.sum() - 1)


def test_days_to_come_are_not_judged(documents: Documents, good: dict[int, Forecast]) -> None:
    issue_some(documents, good)
    early = standing(documents, "harbour-bank", HISTORY.iloc[:-56])
    assert len(early.judged) == 2
    assert len(standing(documents, "harbour-bank", HISTORY, before=pd.Timestamp("2026-09-01").date()).judged) == 2
    assert standing(documents, "monsoon-air", HISTORY).judged == ()


def test_what_was_issued_is_never_changed(documents: Documents, good: dict[int, Forecast]) -> None:
    past = HISTORY.iloc[:-28]
    assert issue(documents, "harbour-bank", past, good[28])
    assert not issue(documents, "harbour-bank", past, weekly(past, 28))
    assert standing(documents, "harbour-bank", HISTORY).judged[0].method == good[28].method


def test_a_model_worse_than_naive_says_so_and_is_not_trusted(documents: Documents, good: dict[int, Forecast]) -> None:
    issue_some(documents, {back: replace(made, mean=made.mean * 1.5) for back, made in good.items()})
    record = standing(documents, "harbour-bank", HISTORY)
    assert not record.trusted
    assert record.bias == pytest.approx(0.5, abs=0.05)
    assert "worse than naive" in standing_finding(record)


def test_the_naive_forecast_is_the_weekday_mean_of_four_weeks() -> None:
    made = weekly(HISTORY, 14)
    assert made.mean.iloc[0] == pytest.approx(HISTORY.iloc[[-7, -14, -21, -28]].mean())
    assert made.paths.shape == (1000, 14)
    assert made.paths.min() >= 0
    assert weekly(HISTORY, 14).paths.tobytes() == made.paths.tobytes()
