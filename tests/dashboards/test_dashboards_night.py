from itertools import combinations

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from tollbook.charts.style import CHANNELS, INK, PAPER, contrast, figure, house_style, text_on
from tollbook.dashboards import night
from tollbook.dashboards.night import for_dark


def drawn(colour: str = INK) -> Figure:
    with house_style():
        fig = figure()
        axes = fig.subplots()
        axes.bar([0], [1], color=colour)
        axes.text(0, 0.5, "50%", ha="center", color=text_on(colour))
        axes.set_title("Title", color=INK)
        return fig


def test_paper_and_text_change_places() -> None:
    fig = for_dark(drawn())
    assert to_hex(fig.get_facecolor()) == night.PAPER.lower()
    assert to_hex(fig.axes[0].title.get_color()) == night.INK.lower()


def test_twice_is_the_same_as_once() -> None:
    once = for_dark(drawn())
    before = [to_hex(patch.get_facecolor()) for patch in once.axes[0].patches]
    assert [to_hex(patch.get_facecolor()) for patch in for_dark(once).axes[0].patches] == before
    assert to_hex(once.get_facecolor()) == night.PAPER.lower()


@pytest.mark.parametrize("colour", CHANNELS.values(), ids=CHANNELS)
def test_every_channel_is_seen_on_dark_paper_and_its_numbers_are_read(colour: str) -> None:
    fig = for_dark(drawn(colour))
    bar = to_hex(fig.axes[0].patches[0].get_facecolor())
    assert contrast(bar, night.PAPER) >= 3  # WCAG 2, graphics
    assert contrast(to_hex(fig.axes[0].texts[0].get_color()), bar) >= 4.5


def test_channels_stay_apart() -> None:
    bars = [to_hex(for_dark(drawn(colour)).axes[0].patches[0].get_facecolor()) for colour in CHANNELS.values()]
    assert all(one != other for one, other in combinations(bars, 2))


def test_a_transparent_part_stays_transparent() -> None:
    fig = drawn()
    fig.axes[0].set_facecolor("none")
    for_dark(fig)
    assert to_hex(fig.axes[0].get_facecolor(), keep_alpha=True).endswith("00")


def test_paper_on_white_is_left_to_the_house_style() -> None:
    assert to_hex(drawn().get_facecolor()) == PAPER.lower()
