"""Answers: equal to what pandas counts, never anybody else's, never SQL from a value."""

from datetime import date

import duckdb
import pandas as pd
import pytest
from invented_usage import invented_usage

from tollbook.charts.names import country_name
from tollbook.charts.rendering import to_png
from tollbook.questions.answering import Usage, answer, usage_of
from tollbook.questions.compiling import compile_question
from tollbook.questions.picture import answer_chart
from tollbook.questions.question import Question
from tollbook.questions.sayings import told

OCTOBER = ("2026-10-01", "2026-10-31")


def part(frame: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    return frame[frame["day"].between(pd.Timestamp(first), pd.Timestamp(last))]


def test_an_answer_is_what_pandas_counts(usage: Usage, frame: pd.DataFrame) -> None:
    found = answer(Question(dimensions=("country", "channel")), usage).frame
    expected = part(frame, *OCTOBER).groupby(["country", "channel"])["messages"].sum()
    assert found.set_index(["country", "channel"])["messages"].to_dict() == expected.to_dict()
    assert found["messages"].is_monotonic_decreasing


def test_filters_rates_grain_and_limit(usage: Usage, frame: pd.DataFrame) -> None:
    october = part(frame, *OCTOBER)
    chosen = october[october["country"].isin(["DE", "FR"]) & (october["channel"] == "sms")]
    asked = Question(
        ("undelivered", "delivery_rate"), (), (("country", "in", ("DE", "FR")), ("channel", "!=", "whatsapp"))
    )
    row = answer(asked, usage).frame.iloc[0]
    lost = chosen.loc[chosen["status"] == "failed", "messages"].sum()
    assert row["undelivered"] == lost
    assert row["delivery_rate"] == pytest.approx(1 - lost / chosen["messages"].sum())
    days = answer(Question(grain="day", period="last 7 days"), usage).frame
    assert list(days["messages"]) == list(part(frame, "2026-10-25", "2026-10-31").groupby("day")["messages"].sum())
    assert len(answer(Question(dimensions=("hour",), limit=3), usage).frame) == 3


def test_a_comparison_stands_beside_each_row(usage: Usage, frame: pd.DataFrame) -> None:
    found = answer(Question(dimensions=("country",), compare="previous"), usage)
    before = part(frame, "2026-09-01", "2026-09-30").groupby("country")["messages"].sum()
    assert found.frame.set_index("country")["messages_before"].to_dict() == before.to_dict()
    assert "in September 2026" in found.said


def test_a_part_of_a_month_is_compared_with_as_long_a_part(frame: pd.DataFrame) -> None:
    usage = usage_of("a-b", frame, date(2026, 10, 12))
    found = answer(Question(compare="previous", period="this month"), usage)
    assert found.frame["messages_before"].item() == part(frame, "2026-09-01", "2026-09-12")["messages"].sum()
    by_day = answer(Question(compare="previous", period="this month", grain="day"), usage)
    assert len(by_day.frame) == 12


def test_what_was_not_known_is_not_compared_with(usage: Usage) -> None:
    found = answer(Question(compare="year"), usage)
    assert "messages_before" not in found.frame
    assert "nothing is compared" in found.said


def test_the_sentence_holds_the_frames_own_numbers(usage: Usage) -> None:
    found = answer(Question(dimensions=("country",)), usage)
    top, whole = found.frame["messages"].iloc[0], found.frame["messages"].sum()
    assert found.said.startswith("United Kingdom had the most messages in October 2026")
    assert f"{top:,} of {whole:,}" in found.said
    nothing = answer(Question(filters=(("country", "=", "BR"),)), usage)
    assert nothing.empty
    assert nothing.said.startswith("Nothing in October 2026")


@pytest.mark.parametrize("value", ["'; drop table usage; --", "' or '1'='1", "$client", "%", "GB' union select 1 --"])
def test_a_value_is_never_sql(value: str, usage: Usage) -> None:
    for how in ("=", "contains"):
        asked = Question(filters=(("country", how, value),))
        statement = compile_question(asked, client="harbour-bank", known_to=usage.known_to)
        harmless = Question(filters=(("country", how, "x"),))
        assert statement.sql == compile_question(harmless, client="harbour-bank", known_to=usage.known_to).sql
        assert answer(asked, usage).empty
    assert not answer(Question(), usage).empty  # the table is still there


def test_the_clients_scope_is_in_every_statement(usage: Usage) -> None:
    for compare in ("", "previous"):
        statement = compile_question(Question(compare=compare), client="harbour-bank", known_to=usage.known_to)
        assert statement.sql.count("client = $client") == statement.sql.count("from usage")
        assert statement.parameters["client"] == "harbour-bank"
    assert usage.connection.sql("select distinct client from usage").fetchall() == [("harbour-bank",)]
    with pytest.raises(duckdb.Error):
        usage.connection.execute("select * from read_csv('/etc/hostname')")


@pytest.mark.parametrize(
    "question",
    [
        Question(),
        Question(grain="day", compare="previous"),
        Question(dimensions=("country",), compare="previous"),
        Question(("delivery_rate",), ("country",)),
        Question(dimensions=("channel",), grain="week"),
        Question(filters=(("country", "=", "BR"),)),
    ],
)
def test_every_answer_has_a_picture(question: Question, usage: Usage) -> None:
    found = answer(question, usage)
    fig = answer_chart(found)
    assert fig.get_label() == found.said
    assert to_png(fig).startswith(b"\x89PNG")


def test_a_shorter_month_before_ends_in_the_picture_and_does_not_fall_to_nothing(usage: Usage) -> None:
    found = answer(Question(grain="day", compare="previous"), usage)  # October, and the 30 days of September
    before, now = answer_chart(found).axes[0].lines
    drawn = pd.Series(before.get_ydata()).dropna()
    assert len(drawn) == 30
    assert (drawn.astype(float) > 0).all()
    assert len(pd.Series(now.get_ydata()).dropna()) == 31


def test_no_usage_at_all_is_an_answer_too() -> None:
    empty = invented_usage(days=1).head(0)
    found = answer(Question(), usage_of("a-b", empty, date(2026, 10, 31)))
    assert found.empty
    assert found.said == "Nothing in October 2026 matches this question"


def test_smallest_first_is_said_and_shown_so(usage: Usage) -> None:
    found = answer(Question(dimensions=("country",), order=("messages", "asc"), limit=2), usage)
    least = found.frame["messages"].min()
    assert found.frame["messages"].iloc[0] == least
    assert "had the fewest messages in October 2026" in found.said
    assert f"{least:,}" in found.said


def test_an_answer_is_told_as_people_read_it(usage: Usage) -> None:
    question = Question(("messages", "delivery_rate"), ("country",), grain="month", compare="previous")
    found = answer(question, usage)
    shown = told(found.frame)
    assert [*shown] == ["country", "month", "messages", "messages, before", "delivery rate", "delivery rate, before"]
    assert len(shown) == len(found.frame)
    assert shown["country"].iloc[0] == country_name(found.frame["country"].iloc[0])
    assert shown["month"].iloc[0] == "October 2026"
    assert shown["messages"].iloc[0] == f"{found.frame['messages'].iloc[0]:,}"
    assert shown["delivery rate"].str.endswith("%").all()
    hours = answer(Question(dimensions=("hour",)), usage)
    assert told(hours.frame)["hour of day"].str.fullmatch(r"\d\d:00").all()
