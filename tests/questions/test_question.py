"""The question: canonical, value-free as a template, checked, and the same after every journey."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tollbook.errors import TollbookError
from tollbook.questions.question import (
    BadFilter,
    BadForm,
    BadLimit,
    Question,
    UnknownName,
    from_view,
    read_question,
    to_view,
)
from tollbook.questions.timespan import BadPeriod
from tollbook.questions.vocabulary import DIMENSIONS, GRAINS, MEASURES


def test_what_asks_the_same_is_the_same() -> None:
    one = Question(("segments", "messages"), filters=(("country", "=", "DE"), ("channel", "in", ("sms", "mms", "sms"))))
    two = Question(("messages", "segments"), filters=(("channel", "in", ("mms", "sms")), ("country", "=", "DE")))
    assert one == two
    assert one.hash == two.hash
    assert one.hash != Question(("messages", "segments")).hash


def test_a_template_has_no_value_in_it() -> None:
    one = Question(filters=(("campaign", "contains", "Secret Sale"),), period="2026-09")
    form, binding = one.template()
    assert "Secret Sale" not in str(form)
    assert "2026-09" not in str(form)
    assert binding == ["Secret Sale", "2026-09"]
    assert one.template_hash == Question(filters=(("campaign", "contains", "x"),), period="2025-01").template_hash


questions = st.builds(
    Question,
    st.lists(st.sampled_from(list(MEASURES)), min_size=1, max_size=2, unique=True).map(tuple),
    st.lists(st.sampled_from(list(DIMENSIONS)), max_size=3, unique=True).map(tuple),
    st.lists(st.tuples(st.sampled_from(list(DIMENSIONS)), st.sampled_from(["=", "!="]), st.text(max_size=9)),
             max_size=2).map(tuple),
    st.sampled_from(["", *GRAINS]),
    st.sampled_from(["last month", "this month", "last 7 days", "2026-09"]),
    st.sampled_from(["", "previous", "year"]),
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(questions)
def test_it_comes_back_from_json_and_from_the_learners_view(question: Question) -> None:
    assert read_question(question.canonical()) == question
    back = from_view(to_view(question))
    assert (set(back.measures), back.dimensions, back.filters, back.grain, back.period, back.compare) == (
        set(question.measures), question.dimensions, question.filters, question.grain, question.period,
        question.compare,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ({"measures": ["messages; drop table usage"]}, UnknownName),
        ({"dimensions": ["client"]}, UnknownName),
        ({"dimensions": ["country from usage --"]}, UnknownName),
        ({"grain": "day'"}, UnknownName),
        ({"compare": "union"}, UnknownName),
        ({"filters": [["client", "=", "other-bank"]]}, UnknownName),
        ({"filters": [["country", "or 1=1", "x"]]}, UnknownName),
        ({"filters": [["country", "=", ["a"]]]}, BadFilter),
        ({"filters": [["country", "in", []]]}, BadFilter),
        ({"filters": [["country"]]}, BadForm),
        ({"period": "2026-10' or '1'='1"}, BadPeriod),
        ({"limit": "10; select 1"}, BadLimit),
        ({"limit": 0}, BadLimit),
        ({"order": ["messages", "desc; select 1"]}, UnknownName),
        ({"client": "other-bank"}, BadForm),
        ("select * from usage", BadForm),
        (7, BadForm),
    ],
)
def test_anything_else_is_an_error_and_nothing_more(bad: object, error: type[TollbookError]) -> None:
    with pytest.raises(error):
        read_question(bad)
