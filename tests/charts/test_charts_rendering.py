"""A figure as PNG holds every pixel that was drawn, and says how large they are."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from tollbook.charts.rendering import to_png, to_svg
from tollbook.charts.style import house_style, titled


@house_style()
def figure() -> Figure:
    fig = titled(2.5, "A finding", "what is drawn")
    fig.subplots().imshow(np.random.default_rng(7).random((40, 160)), aspect="auto")
    return fig


@pytest.mark.parametrize("dpi", [45, 144, 160])
def test_every_pixel_is_in_the_file(dpi: int) -> None:
    drawn: Any = FigureCanvasAgg(figure())
    with house_style():
        drawn.figure.dpi = dpi
        drawn.draw()
    with Image.open(BytesIO(to_png(figure(), dpi=dpi))) as image:
        image.load()  # checks the sum of each chunk
        assert image.mode == "RGB"
        assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)
        assert np.array_equal(np.asarray(image), np.asarray(drawn.buffer_rgba())[:, :, :3])


def test_the_figure_keeps_its_resolution() -> None:
    fig = figure()
    before = fig.dpi
    to_png(fig, dpi=50)
    assert fig.dpi == before


def test_a_figure_that_was_printed_is_still_laid_out_anew() -> None:
    fig, other = figure(), figure()
    to_svg(fig)
    before = fig.axes[0].get_position().x0
    for one in (fig, other):
        one.axes[0].set_yticks([0], ["named later"])
        to_png(one)
    after = fig.axes[0].get_position().x0
    assert after > before + 0.05
    assert after == pytest.approx(other.axes[0].get_position().x0, abs=0.005)
