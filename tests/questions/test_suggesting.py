"""Suggestions: never empty, never alike, led by true changes, and silent about other clients."""

from collections import Counter
from collections.abc import Callable

import pandas as pd
import pytest
from invented_usage import invented_usage

from tollbook.questions.answering import Usage, answer
from tollbook.questions.ground import Ground
from tollbook.questions.learner import Learner
from tollbook.questions.question import Question, to_view
from tollbook.questions.suggesting import Suggestion, explanation_sentence, suggest
from tollbook.questions.trail import Trail

GroundOf = Callable[..., Ground]
Fresh = Callable[[Ground], Learner]


def from_nothing(ground: Ground, learner: Learner, **more: object) -> list[Suggestion]:
    return suggest(ground, learner, Trail("now", "me").stand(None), **more)  # type: ignore[arg-type]


def test_none_is_empty_and_all_differ(
    frame: pd.DataFrame, usage: Usage, ground_of: GroundOf, fresh_learner: Fresh
) -> None:
    ground = ground_of(frame)
    found = from_nothing(ground, fresh_learner(ground))
    assert len({one.question for one in found}) == len(found) == 5
    for one in found:
        assert not answer(one.question, usage).empty
        assert one.why
    assert [one.slot for one in found] == ["likely"] * 4 + ["explore"]


def test_a_dry_run_counts_the_groups_an_answer_has(frame: pd.DataFrame, usage: Usage, ground_of: GroundOf) -> None:
    ground = ground_of(frame)
    for question in (
        Question(dimensions=("country", "channel")),
        Question(dimensions=("hour",), filters=(("country", "in", ("DE", "FR")),)),
        Question(grain="week", filters=(("channel", "!=", "sms"),)),
        Question(filters=(("country", "=", "BR"),)),
        Question(dimensions=("weekday",), grain="month", period="last 3 months"),
    ):
        found = answer(question, usage)
        assert ground.dry_run(question) == (0 if found.empty else len(found.frame))


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_need_nobody_ever_asked_about_is_among_the_five(
    seed: int, ground_of: GroundOf, fresh_learner: Fresh
) -> None:
    ground = ground_of(invented_usage(seed=seed, country="DE", shift=0.6))
    found = from_nothing(ground, fresh_learner(ground))
    assert any("country" in one.question.dimensions or ("country", "=", "DE") in one.question.filters for one in found)
    told = [one.why for one in found if "Germany" in one.why]
    assert told
    assert "fewer messages than its history gives" in told[0]
    assert ground.explanation is not None
    assert "Germany \N{MINUS SIGN}" in explanation_sentence(ground, ground.explanation)


def test_what_was_dismissed_does_not_come_back(frame: pd.DataFrame, ground_of: GroundOf, fresh_learner: Fresh) -> None:
    ground = ground_of(frame)
    learner = fresh_learner(ground)
    first = from_nothing(ground, learner)[0].question
    marks = Counter({("dismissed", first.template_hash): 1})
    assert first not in [one.question for one in from_nothing(ground, learner, marks=marks)]


def test_what_is_looked_at_is_not_suggested(frame: pd.DataFrame, ground_of: GroundOf, fresh_learner: Fresh) -> None:
    ground = ground_of(frame)
    learner = fresh_learner(ground)
    from tollbook.questions.steps import Step

    trail = Trail("now", "me")
    trail.add(Step("now", "me", 1, None, None, to_view(Question(dimensions=("country",)))))
    found = suggest(ground, learner, trail.stand(1))
    assert Question(dimensions=("country",)) not in [one.question for one in found]


def test_the_learner_takes_up_a_habit(frame: pd.DataFrame, ground_of: GroundOf, fresh_learner: Fresh) -> None:
    ground = ground_of(frame)
    learner = fresh_learner(ground)
    habit = Question(("undelivered",), ("hour",), period="last 7 days")
    for number in range(12):
        learner.learn(Trail(f"s{number}", "me").stand(None), to_view(habit))
    assert habit in [one.question for one in from_nothing(ground, learner)]
