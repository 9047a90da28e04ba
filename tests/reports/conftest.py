"""A brand, and the eyes of the charts' tests: texts that touch or leave the page."""

from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from tollbook.billing.documents import Brand, read_brand
from tollbook.charts.style import house_style


@pytest.fixture(scope="session")
def brand() -> Brand:
    return read_brand(Path(__file__).parents[2] / "parameters" / "brand.yaml")


@pytest.fixture(scope="session")
def faults() -> object:
    """`faults(fig)`: pairs of texts that overlap, and texts that leave the page."""
    return _faults


def _faults(fig: Figure) -> list[tuple[str, ...]]:
    with house_style():
        FigureCanvasAgg(fig)
        fig.draw_without_rendering()
    texts = [text for text in fig.findobj(Text) if isinstance(text, Text) and text.get_visible()]
    hidden = {
        id(tick.label1)
        for ax in fig.axes
        for axis in (ax.xaxis, ax.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) - 1e-6 <= tick.get_loc() <= max(axis.get_view_interval()) + 1e-6
    }
    boxes = [
        (text.get_text(), text.get_window_extent().padded(-0.6))
        for text in {id(text): text for text in texts}.values()
        if text.get_text().strip() and id(text) not in hidden
    ]
    page = fig.bbox.padded(1)
    outside = [
        (name,) for name, box in boxes if box.x0 < page.x0 or box.y0 < page.y0 or box.x1 > page.x1 or box.y1 > page.y1
    ]
    return [(one, two) for (one, a), (two, b) in combinations(boxes, 2) if a.overlaps(b)] + outside
