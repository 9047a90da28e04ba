from typing import Any

import matplotlib.image as mpimg
import pytest
from planted_book import NOW, PlantedBook

from tollbook.dashboards.link import Choice
from tollbook.dashboards.picture import Screen, draw
from tollbook.dashboards.readings import Reading, Readings
from tollbook.dashboards.usage_pictures import PICTURES

DESK = Screen(wide=1166, half=548, dark=False, ratio=1.0)
PHONE = Screen(wide=324, half=324, dark=True, ratio=2.0)


def read(book: PlantedBook, client: str = "acorn") -> Reading:
    return Readings(book, clock=lambda: NOW).read(Choice(client, "30d"))


def size(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_pictures_are_as_wide_as_their_panels(book: PlantedBook, picture: Any, screen: Screen) -> None:
    room = screen.wide if picture.wide else screen.half
    width, _ = size(draw(picture, read(book), screen).png)
    assert width == pytest.approx(room * screen.ratio, abs=1)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_nothing_to_draw_is_still_a_picture(book: PlantedBook, picture: Any) -> None:
    drawn = draw(picture, read(book, "silent"), PHONE)
    assert drawn.png.startswith(b"\x89PNG")
    assert drawn.key == ()
    assert picture.words(read(book, "silent"))[0]


def test_a_narrow_picture_gives_its_key_to_the_page(book: PlantedBook) -> None:
    usage, _, delivery, *_ = PICTURES
    assert draw(usage, read(book), DESK).key == ()
    assert [name for name, _ in draw(usage, read(book), PHONE).key] == ["SMS", "WhatsApp"]
    key = dict(draw(delivery, read(book), DESK).key)
    assert list(key) == ["read", "delivered", "not delivered"]
    assert all(colour.startswith("#") for colour in key.values())


def test_paper_is_white_by_day_and_dark_by_night(book: PlantedBook, tmp_path: Any) -> None:
    for screen, paper in ((DESK, 1.0), (PHONE, 0.1)):
        path = tmp_path / "picture.png"
        path.write_bytes(draw(PICTURES[1], read(book), screen).png)
        corner = mpimg.imread(path)[2, 2, :3]
        assert corner.mean() == pytest.approx(paper, abs=0.05)


def test_the_finding_is_the_heading(book: PlantedBook) -> None:
    assert PICTURES[1].words(read(book))[0].startswith("United Kingdom took 83%")


@pytest.mark.parametrize(
    ("told", "screen"),
    [
        ({"wide": 1000, "half": 480, "dark": True, "ratio": 1.5}, Screen(1000, 480, dark=True, ratio=1.5)),
        ({"wide": 10**9, "half": 1, "dark": "yes", "ratio": 99}, Screen(2400, 240, dark=False, ratio=2.0)),
        ({}, None),
        ({"wide": "a", "half": 3, "ratio": 1}, None),
        ({"wide": float("inf"), "half": 3, "ratio": 1}, None),
        ({"wide": None, "half": [], "ratio": {}}, None),
    ],
)
def test_what_a_browser_tells_is_kept_within_reason(told: dict[str, Any], screen: Screen | None) -> None:
    assert Screen.read(told) == screen
