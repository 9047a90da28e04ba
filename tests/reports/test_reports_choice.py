"""What a client's report shows follows its data, and its own wishes come first."""

from dataclasses import replace
from pathlib import Path

import pytest

from tollbook.questions.interests import Interests
from tollbook.questions.question import Question
from tollbook.rating.contracts import BadClientFile, ReportWishes, read_client
from tollbook.reports.asked import ASKED, asked_for, pictures_for, pinned_for
from tollbook.reports.choice import UnknownPicture, choices, choose, most_for
from tollbook.reports.material import Material
from tollbook.reports.pictures import PICTURES
from tollbook.reports.sample import sample_material
from tollbook.reports.story import choice_table

DEMO = Path(__file__).parents[2] / "lib" / "tollbook" / "demo" / "parameters" / "clients"


def wishing(kind: str, **wishes: object) -> Material:
    of = sample_material(kind)
    return replace(of, client=of.client.model_copy(update={"report": ReportWishes.model_validate(wishes)}))


def test_a_small_client_gets_another_report_than_a_large_one() -> None:
    tiny, usual = choose(sample_material("tiny")), choose(sample_material("usual"))
    assert len(tiny) <= 4 < len(usual)
    assert "channels" in usual
    assert "channels" not in tiny  # it has one channel
    assert "destinations" not in tiny  # and one country


def test_a_client_without_usage_gets_its_bill() -> None:
    assert choose(sample_material("empty")) == ["usage", "bill"]


def test_what_changed_most_comes_early() -> None:
    names = choose(sample_material("usual"))
    assert names.index("unusual") < names.index("hours")  # a day of three times the usual count


def test_an_unfinished_month_shows_its_pace_and_no_change_of_the_bill() -> None:
    names = choose(sample_material("one-day"))
    assert "pace" in names
    assert "changes" not in names


@pytest.mark.parametrize(("messages", "most"), [(0, 2), (300, 4), (5_000, 6), (50_000, 9), (9_000_000, 12)])
def test_more_messages_carry_more_pictures(messages: int, most: int) -> None:
    assert most_for(messages) == most


def test_pinned_pictures_come_first_and_hidden_ones_never() -> None:
    names = choose(wishing("usual", pinned=["hours", "senders"], hidden=["usage"], most=4))
    assert names[:2] == ["hours", "senders"]
    assert len(names) == 4
    assert "usage" not in names


def test_a_pin_that_cannot_be_drawn_is_left_out() -> None:
    assert "changes" not in choose(wishing("one-day", pinned=["changes"]))


HOURS, RATES = Question(dimensions=("weekday", "hour")), Question(("delivery_rate",), ("channel",))


@pytest.mark.parametrize(
    ("question", "pictures"),
    [
        (Question(dimensions=("hour",)), ("hours",)),
        (Question(dimensions=("country",)), ("destinations",)),
        (Question(dimensions=("country",), compare="previous"), ("destinations", "movers")),
        (Question(("delivery_rate",), filters=(("channel", "=", "sms"),)), ("channels", "delivery")),
        (Question(grain="day"), ("usage",)),
        (Question(("segments",)), ("tiers",)),
    ],
)
def test_a_question_is_answered_by_pictures(question: Question, pictures: tuple[str, ...]) -> None:
    assert pictures_for(question) == pictures


def test_what_is_asked_adds_weight_in_proportion() -> None:
    found = asked_for(Interests(asked=((HOURS, 4.0), (Question(dimensions=("campaign",)), 1.0))))
    assert found == {"hours": ASKED, "campaigns": ASKED / 4}


def test_what_a_client_asks_comes_earlier_and_what_a_small_client_asks_comes_at_all() -> None:
    usual, tiny = sample_material("usual"), wishing("tiny", most=6)
    asked = Interests(asked=((HOURS, 3.0),))
    before, after = (choose(replace(usual, interests=one)) for one in (Interests(), asked))
    assert after.index("hours") < before.index("hours")
    assert "hours" not in choose(tiny)
    assert "hours" in choose(replace(tiny, interests=asked))
    assert "campaigns" not in choose(
        replace(tiny, interests=Interests(asked=((Question(dimensions=("campaign",)), 9.0),)))
    )  # it has none


def test_a_pinned_question_puts_its_picture_in_front_and_the_clients_file_overrides_it() -> None:
    pinned = Interests(pinned=(HOURS, HOURS))
    assert pinned_for(pinned) == ["hours"]
    assert choose(replace(sample_material("usual"), interests=pinned))[0] == "hours"
    assert choose(replace(wishing("usual", pinned=["bill"]), interests=pinned))[:2] == ["bill", "hours"]
    assert "hours" not in choose(replace(wishing("usual", hidden=["hours"]), interests=pinned))


def test_every_choice_says_why() -> None:
    of = replace(wishing("usual", pinned=["bill"], hidden=["usage"]), interests=Interests(((HOURS, 1.0),), (RATES,)))
    found = {one.name: one for one in choices(of)}
    assert found.keys() == PICTURES.keys()
    assert [one.pinned for one in choices(of)[:2]] == ["file", "question"]
    assert found["hours"].asked == ASKED
    assert found["usage"].hidden
    assert not found["usage"].shown
    why = choice_table(of)["why"]
    assert why["The bill"].startswith("pinned in the client's file")
    assert why["Usage over time"] == "hidden in the client's file"
    assert "questions add 30" in why["When it goes out"]
    assert why["The month so far"] == "nothing that calls for it"


def test_an_unknown_picture_is_named() -> None:
    with pytest.raises(UnknownPicture, match="no picture 'pie'"):
        choose(wishing("usual", pinned=["pie"]))


def test_wishes_are_read_from_the_clients_file_and_checked(tmp_path: Path) -> None:
    text = (DEMO / "harbour-bank.yaml").read_text("utf-8")
    path = tmp_path / "harbour-bank.yaml"
    path.write_text(text + "\nreport: {pinned: [hours], most: 5, language: he}\n", "utf-8")
    assert read_client(path).report == ReportWishes(pinned=("hours",), most=5, language="he")
    path.write_text(text + "\nreport: {most: 0}\n", "utf-8")
    with pytest.raises(BadClientFile, match="report"):
        read_client(path)
