"""What `tollbook forecast` and the notebook do: judge what was issued before, issue the next, keep it; on the demo."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

import tollbook
from tollbook.book import Book
from tollbook.cli import app
from tollbook.forecasting import expected_in_all, issue_forecast, track_records
from tollbook.forecasting.daily import NAIVE
from tollbook.settings import Settings
from tollbook.storage.documents import open_documents

run = CliRunner().invoke
CLIENT = "ledger-archive"
UNTIL = date(2026, 10, 31)


@pytest.fixture
def book(demo_project: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    """The demo's book, keeping forecasts of its own."""
    found = tollbook.open(demo_project)
    own = open_documents(tmp_path / "documents.sqlite")
    for name in ("find", "insert"):
        theirs, ours = getattr(found.documents, name), getattr(own, name)
        monkeypatch.setattr(
            found.documents,
            name,
            lambda collection, *rest, theirs=theirs, ours=ours, **more: (ours if collection == "forecasts" else theirs)(
                collection, *rest, **more
            ),
        )
    return found


def test_earlier_forecasts_are_judged_and_bills_too_when_their_months_are_over(book: Book) -> None:
    for back in (92, 61, 31):
        issue_forecast(book, CLIENT, known_to=UNTIL - timedelta(days=back))
    issued = issue_forecast(book, CLIENT, known_to=UNTIL)
    assert [one.known_to for one in issued.record.judged] == [UNTIL - timedelta(days=back) for back in (92, 61, 31)]
    assert issued.forecast.method != NAIVE
    assert len(issued.forecast.mean) == 61
    records, together = track_records(book, [CLIENT, "harbour-bank"])
    found = records[CLIENT]
    assert len(found.judged) == 3
    assert [one.bill_error is not None for one in found.judged] == [True] * 3
    assert found.bill_ape is not None
    assert found.bill_ape < 0.1
    assert records["harbour-bank"].judged == ()
    assert (together.ape, together.bias) == (found.ape, found.bias)


def test_a_model_worse_than_naive_is_replaced_in_what_is_issued(book: Book) -> None:
    from dataclasses import replace

    from tollbook.forecasting import daily_series, forecast, issue, outlook_finding

    for back in (92, 61, 31):
        known_to = UNTIL - timedelta(days=back)
        history = daily_series(book.usage(CLIENT, date.min, known_to), known_to)
        made = forecast(history, 61)
        issue(book.documents, CLIENT, history, replace(made, mean=made.mean * 2))
    issued = issue_forecast(book, CLIENT, known_to=UNTIL)
    assert not issued.record.trusted
    assert issued.forecast.method == NAIVE
    assert "worse" in outlook_finding(issued.forecast)
    parts = issued.parts("channel")
    assert set(parts) == {"sms", "email", "fax"}
    assert expected_in_all(parts) == pytest.approx(float(issued.forecast.mean.sum()))


def test_a_client_without_a_contract_is_forecast_without_a_bill(book: Book) -> None:
    assert issue_forecast(book, CLIENT, known_to=date(2019, 7, 31)).bill is None


@pytest.mark.usefixtures("book")
def test_on_the_command_line(demo_project: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLLBOOK_PROJECT", str(demo_project.project))
    answer = json.loads(run(app, ["forecast", CLIENT, "--days", "9", "--by", "channel", "--json"]).stdout)
    assert len(answer["days"]) == 9
    assert answer["bill"]["month"] == "2026-11"
    for day, whole in answer["days"].items():
        assert sum(one["days"][day]["mean"] for one in answer["parts"].values()) == pytest.approx(whole["mean"])
    told = run(app, ["forecast", CLIENT, "--by", "destination"]).output
    assert "of them by destination" in told
    assert "November 2026 may cost" in told
    everyone = json.loads(run(app, ["forecast", "--record", "--json"]).stdout)
    assert set(everyone["clients"]) > {CLIENT, "harbour-bank"}
    assert "harbour-bank" in run(app, ["forecast", "--record"]).output
    assert run(app, ["forecast"]).exit_code == 2
    assert run(app, ["forecast", CLIENT, "--by", "colour"]).exit_code == 2
