import time
from collections.abc import Sequence

from tiny_work import shout

from tollbook.runs.crew import Crew, Lost


def done(crew: Crew[str, str], words: Sequence[str], seconds: float = 30) -> dict[str, str | Lost]:
    queue, answers, end = list(words), dict[str, str | Lost](), time.monotonic() + seconds
    while (queue or crew.busy) and time.monotonic() < end:
        while queue and crew.free:
            crew.give(queue.pop(0))
        answers.update(crew.collect())
    return answers


def test_one_that_dies_and_one_that_hangs_cost_only_themselves() -> None:
    with Crew(shout, 2, 2.0) as crew:
        answers = done(crew, ["one", "die", "two", "hang", "three", "four"])
        assert crew.free
    assert answers == {
        "one": "ONE",
        "two": "TWO",
        "three": "THREE",
        "four": "FOUR",
        "die": Lost(overtime=False),
        "hang": Lost(overtime=True),
    }


def test_leaving_ends_the_workers_at_once() -> None:
    with Crew(shout, 1, 600) as crew:
        done(crew, ["one"])
        crew.give("hang")
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert crew.busy == []
