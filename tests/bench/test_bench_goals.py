"""A goal is reached or it is not, and the command says which."""

import json
import math

import pytest
from typer.testing import CliRunner

from tollbook import bench
from tollbook.bench.result import Goal, Result
from tollbook.cli import app

GOALS = (Goal("error", 5.26, most=5.0), Goal("held", 0.81, least=0.75, most=0.85), Goal("found", 0.9, least=0.9))


@pytest.mark.parametrize(
    ("goal", "reached", "asked"),
    [
        (Goal("x", 5.0, most=5.0), True, "at most 5"),
        (Goal("x", 5.01, most=5.0), False, "at most 5"),
        (Goal("x", 0.7, least=0.75, most=0.85), False, "0.75 to 0.85"),
        (Goal("x", 0.9, least=0.9), True, "at least 0.9"),
        (Goal("x", math.nan, most=5.0), False, "at most 5"),
        (Goal("x", math.nan, least=0.9), False, "at least 0.9"),
    ],
)
def test_a_goal_is_reached_within_its_bounds(goal: Goal, reached: bool, asked: str) -> None:  # noqa: FBT001
    assert (goal.reached, goal.asked) == (reached, asked)


def test_the_command_says_of_each_goal_whether_it_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "run_bench", lambda _: iter([Result("forecast", {"error": 5.26}, goals=GOALS)]))
    told = CliRunner().invoke(app, ["bench", "forecast"]).output.splitlines()
    assert "NOT reached error: 5.260, asked at most 5" in told
    assert "reached     held: 0.810, asked 0.75 to 0.85" in told
    document = json.loads(CliRunner().invoke(app, ["bench", "forecast", "--json"]).output)
    assert [one["reached"] for one in document["goals"]] == [False, True, True]
