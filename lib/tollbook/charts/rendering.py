"""Figures as bytes: PNG for screens and files, SVG for print; the same figure gives the same bytes."""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from tollbook.charts.style import DPI, house_style


def to_png(fig: Figure, *, dpi: float = DPI) -> bytes:
    """The figure as PNG; the same figure gives the same bytes (no date, no software version inside)."""
    canvas: Any = FigureCanvasAgg(fig)  # matplotlib's stubs leave its methods untyped
    with house_style(), _resolution(fig, dpi):
        canvas.draw()
        return _packed(np.asarray(canvas.buffer_rgba()), dpi)


def _packed(pixels: np.ndarray, dpi: float) -> bytes:
    """Opaque pixels (height, width, RGBA) as PNG, sooner than by Pillow, which tries five filters on a row.

    Rows of flat colours need none: the file is a tenth smaller without. Chunks as in PNG (third edition), chapter 11.
    """
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each begins with its filter, 0
    for colour in range(3):
        rows[:, 1 + colour :: 3] = pixels[:, :, colour]
    pack = zlib.compressobj(level=1, memLevel=6)
    a_metre = round(dpi / 0.0254)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),  # 8 bits each of red, green, blue
        (b"pHYs", struct.pack(">IIB", a_metre, a_metre, 1)),
        (b"IDAT", pack.compress(rows.data) + pack.flush()),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))
        for name, data in chunks
    )


def to_svg(fig: Figure) -> bytes:
    """The figure as SVG, sharp on any screen and in print; texts are outlines, the same figure gives the same bytes."""
    file, layout = BytesIO(), fig.get_layout_engine()
    settings = mpl.rc_context({"svg.hashsalt": "tollbook", "svg.fonttype": "path"})
    with house_style(), settings, _resolution(fig, fig.dpi):
        if layout is not None:  # on the canvas it has: matplotlib would make up an SVG to measure the texts with
            layout.execute(fig)
        fig.set_layout_engine("none")
        canvas: Any = FigureCanvasSVG(fig)
        canvas.print_svg(file, metadata={"Date": None, "Creator": None})
        fig.set_layout_engine(layout)
    # matplotlib names clips and markers by a hash of floats whose last bit varies: number them as they come.
    names: dict[bytes, bytes] = {}
    return re.sub(
        rb"\b[hmp][0-9a-f]{10}\b", lambda found: names.setdefault(found[0], b"i%d" % len(names)), file.getvalue()
    )


@contextmanager
def _resolution(fig: Figure, dpi: float) -> Iterator[None]:
    """The figure at another resolution for a while. `savefig` does it too, but lays out and draws everything twice."""
    was, fig.dpi = fig.dpi, dpi
    try:
        yield
    finally:
        fig.dpi = was
