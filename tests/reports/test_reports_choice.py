"""What a client's report shows follows its data, and its own wishes come first."""

from dataclasses import replace
from pathlib import Path

import pytest

from tollbook.rating.contracts import BadClientFile, ReportWishes, read_client
from tollbook.reports.choice import UnknownPicture, choose, most_for
from tollbook.reports.material import Material
from tollbook.reports.sample import sample_material

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
