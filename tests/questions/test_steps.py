"""Reading a log in the neutral form: bad rows are values with their place."""

from typing import Any

import pytest

from tollbook.questions.steps import BadSchema, EmptyLog, read_log, read_view, write_view

SCHEMA = {"name": "flights", "fields": [{"name": "airline", "role": "dimension", "top": [["WN", 2]]}]}
QUESTION: dict[str, Any] = {"dimensions": ["airline"], "measures": [["count", "*"], ["avg", "delay"]],
            "filters": [["remark", "contains", "weather"], ["delay", "between", [1, 5]]],
            "order": ["airline", "desc"]}  # fmt: skip


def row(step: int, parent: int | None, **more: Any) -> dict[str, Any]:
    return {"session": "1", "user": "u", "step": step, "parent": parent, "at": "2025-03-15T13:15:13Z",
            "question": QUESTION, **more}  # fmt: skip


def test_a_view_comes_back_as_it_was() -> None:
    assert read_view(write_view(read_view(QUESTION))) == read_view(QUESTION)
    assert read_view({**QUESTION, "filters": QUESTION["filters"][::-1]}) == read_view(QUESTION)


def test_rows_that_cannot_be_read_are_named_and_left_out() -> None:
    bad: list[Any] = [
        row(2, 9),
        {"session": "1"},
        row(1, None),
        row(3, 1, question={"filters": [["a", "~", 1]]}),
        "no json",
    ]
    log = read_log(SCHEMA, [row(1, None), *bad])
    assert len(log.steps) == 1
    assert [one.row for one in log.refused] == [2, 3, 4, 5, 6]
    assert "parent" in log.refused[0].reason
    assert "unknown operator" in log.refused[3].reason


def test_a_log_without_steps_or_fields_is_an_error() -> None:
    with pytest.raises(EmptyLog):
        read_log(SCHEMA, [])
    with pytest.raises(BadSchema, match="field 1"):
        read_log({"fields": [{"name": "a", "role": "colour"}]}, [row(1, None)])
