import time
from collections.abc import Sequence

from tiny_work import counting, shouting

from tollbook.runs.crew import Crew, Lost


def done(crew: Crew[str, str], words: Sequence[str], seconds: float = 30) -> dict[str, str | Lost]:
    queue, answers, end = list(words), dict[str, str | Lost](), time.monotonic() + seconds
    while (queue or crew.busy) and time.monotonic() < end:
        while queue and crew.free:
            crew.give(queue.pop(0))
        answers.update(crew.collect())
    return answers


def test_one_that_dies_and_one_that_hangs_cost_only_themselves() -> None:
    with Crew(shouting, 2, 2.0) as crew:
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
    with Crew(shouting, 1, 600) as crew:
        done(crew, ["one"])
        crew.give("hang")
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert crew.busy == []


def test_kin_goes_to_the_worker_that_had_its_like() -> None:
    with Crew[str, int](counting, 2, 60, kin=lambda word: word[0]) as crew:
        for first in ("ant", "bee"):
            crew.give(first)
        while crew.busy:
            crew.collect()
        counts: dict[str, int | Lost] = {}
        for word in ("bear", "ape", "asp", "boar"):
            crew.give(word)
            while crew.busy:
                counts.update(crew.collect())
    assert counts == {"bear": 2, "ape": 2, "asp": 3, "boar": 3}
