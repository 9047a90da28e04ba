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
        ("messages excluding Germany", Question(filters=(("country", "!=", "DE"),))),
        ("messages except to Germany and France by channel",
         Question(dimensions=("channel",), filters=(("country", "!=", "DE"), ("country", "!=", "FR")))),
        ("messages without WhatsApp to Germany", Question(filters=(("channel", "!=", "whatsapp"), DE))),
        ("messages to Germany but not failed", Question(filters=(DE, ("status", "!=", "failed")))),
        ("messages without a campaign", Question(filters=(("campaign", "=", ""),))),
        ("messages not delivered by country", Question(("undelivered",), ("country",))),
        ("SMS to the US", Question(filters=(("channel", "=", "sms"), ("country", "=", "US")))),
        ("messages to US or DE", Question(filters=(("country", "in", ("DE", "US")),))),
        ("messages sent to us", Question()),
        ("bottom 5 countries by delivery rate",
         Question(("delivery_rate",), ("country",), order=("delivery_rate", "asc"), limit=5)),
        ("worst networks by failures", Question(("undelivered",), ("network",), order=("undelivered", "desc"))),
        ("messages on weekends", Question(filters=(("weekday", "in", ("Saturday", "Sunday")),))),
        ("trend of segments", Question(("segments",), grain="day")),
        ("compare September and October", Question(period="2026-10", compare="previous")),
        ("messages this week", Question(period="this week")),
        ("messages in the last quarter", Question(period="last quarter")),
        ("segments year to date", Question(("segments",), period="this year")),
        ("messages in Q3", Question(period="2026-07 to 2026-09")),
        ("messages in Q4 2025", Question(period="2025-10 to 2025-12")),
        ("messages in 2025", Question(period="2025-01 to 2025-12")),
        ("messages since Sept", Question(period="2026-09 to 2026-10")),
        ("messages from November to February", Question(period="2025-11 to 2026-02")),
        ("messages in August and September", Question(period="2026-08 to 2026-09")),
        ("messages between 1 and 15 September", Question(period="2026-09-01 to 2026-09-15")),
        ("messages from 2026-09-28 to 2026-10-03", Question(period="2026-09-28 to 2026-10-03")),
        ("messages on 5 November", Question(period="2025-11-05 to 2025-11-05")),
        ("messages on October 5th", Question(period="2026-10-05 to 2026-10-05")),
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


@pytest.mark.parametrize(
    ("words", "question", "said"),
    [
        ("autum sale by hour", Question(dimensions=("hour",)), "autum"),  # a value is never taken for another silently
        ("Germeny by channel", Question(dimensions=("channel",), filters=(DE,)), "read as 'germany'"),
        ("messages last month and this week", Question(period="last month"), "this week was left out"),
        ("messages on 2026-02-30", Question(), "2026-02-30"),
        ("messages excluding", Question(), "excluding"),
        ("lowest messages", Question(), "needs something to order"),
    ],
)
def test_what_is_bent_or_left_out_is_said(words: str, question: Question, said: str, lexicon: Lexicon) -> None:
    found = understand(words, lexicon, KNOWN_TO)
    assert found.question == question
    assert not found.sure
    assert said in " ".join((*found.unknown, *found.remarks))


@pytest.mark.parametrize(
    "name", ["club-offer-2026-10", "summer; 'last month' <b>sale</b>!", "top 5 may", "2 + 2", "except Germany"]
)
def test_a_clients_own_odd_name_is_one_word(name: str, frame: pd.DataFrame) -> None:
    from tollbook.questions.ground import prepare

    named = frame.assign(campaign=[name if n % 2 else "autumn" for n in range(len(frame))])
    own = lexicon_of(prepare("a-b", named, KNOWN_TO).schema)
    found = understand(f"segments for {name.upper()} by country last month", own, KNOWN_TO)
    assert found.question == Question(("segments",), ("country",), (("campaign", "=", name),))
    assert found.sure
    without = understand(f"segments except {name}", own, KNOWN_TO)
    assert without.question == Question(("segments",), (), (("campaign", "!=", name),))


def test_money_is_not_answered_with_counts(lexicon: Lexicon) -> None:
    with pytest.raises(NotUnderstood, match="tollbook bill"):
        understand("what did we spend on Germany in Q3", lexicon, KNOWN_TO)
    found = understand("messages and cost by country", lexicon, KNOWN_TO)
    assert found.question == Question(dimensions=("country",))
    assert not found.sure


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
