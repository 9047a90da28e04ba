"""The house style: one type, one palette, one layout for every picture, on seaborn and without pyplot.

Figures are plain `matplotlib.figure.Figure` values: none is registered anywhere, so none stays open. The style is
on only inside `house_style()`, under a lock, because matplotlib's settings belong to the whole process.

Colours are told apart with any of the three colour-vision deficiencies (least CIELAB distance of two channels or
two statuses: 19) and in grey (lightness differs too). A channel and a status has the same colour, and the same
place in the order, in every picture.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from tollbook.charts.layout import Layout
from tollbook.charts.lettering import wrapped
from tollbook.charts.names import directed, from_right, say
from tollbook.charts.names import isolate as isolate  # noqa: PLC0414 - drawing code finds it beside `headline`
from tollbook.charts.sheet import PAGE, Sheet

INK = "#14213D"
ACCENT = "#0F766E"
SOFT = "#E6F0EE"
ALERT = "#B4532A"
QUIET = "#5B6472"  # second-rank text: 6:1 on white
FAINT = "#A9B1BB"  # comparisons: there, but behind
GRID = "#E7E9EC"
WEEKEND = "#F5F6F7"
PAPER = "#FFFFFF"

# In this order from the bottom of a stack upwards and from the left of a bar to the right.
CHANNELS = {
    "sms": "#0F766E",
    "mms": "#8BBFFB",
    "rcs": "#14213D",
    "whatsapp": "#EC9651",
    "viber": "#7C34A0",
    "email": "#838A60",
    "voice": "#C188B2",
    "fax": "#432F25",
    "seat": "#C5D0B3",
}
STATUSES = {
    "read": "#14213D",
    "delivered": "#0F766E",
    "sent": "#76B2DE",
    "accepted": "#BEDCEE",
    "unknown": "#D5CFBF",
    "cancelled": "#9F977F",
    "expired": "#FBBA90",
    "undelivered": "#E98A53",
    "failed": "#B4532A",
    "rejected": "#6B2A14",
    "received": "#7272A1",
}
FAMILIES = ("Noto Sans", "Noto Sans Hebrew")
TITLE_SIZE, SUBTITLE_SIZE, TEXT_SIZE = 13.5, 10.0, 9.5
DPI = 144  # of pictures for screens: what is measured while drawing is not measured again for the file
TEXT_CONTRAST = 4.5  # at least (WCAG 2, AA)
MARGIN = 0.16  # inches of paper around everything
WORDS = 0.55  # inches that a headline takes: a picture without one is so much lower
_LOCK = threading.RLock()  # rcParams are global: two figures drawn at once must not restore each other's settings


def _families() -> list[str]:
    """The type of the invoice where it is installed; DejaVu Sans, which comes with matplotlib, for all it lacks."""
    manager = font_manager.fontManager
    folder = files("tollbook.billing").joinpath("documents/fonts")
    for font in sorted(Path(str(folder)).glob("NotoSans*.ttf")):
        manager.addfont(font)
        manager.ttflist.insert(0, manager.ttflist.pop())  # before a system's own copy: all machines draw alike
    # Matplotlib looks for the fonts of every text, family by family, each time it is measured or drawn.
    look = getattr(manager, "_find_fonts_by_props", None)  # its own affair: where it is called otherwise, it stays slow
    if look is not None:
        vars(manager)["_find_fonts_by_props"] = lru_cache(maxsize=1024)(look)
    return [name for name in (*FAMILIES, "DejaVu Sans") if name in manager.get_font_names()]


@cache
def _settings() -> dict[Any, Any]:
    text = {
        "font.family": _families(),
        "font.size": TEXT_SIZE,
        "axes.titlesize": TEXT_SIZE + 0.5,
        "axes.labelsize": TEXT_SIZE,
        "xtick.labelsize": TEXT_SIZE,
        "ytick.labelsize": TEXT_SIZE,
        "legend.fontsize": TEXT_SIZE,
        "text.color": INK,
        "axes.labelcolor": QUIET,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
        "text.hinting": "none",  # a text is as wide at any resolution: what fits on the screen fits in print
        "text.parse_math": False,  # a client's "$5 off" is text, not a formula
    }
    lines = {
        "axes.edgecolor": FAINT,
        "axes.linewidth": 0.8,
        "axes.spines.left": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "axes.xmargin": 0.01,
        "grid.color": GRID,
        "grid.linewidth": 0.8,
        "lines.linewidth": 2.0,
        "patch.edgecolor": PAPER,
        "xtick.bottom": True,
        "xtick.major.size": 3,
        "xtick.major.pad": 5,
        "ytick.major.size": 0,
        "figure.facecolor": PAPER,
        "axes.facecolor": PAPER,
    }
    context = sns.plotting_context("notebook")
    return {**sns.axes_style("whitegrid"), **context, **text, **lines}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style; on leaving, matplotlib is as it was. Works as a decorator: `@house_style()`."""
    with _LOCK, mpl.rc_context(_settings()):
        yield


