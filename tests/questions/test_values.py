"""Values nobody has asked for yet."""

import pytest

from tollbook.questions.steps import Field
from tollbook.questions.values import fragments, likely_ranges

DELAY = Field("delay", "measure", quantiles=(0.0, 5.0, 20.0))


def test_fragments_are_words_and_beginnings_of_frequent_values_and_no_value_itself() -> None:
    found = fragments(["10.0.0.7", "10.0.0.9", "GET /index"])
    assert set(found[:3]) == {"10", "10.0", "10.0.0"}
    assert {"GET", "index"} <= set(found)
    assert "10.0.0.7" not in found


@pytest.mark.parametrize("operator", ["=", "!=", "contains", "in"])
def test_other_operators_have_no_ranges(operator: str) -> None:
    assert likely_ranges(DELAY, operator, None, {}) == []


def test_thresholds_are_quantiles_and_the_ends_of_the_range_before() -> None:
    assert likely_ranges(DELAY, ">", (3, 9), {}) == [0.0, 5.0, 20.0, 3, 9]


def test_ranges_lie_between_quantiles_and_between_bounds_that_others_used() -> None:
    found = likely_ranges(DELAY, "between", None, {(1, 4): 2.0, (3, 8): 1.0})
    assert {(0.0, 5.0), (0.0, 20.0), (5.0, 20.0), (1, 4), (1, 8), (3, 8), (3, 4)} == set(found)


def test_a_range_is_moved_halved_and_widened_but_not_asked_again() -> None:
    found = likely_ranges(Field("size", "measure"), "between", (10, 20), {(0, 15): 1.0})
    assert {(20, 30), (0, 10), (10, 15.0), (15.0, 20), (0, 20), (10, 30)} <= set(found)
    assert (10, 20) not in found
    assert all(low < high for low, high in found)


def test_texts_and_numbers_are_never_compared() -> None:
    found = likely_ranges(Field("size", "measure"), "between", ("a", "b"), {("a", 3): 1.0, (2, "c"): 1.0})
    assert set(found) == {("a", "c"), (2, 3)}
