"""The commands, on the demo: ask, suggest, replay; and the notebook's tables."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import tollbook
from tollbook.cli import app
from tollbook.questions.analysts import habits, schema
from tollbook.questions.bank import BANK
from tollbook.questions.desk import open_desk
from tollbook.questions.journal import entries, note
from tollbook.settings import Settings


@pytest.fixture
def runner(demo_project: Settings, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("TOLLBOOK_PROJECT", str(demo_project.project))
    return CliRunner()


def test_ask_answers_shows_how_it_understood_and_writes_the_log(runner: CliRunner, demo_project: Settings) -> None:
    found = runner.invoke(app, ["ask", "harbour-bank", "messages by country in october vs september", "--json"])
    assert found.exit_code == 0, found.output
    told = json.loads(found.output)
    assert told["question"]["dimensions"] == ["country"]
    assert told["question"]["compare"] == "previous"
    assert "client = $client" in told["sql"]
    book = tollbook.open(demo_project)
    assert sum(row["messages"] for row in told["rows"]) == book.usage("harbour-bank", *_october())["messages"].sum()
    written = entries(book.documents, "harbour-bank")[-1]
    assert written.via == "text"
    book.documents.delete("questions", [written.id])  # the demo is shared by all tests


def _october() -> tuple[date, date]:
    from tollbook.period import Month

    return Month(2026, 10).first, Month(2026, 10).last


def test_words_that_make_no_question_are_an_error(runner: CliRunner) -> None:
    found = runner.invoke(app, ["ask", "harbour-bank", "'; drop table usage"])
    assert found.exit_code == 2


def test_suggest_gives_five(runner: CliRunner) -> None:
    found = runner.invoke(app, ["suggest", "harbour-bank", "--json"])
    assert found.exit_code == 0, found.output
    assert len(json.loads(found.output)) == 5


def test_replay_reads_the_two_files(runner: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text(json.dumps(schema()), "utf-8")
    lines = [json.dumps(one) for one in habits(sessions=12)] + ["{broken"]
    (tmp_path / "sessions.jsonl").write_text("\n".join(lines), "utf-8")
    files = [str(tmp_path / "schema.json"), str(tmp_path / "sessions.jsonl")]
    found = runner.invoke(app, ["questions", "replay", *files, "--protocol", "folds", "--seed", "0", "--json"])
    assert found.exit_code == 0, found.output
    result = json.loads(found.output)["folds"]
    assert {"learner", "popularity", "last_repeat", "markov", "session_knn"} == set(result["models"])
    assert result["refused"][0]["row"] == len(lines)
    missing = runner.invoke(app, ["questions", "replay", str(tmp_path / "none.json"), files[1]])
    assert missing.exit_code == 2


def test_a_desk_in_mid_month_compares_like_with_like(demo_project: Settings) -> None:
    desk = open_desk(tollbook.open(demo_project), "marigold-retail", "2026-09")
    assert desk.ground.days.count == 30
    assert str(desk.known_to) == "2026-09-30"


def test_a_log_written_out_can_be_replayed(runner: CliRunner, demo_project: Settings, tmp_path: Path) -> None:
    documents = tollbook.open(demo_project).documents
    before = len(entries(documents, "harbour-bank"))  # whatever other tests have asked of the shared demo
    asked = [note(documents, question, client="harbour-bank", session=f"s{place % 3}") for place, question in
             enumerate([*BANK, *BANK])]  # fmt: skip
    try:
        found = runner.invoke(app, ["questions", "export", "harbour-bank", str(tmp_path)])
        assert found.exit_code == 0, found.output
        files = [str(tmp_path / "schema.json"), str(tmp_path / "sessions.jsonl")]
        again = runner.invoke(app, ["questions", "replay", *files, "--protocol", "prequential", "--json"])
        assert again.exit_code == 0, again.output
        result = json.loads(again.output)["prequential"]
        assert (result["steps"], result["refused"]) == (before + len(asked), [])
        common = runner.invoke(app, ["questions", "common", "harbour-bank", "--json"])
        told = json.loads(common.output)
        assert told["asked most"][0]["times"] >= 2
        assert told["asked by analyst"]
        assert runner.invoke(app, ["questions", "common"]).output.startswith("asked most: nothing yet")  # one client
        night = runner.invoke(app, ["questions", "refit", "harbour-bank"])
        assert f"harbour-bank: {before + len(asked)} questions" in night.output
    finally:  # the demo is shared by all tests
        documents.delete("questions", [one.id for one in asked])