def figure(width: float = 9.0, height: float = 4.2, sheet: Sheet = PAGE) -> Figure:
    """An empty figure, in inches or as large as the sheet says, laid out by `Layout` when it is drawn."""
    fig = Figure(figsize=sheet.size or (width, height), dpi=DPI, layout=Layout())
    FigureCanvasAgg(fig)
    set_frame(fig, top=MARGIN, bottom=MARGIN)
    return fig


def titled(height: float, finding: str, drawn: str, *, source: str = "", sheet: Sheet = PAGE) -> Figure:
    """An empty figure as wide as the sheet, with its `headline`."""
    fig = figure(sheet.width, height if sheet.headline else height - WORDS, sheet)
    headline(fig, finding, drawn, source=source, sheet=sheet)
    return fig


def set_frame(fig: Figure, *, top: float, bottom: float) -> None:
    """Keep `top` and `bottom` inches of the figure free of axes, and the margin at both sides."""
    width, height = fig.get_size_inches()
    inside = (MARGIN / width, bottom / height, 1 - 2 * MARGIN / width, 1 - (top + bottom) / height)
    _layout(fig).set(rect=inside, w_pad=0.04, h_pad=0.04)


def set_gap(fig: Figure, part: float) -> None:
    """Space between axes side by side, as a part of their width."""
    _layout(fig).set(wspace=part)


def _layout(fig: Figure) -> Any:
    """The figure's layout engine; matplotlib's stubs know only the placeholder."""
    return fig.get_layout_engine()


def headline(fig: Figure, finding: str, subtitle: str = "", *, source: str = "", sheet: Sheet = PAGE) -> None:
    """Put the finding (bold) and what is drawn (grey) at the top, a remark on the data at the bottom.

    Both begin where reading begins and are wrapped to the figure's width; the axes make room for them. On a sheet
    without a headline none is drawn.
    """
    width, height = fig.get_size_inches()
    fig.set_label(finding)  # what a screen reader says of the picture
    if not sheet.headline:
        return
    y = _lines(fig, finding, height - MARGIN, size=TITLE_SIZE, color=INK, weight="bold")
    y = _lines(fig, subtitle, y - 0.02, size=SUBTITLE_SIZE, color=QUIET)
    rows = len(wrapped(fig, source, size=TEXT_SIZE - 1, weight="normal", room=width - 2 * MARGIN))
    bottom = MARGIN + rows * _pitch(TEXT_SIZE - 1)
    _lines(fig, source, bottom, size=TEXT_SIZE - 1, color=QUIET)
    set_frame(fig, top=height - y + 0.1, bottom=bottom + 0.06 * (rows > 0))


def _lines(fig: Figure, text: str, top: float, *, size: float, color: str, weight: str = "normal") -> float:
    """Write `text` from `top` (inches) downwards and return where it ends; the pitch is the same in every font."""
    width, height = fig.get_size_inches()
    x, side = (1 - MARGIN / width, "right") if from_right() else (MARGIN / width, "left")
    for line in wrapped(fig, text, size=size, weight=weight, room=width - 2 * MARGIN):
        base = top - size / 72  # the baseline: the ascent is about the size
        fig.text(x, base / height, directed(line), size=size, color=color, weight=weight, va="baseline", ha=side)
        top -= _pitch(size)
    return top


def _pitch(size: float) -> float:
    """Inches from line to line."""
    return size * 1.35 / 72


@dataclass(frozen=True, slots=True)
class Mark:
    """A direct label: what to write at the height `y` (data units), in which colour."""

    text: str
    y: float
    colour: str = INK
    bold: bool = False


def end_labels(ax: Axes, marks: Sequence[Mark]) -> None:
    """Write labels right of the axes, each at its height, moved apart just enough not to touch."""
    ordered = sorted(marks, key=lambda mark: mark.y)
    labels = [
        ax.annotate(
            directed(mark.text), xy=(1, mark.y), xycoords=("axes fraction", "data"), xytext=(6, 0),
            textcoords="offset points", color=readable(mark.colour), va="center", ha="left",
            weight="bold" if mark.bold else "normal", annotation_clip=False,
        )
        for mark in ordered
    ]  # fmt: skip
    _layout(ax.figure.figure).keep_apart(ax, labels, TEXT_SIZE * 1.32)


def luminance(colour: str) -> float:
    """Relative luminance, 0 black to 1 white (WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 none to 21 black on white (WCAG 2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """Ink or paper, black where neither has the contrast that text wants on `colour`."""
    best = max(INK, PAPER, key=lambda text: contrast(text, colour))
    return best if contrast(best, colour) >= TEXT_CONTRAST else "#000000"


def readable(colour: str) -> str:
    """`colour`, darkened until text in it has the contrast that text wants on white."""
    rgb = to_rgb(colour)
    while contrast(to_hex(rgb), "#FFFFFF") < TEXT_CONTRAST:
        rgb = (rgb[0] * 0.95, rgb[1] * 0.95, rgb[2] * 0.95)
    return to_hex(rgb)


def empty_note(ax: Axes, text: str = "") -> None:
    """Say in the middle of otherwise bare axes that there is nothing to draw."""
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    ax.text(
        0.5,
        0.5,
        text or say("nothing"),
        transform=ax.transAxes,
        ha="center",
        va="center",
        color=QUIET,
        size=SUBTITLE_SIZE + 1,
    )
