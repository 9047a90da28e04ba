"""The story a notebook tells: a picture headed by what it states, drawn once, and a table."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from tollbook.reports.pictures import PICTURES
from tollbook.reports.sample import sample_material
from tollbook.reports.story import Story


@pytest.fixture(scope="module", autouse=True)
def shell() -> Iterator[None]:
    """Where a notebook's outputs go."""
    InteractiveShell.instance()
    yield
    InteractiveShell.clear_instance()


def told(kind: str, name: str) -> tuple[Story, list[dict[str, str]]]:
    story = Story(sample_material(kind))
    with capture_output() as shown:
        story.tell(name)
    return story, [output.data for output in shown.outputs]


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_says_its_finding_and_has_its_table_below(name: str) -> None:
    story, outputs = told("usual", name)
    image, table = outputs
    assert "image/png" in image
    assert story.pictures[name].alt
    assert "<table" in table["text/html"]
    assert list(story.pictures) == [name]


def test_what_has_nothing_to_show_is_one_line() -> None:
    story, outputs = told("tiny", "campaigns")
    assert [output["text/markdown"] for output in outputs] == ["*Campaigns: there is nothing to show this month.*"]
    assert story.pictures == {}


def test_saving_writes_what_was_shown_and_draws_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story, _ = told("usual", "hours")
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", None)
    (path,) = story.save(tmp_path)
    assert path.name == "hours.png"
    assert path.read_bytes() == story.pictures["hours"].data
