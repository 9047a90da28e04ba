"""A brand, and the eyes of the charts' tests: texts that touch or leave the page."""

from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from tollbook.billing.documents import Brand, read_brand
from tollbook.charts.style import house_style


@pytest.fixture(scope="session")
def brand() -> Brand:
    return read_brand(Path(__file__).parents[2] / "parameters" / "brand.yaml")


@pytest.fixture(scope="session")
def faults() -> object:
    """`faults(fig)`: pairs of texts that overlap, and texts that leave the page."""
    return _faults


@pytest.fixture(scope="session")
def written() -> object:
    """`written(fig)`: every text that is seen, and its box in pixels."""
    return _written


def _faults(fig: Figure) -> list[tuple[str, ...]]:
    boxes = [(text, box.padded(-0.6)) for text, box in _written(fig)]
    page = fig.bbox.padded(1)
    outside = [
        (name,) for name, box in boxes if box.x0 < page.x0 or box.y0 < page.y0 or box.x1 > page.x1 or box.y1 > page.y1
    ]
    return [(one, two) for (one, a), (two, b) in combinations(boxes, 2) if a.overlaps(b)] + outside


def _written(fig: Figure) -> list[tuple[str, Bbox]]:
    with house_style():
        FigureCanvasAgg(fig)
        fig.draw_without_rendering()
    hidden = {
        id(label)
        for ax in fig.axes
        for axis in (ax.xaxis, ax.yaxis)
        for tick in axis.get_major_ticks()
        for label in (tick.label1, tick.label2)
        if not min(axis.get_view_interval()) - 1e-6 <= tick.get_loc() <= max(axis.get_view_interval()) + 1e-6
    }
    texts = {id(text): text for text in fig.findobj(Text) if isinstance(text, Text) and text.get_visible()}
    return [
        (text.get_text(), text.get_window_extent())
        for key, text in texts.items()
        if text.get_text().strip() and key not in hidden
    ]
