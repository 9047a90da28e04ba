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
from functools import cache
from io import BytesIO
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import blended_transform_factory

from tollbook.charts.names import isolate as isolate  # noqa: PLC0414 - drawing code finds it beside `headline`

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
TITLE_SIZE, SUBTITLE_SIZE, TEXT_SIZE = 13.5, 10.0, 9.5
MARGIN = 0.16  # inches of paper around everything
_LOCK = threading.RLock()  # rcParams are global: two figures drawn at once must not restore each other's settings


@cache
def _settings() -> dict[Any, Any]:
    text = {
        "font.family": ["DejaVu Sans"],  # ships with matplotlib, has Hebrew, looks the same on every machine
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


def figure(width: float = 9.0, height: float = 4.2) -> Figure:
    """An empty figure, in inches, outside pyplot; axes are laid out by matplotlib's constrained layout."""
    fig = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(fig)
    set_frame(fig, top=MARGIN, bottom=MARGIN)
    return fig


def to_png(fig: Figure, *, dpi: float = 144) -> bytes:
    """The figure as PNG; the same figure gives the same bytes (no date, no software version inside)."""
    with house_style():
        FigureCanvasAgg(fig)
        file = BytesIO()
        fig.savefig(file, format="png", dpi=dpi, metadata={"Software": None})
        return file.getvalue()


def set_frame(fig: Figure, *, top: float, bottom: float) -> None:
    """Keep `top` and `bottom` inches of the figure free of axes, and the margin at both sides."""
    width, height = fig.get_size_inches()
    engine = fig.get_layout_engine()
    if engine is not None:
        side = MARGIN / width
        engine.set(  # type: ignore[call-arg]  # the stubs know only the placeholder engine
            rect=(side, bottom / height, 1 - 2 * side, 1 - (top + bottom) / height), w_pad=0.04, h_pad=0.04
        )


def headline(fig: Figure, finding: str, subtitle: str = "", *, source: str = "") -> None:
    """Put the finding (bold) and what is drawn (grey) at the top left, a remark on the data at the bottom left.

    Texts are wrapped to the width of the figure, and the axes make room for as many lines as there are.
    """
    width, height = fig.get_size_inches()
    y, rows = height - MARGIN, ((finding, TITLE_SIZE, INK, "bold"), (subtitle, SUBTITLE_SIZE, QUIET, "normal"))
    for text, size, colour, weight in rows:
        if not text:
            continue
        lines = wrapped(fig, text, size=size, weight=weight)
        fig.text(
            MARGIN / width, y / height, "\n".join(lines),
            size=size, color=colour, weight=weight, ha="left", va="top", linespacing=1.25,
        )  # fmt: skip
        y -= len(lines) * size * 1.3 / 72 + 0.03
    bottom = MARGIN
    if source:
        lines = wrapped(fig, source, size=TEXT_SIZE - 1, weight="normal")
        fig.text(
            MARGIN / width, MARGIN / height, "\n".join(lines),
            size=TEXT_SIZE - 1, color=QUIET, ha="left", va="bottom", linespacing=1.25,
        )  # fmt: skip
        bottom += len(lines) * (TEXT_SIZE - 1) * 1.3 / 72 + 0.06
    set_frame(fig, top=height - y + 0.08, bottom=bottom)


def wrapped(fig: Figure, text: str, *, size: float, weight: str) -> list[str]:
    """`text` in lines that fit between the figure's margins, broken at spaces; no last line of a word or two."""
    room = (fig.get_size_inches()[0] - 2 * MARGIN) * fig.dpi
    widths = {word: _width(fig, word, size=size, weight=weight) for word in text.split()}
    space = _width(fig, "a a", size=size, weight=weight) - _width(fig, "aa", size=size, weight=weight)
    lines = _filled(text, widths, space, room)
    while len(lines) > 1 and _line_width(lines[-1], widths, space) < room / 3:
        room *= 0.97
        tighter = _filled(text, widths, space, room)
        if len(tighter) > len(lines):
            break
        lines = tighter
    return lines


def _line_width(line: str, widths: dict[str, float], space: float) -> float:
    words = line.split()
    return sum(widths[word] for word in words) + space * (len(words) - 1)


def _filled(text: str, widths: dict[str, float], space: float, room: float) -> list[str]:
    """Greedy lines: each takes the next word while it fits."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _line_width(longer, widths, space) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _width(fig: Figure, text: str, *, size: float, weight: str) -> float:
    probe = Text(0, 0, text, size=size, weight=weight, figure=fig)
    return float(probe.get_window_extent().width)


@dataclass(frozen=True, slots=True)
class Mark:
    """A direct label: what to write at the height `y` (data units), in which colour."""

    text: str
    y: float
    colour: str = INK
    bold: bool = False


def end_labels(ax: Axes, marks: Sequence[Mark]) -> list[Text]:
    """Write labels right of the axes, each at its height, moved apart just enough not to touch."""
    if not marks:
        return []
    fig = ax.figure.figure
    engine = fig.get_layout_engine()
    if engine is not None:
        engine.execute(fig)
    across = blended_transform_factory(ax.transAxes, ax.transData)
    ordered = sorted(marks, key=lambda mark: mark.y)
    wanted = [float(across.transform((1, mark.y))[1]) for mark in ordered]
    step = TEXT_SIZE * 1.32 / 72 * fig.dpi
    bounds = ax.get_window_extent()
    placed = apart(wanted, step=step, low=bounds.y0, high=bounds.y1)
    return [
        ax.annotate(
            mark.text, xy=(1, at), xycoords=("axes fraction", "axes fraction"), xytext=(6, 0),
            textcoords="offset points", color=readable(mark.colour), va="center", ha="left",
            weight="bold" if mark.bold else "normal", annotation_clip=False,
        )
        for mark, at in zip(ordered, [(y - bounds.y0) / bounds.height for y in placed], strict=True)
    ]  # fmt: skip


def apart(wanted: Sequence[float], *, step: float, low: float, high: float) -> list[float]:
    """Rising positions at least `step` apart, each run of crowded ones centred on what they wanted.

    They stay within [low, high] if they all fit.
    """
    runs: list[list[float]] = []  # each: [sum of (wanted - place in the run), how many]
    for y in wanted:
        runs.append([y, 1])
        while len(runs) > 1 and _start(runs[-2]) + runs[-2][1] * step > _start(runs[-1]):
            total, many = runs.pop()
            runs[-1][0] += total - many * runs[-1][1] * step
            runs[-1][1] += many
    placed = [_start(run) + n * step for run in runs for n in range(int(run[1]))]
    return _within(placed, step=step, low=low, high=high)


def _start(run: list[float]) -> float:
    return run[0] / run[1]


def _within(placed: list[float], *, step: float, low: float, high: float) -> list[float]:
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], high - (len(placed) - 1 - index) * step)
    return [max(y, low + index * step) for index, y in enumerate(placed)]


def luminance(colour: str) -> float:
    """Relative luminance, 0 black to 1 white (WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def text_on(colour: str) -> str:
    """Ink or paper, whichever reads better on `colour`."""
    return INK if luminance(colour) > 0.2 else PAPER


def readable(colour: str) -> str:
    """`colour`, darkened until text in it has a contrast of 4.5 on white (WCAG 2, AA)."""
    rgb = to_rgb(colour)
    while 1.05 / (luminance(to_hex(rgb)) + 0.05) < 4.5:
        rgb = (rgb[0] * 0.95, rgb[1] * 0.95, rgb[2] * 0.95)
    return to_hex(rgb)


def empty_note(ax: Axes, text: str = "No messages in this period") -> None:
    """Say in the middle of otherwise bare axes that there is nothing to draw."""
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=QUIET, size=SUBTITLE_SIZE + 1)
