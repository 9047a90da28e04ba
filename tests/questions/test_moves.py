"""Moves between views: told apart, and carried out again to the same view."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tollbook.questions.moves import Move, apply, asked, between, script_of
from tollbook.questions.steps import EMPTY, View, read_view

NAMES = ("airline", "origin", "delay")


def view(dimensions: str = "", filters: str = "", measures: str = "count:*", order: str = "") -> View:
    """`view("a b", "c=1", "sum:d", "a desc")`."""
    return read_view({
        "dimensions": dimensions.split(),
        "filters": [[one.split("=")[0], "=", one.split("=")[1]] for one in filters.split()],
        "measures": [one.split(":") for one in measures.split()],
        "order": order.split() or None,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [
        (view(), view("airline"), Move("group", "airline")),
        (view("airline"), view("airline origin"), Move("group", "origin")),
        (view("airline"), view("origin"), Move("group", "origin")),  # in place of the other
        (view("airline"), view("airline", "origin=JFK"), Move("filter", "origin")),
        (view("airline", "origin=JFK"), view("airline", "origin=LAX"), Move("filter", "origin")),
        (view("airline"), view("", "airline=WN"), Move("filter", "airline")),  # into one of the groups
        (view(), view(measures="avg:delay"), Move("measure", "delay")),
        (view("airline"), view("airline", order="airline desc"), Move("sort", "airline")),
        (view("airline origin"), view("airline"), Move("ungroup", "origin")),
        (view("", "origin=JFK"), view(), Move("unfilter", "origin")),
        (view(measures="count:* avg:delay"), view(), Move("unmeasure", "delay")),
        (view("airline", order="airline asc"), view("airline"), Move("unsort", "airline")),
        (view("airline", measures=""), view("airline origin", measures=""), Move("project", "origin")),
        (view("airline"), view("airline"), Move("repeat", "")),
    ],
)  # fmt: skip
def test_a_move_is_named_and_can_be_made_again(before: View, after: View, move: Move) -> None:
    assert between(before, after) == move
    script = script_of(before, after, move)
    assert script.possible
    assert apply(before, move, script, asked(before, after, move.column)) == after


views = st.builds(
    view,
    st.lists(st.sampled_from(NAMES), unique=True, max_size=3).map(" ".join),
    st.lists(st.sampled_from(["airline=WN", "origin=JFK", "origin=LAX"]), unique=True, max_size=2).map(" ".join),
    st.sampled_from(["count:*", "avg:delay", "count:* sum:delay", ""]),
    st.sampled_from(["", "airline desc", "delay asc"]),
)


@settings(deadline=None)
@given(views, views)
def test_every_change_has_a_move_and_a_possible_one_leads_there(before: View, after: View) -> None:
    move = between(before, after)
    script = script_of(before, after, move)
    assert (move.kind == "repeat") == (before == after)
    if script.possible:
        assert apply(before, move, script, asked(before, after, move.column)) == after


def test_the_empty_view_counts_all_rows() -> None:
    assert read_view({"measures": [["count", "*"]]}) == EMPTY
