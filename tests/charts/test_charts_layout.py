"""Axes stand where matplotlib's constrained layout puts them, and labels beside them apart."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from tollbook.charts.layout import SLACK, Layout
from tollbook.charts.style import TEXT_SIZE, Mark, end_labels, figure, house_style, set_frame

UNUSED = 0.25  # inches: where axes get wider, what reaches out of them would reach less far
LONG = "a name as long as the rows of a bill have it"


def _rows(fig: Figure, names: Sequence[str]) -> None:
    """Bars with long names before them and long labels after them, which reach out further the narrower the axes."""
    ax = fig.subplots()
    ax.barh(range(len(names)), 1)
    ax.set_xlim(0, 1.4)
    ax.set_yticks(range(len(names)), names)
    for row in range(len(names)):
        ax.annotate("1,234,567 messages  (100%)", (1, row), annotation_clip=False)


def _keys(fig: Figure, names: Sequence[str]) -> None:
    """Two axes side by side, each under a legend that is wider than it."""
    axes: Sequence[Axes] = fig.subplots(1, 2)
    for ax in axes:
        for name in names:
            ax.bar(0, 1, label=name)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=6)


def _days(fig: Figure, names: Sequence[str]) -> None:
    ax = fig.subplots()
    ax.plot([0, 1000], [0, 2_000_000])
    ax.set(title=names[0], xlabel="day", ylabel="messages")


DRAWN: dict[str, tuple[Callable[[Figure, Sequence[str]], None], Sequence[str]]] = {
    "short rows": (_rows, ["SMS", "MMS"]),
    "long rows": (_rows, ["SMS", LONG]),
    "wide keys": (_keys, ["delivered", "sent", "not delivered"]),
    "numbers": (_days, ["A title"]),
}


@pytest.mark.parametrize("width", [7.2, 9.0])
@pytest.mark.parametrize("name", DRAWN)
def test_axes_stand_where_matplotlib_puts_them(name: str, width: float) -> None:
    draw, names = DRAWN[name]
    places = []
    for engine in (Layout(), ConstrainedLayoutEngine()):
        with house_style():
            fig = figure(width)
            fig.set_layout_engine(engine)
            set_frame(fig, top=0.6, bottom=0.3)
            draw(fig, names)
            fig.draw_without_rendering()
        places.append(np.array([ax.get_position().extents for ax in fig.axes]) * np.tile(fig.get_size_inches(), 2))
    ours, theirs = places
    assert (ours[:, 2] - theirs[:, 2]).max() < SLACK  # no wider than there is room
    assert np.abs(ours - theirs).max() < UNUSED


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_cut_off(name: str, cut_off: Callable[[Figure], list[str]]) -> None:
    draw, names = DRAWN[name]
    with house_style():
        fig = figure()
        draw(fig, names)
    assert cut_off(fig) == []


@house_style()
def _labelled(heights: Sequence[float]) -> Axes:
    fig = figure()
    ax = fig.subplots()
    ax.set_ylim(0, 10)
    end_labels(ax, [Mark(f"label {n}", y) for n, y in enumerate(heights)])
    fig.draw_without_rendering()
    return ax


@pytest.mark.parametrize("heights", [[5, 5, 5], [0, 0], [4, 1e6, 2e6], [3.0, 1.0, 2.0]])
def test_labels_stand_apart_within_the_height_of_the_axes(heights: Sequence[float]) -> None:
    ax = _labelled(heights)
    step = TEXT_SIZE * 1.32 / 72 * ax.figure.figure.dpi
    boxes = [text.get_window_extent() for text in ax.texts]
    middles = [(box.y0 + box.y1) / 2 for box in boxes]
    assert [text.get_text() for text in ax.texts] == [
        f"label {n}" for n in sorted(range(len(heights)), key=lambda n: heights[n])
    ]
    assert np.diff(middles).min() >= step - 1
    assert min(middles) >= ax.bbox.y0 - 2
    assert max(middles) <= ax.bbox.y1 + 2
    assert min(box.x0 for box in boxes) > ax.bbox.x1


def test_a_label_of_far_above_does_not_push_the_axes_down() -> None:
    assert _labelled([5, 1e9]).get_position().y1 == pytest.approx(_labelled([5, 9]).get_position().y1, abs=0.02)


def test_axes_are_measured_as_ever_afterwards() -> None:
    ax = _labelled([5])
    before = ax.get_tightbbox()
    ax.set_title("two\nlines")
    after = ax.get_tightbbox()
    assert before is not None
    assert after is not None
    assert after.y1 > before.y1
