"""The house style: its colours, its labels, and that it stays indoors."""

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from tollbook.charts import style
from tollbook.charts.lettering import apart, wrapped
from tollbook.charts.names import CHANNELS as CHANNEL_NAMES
from tollbook.charts.names import channel_name, country_name, isolate, shortened

# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, deficiency: str = "none") -> np.ndarray:
    """CIELAB (D65) of a colour as somebody with a deficiency sees it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(DEFICIENCIES[deficiency]) @ linear, 0, 1)
    x, y, z = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in XYZ @ seen / [0.95047, 1, 1.08883])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("palette", [style.CHANNELS, style.STATUSES])
def test_any_two_colours_differ_for_every_eye(palette: dict[str, str], deficiency: str) -> None:
    nearest = min(
        float(np.linalg.norm(lab(one, deficiency) - lab(two, deficiency)))
        for one, two in combinations(palette.values(), 2)
    )
    assert nearest >= 19


def test_channels_differ_in_grey() -> None:
    lightness = sorted(lab(colour)[0] for colour in style.CHANNELS.values())
    assert np.diff(lightness).min() >= 5


def test_every_channel_has_a_name_and_a_colour() -> None:
    assert list(style.CHANNELS) == list(CHANNEL_NAMES)


def test_contrast_is_that_of_wcag() -> None:
    assert style.contrast("#000000", "#FFFFFF") == style.contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert style.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


GREYS = [f"#{grey:02X}{grey:02X}{grey:02X}" for grey in range(0, 256, 5)]


@pytest.mark.parametrize("colour", [*style.CHANNELS.values(), *style.STATUSES.values(), style.FAINT, *GREYS])
def test_text_is_readable_on_paper_and_on_colour(colour: str) -> None:
    assert style.contrast(style.readable(colour), style.PAPER) >= 4.5
    assert style.contrast(style.text_on(colour), colour) >= 4.5


def test_the_style_is_on_inside_its_block() -> None:
    with style.house_style():
        assert mpl.rcParams["axes.spines.left"] is False
    assert mpl.rcParams["axes.spines.left"] is True


def test_the_style_ends_with_its_block_also_after_an_error() -> None:
    before = dict(mpl.rcParams)
    with pytest.raises(ZeroDivisionError), style.house_style():
        raise ZeroDivisionError
    assert dict(mpl.rcParams) == before


@style.house_style()
def lines_of(text: str, room: float) -> list[str]:
    return wrapped(style.figure(), text, size=13, weight="bold", room=room)


def test_titles_wrap_at_words_and_leave_no_widow() -> None:
    text = "34,671 messages in October 2026, 4% more a day than in September 2026; SMS carried most of them by far"
    lines = lines_of(text, 8.6)
    assert " ".join(lines) == text
    assert len(lines) == 2
    assert len(lines[1]) > len(text) / 4
    assert lines_of("short", 8.6) == ["short"]
    assert lines_of("", 8.6) == []


@pytest.mark.parametrize(
    ("wanted", "placed"),
    [
        ([], []),
        ([50], [50]),
        ([10, 50], [10, 50]),
        ([50, 50], [45, 55]),  # crowded ones give way to both sides
        ([0, 0, 0], [0, 10, 20]),  # but not below the floor
        ([100, 100], [90, 100]),
        ([49, 50, 90], [44.5, 54.5, 90]),
    ],
)
def test_labels_move_apart_as_little_as_they_can(wanted: list[float], placed: list[float]) -> None:
    assert apart(wanted, step=10, low=0, high=100) == pytest.approx(placed)


def test_names() -> None:
    assert [country_name(code) for code in ("GB", "IL", "", "ZZZ")] == [
        "United Kingdom", "Israel", "Unknown country", "ZZZ"
    ]  # fmt: skip
    assert channel_name("carrier-pigeon") == "carrier-pigeon"
    assert isolate("plain") == "plain"
    assert shortened("abcdef", 4) == "abc…"
