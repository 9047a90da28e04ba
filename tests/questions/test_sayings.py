"""Questions in words, read aloud."""

import pytest

from tollbook.charts.names import speaking
from tollbook.questions.question import Question
from tollbook.questions.sayings import describe


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ((("direction", "!=", "mo"),), "Messages, without incoming messages, last month"),
        ((("direction", "=", "mo"),), "Messages, only incoming messages, last month"),
        ((("country", "in", ("DE", "FR")),), "Messages, to Germany or France, last month"),
        ((("country", "!=", "DE"),), "Messages, except to Germany, last month"),
        ((("country", "=", ""),), "Messages, to an unknown country, last month"),
        ((("channel", "=", "whatsapp"),), "Messages, sent as WhatsApp, last month"),
        ((("channel", "!=", "sms"),), "Messages, except SMS, last month"),
        ((("campaign", "!=", ""),), "Messages, with any campaign, last month"),
        ((("campaign", "=", ""),), "Messages, without a campaign, last month"),
        ((("campaign", "contains", "sale"),), "Messages, with \u201csale\u201d in the campaign, last month"),
        ((("category", "!=", "otp"),), "Messages, without one-time codes, last month"),
        ((("category", "=", "alerts"),), "Messages, only alerts, last month"),
        ((("status", "=", "failed"),), "Messages that failed, last month"),
        ((("status", "!=", "delivered"),), "Messages, except those that were delivered, last month"),
        ((("status", "in", ("expired", "undelivered")),), "Messages that expired or were not delivered, last month"),
        ((("network", "=", "26201"),), "Messages, on network 26201, last month"),
        ((("weekday", "!=", "Sunday"),), "Messages, except on Sunday, last month"),
    ],
)
def test_filters_are_said_as_people_say_them(filters: tuple[tuple[str, str, object], ...], said: str) -> None:
    assert describe(Question(filters=filters)) == said


def test_a_whole_question_is_one_phrase() -> None:
    question = Question(("messages",), ("channel",), (("direction", "!=", "mo"),), "day", "last 7 days", "previous")
    said = "Messages by channel and day, without incoming messages, last 7 days, against the period before"
    assert describe(question) == said


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("this week", "Messages, this week"),
        ("2026-10", "Messages, October 2026"),
        ("2026-07 to 2026-09", "Messages, July to September 2026"),
        ("2026-09-01 to 2026-09-15", "Messages, 1 to 15 September 2026"),
        ("2026-10-05 to 2026-10-05", "Messages, 5 October 2026"),
    ],
)
def test_periods_are_said_as_people_say_them(period: str, said: str) -> None:
    assert describe(Question(period=period)) == said
    with speaking("he"):
        assert describe(Question(period=period)) == said
