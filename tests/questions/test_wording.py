"""Questions in words: understood, shown how, and refused clearly."""

from datetime import date

import pandas as pd
import pytest

from tollbook.errors import TollbookError
from tollbook.questions.question import Question
from tollbook.questions.wording import Lexicon, NotUnderstood, lexicon_of, understand

KNOWN_TO = date(2026, 10, 31)
DE = ("country", "=", "DE")


@pytest.fixture(scope="module")
def lexicon(frame: pd.DataFrame) -> Lexicon:
    from tollbook.questions.ground import prepare

    named = frame.assign(campaign=["autumn sale" if n % 2 else "" for n in range(len(frame))])
    return lexicon_of(prepare("a-b", named, KNOWN_TO).schema)


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("messages by country last month", Question(dimensions=("country",))),
        ("messages to Germany last month by campaign vs September",
         Question(dimensions=("campaign",), filters=(DE,), compare="previous")),
        ("How many SMS did we send to the UK and France?",
         Question(filters=(("channel", "=", "sms"), ("country", "in", ("FR", "GB"))))),
        ("delivery rate per day this month", Question(("delivery_rate",), grain="day", period="this month")),
        ("top 5 networks by failures last 30 days",
         Question(("undelivered",), ("network",), period="last 30 days", order=("undelivered", "desc"), limit=5)),
        ("segments in September vs a year ago", Question(("segments",), period="2026-09", compare="year")),
        ("autumn sale by hour", Question(dimensions=("hour",), filters=(("campaign", "=", "autumn sale"),))),
        ("messages by contry", Question(dimensions=("country",))),
        ("replies yesterday", Question(filters=(("direction", "=", "mo"),), period="yesterday")),
        ("monthly segments last year", Question(("segments",), grain="month", period="last 12 months")),
    ],
)  # fmt: skip
def test_words_become_a_question(words: str, question: Question, lexicon: Lexicon) -> None:
    found = understand(words, lexicon, KNOWN_TO)
    assert found.question == question
    assert found.sure
    assert found.reading


def test_a_slip_is_shown(lexicon: Lexicon) -> None:
    found = understand("messages by campain", lexicon, KNOWN_TO)
    assert ("campain", "by campaign (read as 'campaign')") in found.reading


def test_unknown_words_are_named_with_the_nearest_questions(lexicon: Lexicon) -> None:
    found = understand("messages by zodiac sign", lexicon, KNOWN_TO)
    assert not found.sure
    assert any(one.startswith("zodiac") for one in found.unknown)
    assert found.alternatives
    with pytest.raises(NotUnderstood, match="xyzzy"):
        understand("xyzzy plugh", lexicon, KNOWN_TO)


def test_a_comparison_that_cannot_be_made_is_said(lexicon: Lexicon) -> None:
    found = understand("messages last month vs june", lexicon, KNOWN_TO)
    assert "2026-06" in found.remarks[0]


@pytest.mark.parametrize(
    "words",
    ["'; drop table usage; --", "select * from clients", "1=1 union select secret", "", "{{ 7*7 }}", "\x00\ufffd"],
)
def test_words_that_try_sql_get_an_error_and_nothing_else(words: str, lexicon: Lexicon) -> None:
    with pytest.raises(NotUnderstood):
        understand(words, lexicon, KNOWN_TO)


def test_a_hosted_model_may_only_return_a_question(lexicon: Lexicon) -> None:
    words = "what on earth happened in Bavaria"
    good = understand(words, lexicon, KNOWN_TO, hook=lambda _: {"dimensions": ["country"]})
    assert good.question == Question(dimensions=("country",))
    for bad in ({"sql": "select 1"}, {"filters": [["client", "=", "x"]]}, "select 1"):
        with pytest.raises(TollbookError):
            understand(words, lexicon, KNOWN_TO, hook=lambda _, bad=bad: bad)  # type: ignore[misc]
