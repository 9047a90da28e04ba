"""Pictures for dark screens: the house style's colours exchanged, the drawing left as it is."""

from functools import cache
from typing import Literal

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle, StepPatch
from matplotlib.text import Text

from tollbook.charts import style
from tollbook.charts.forecast import BAND_80, BAND_95

Colour = tuple[float, float, float, float]
Kind = Literal["text", "area", "line"]

PAPER, INK = "#141C2B", "#E7ECF3"  # as --tb-card and --tb-ink in tollbook.css
# Paper and text change places; what is faint stays faint.
EXCHANGE = {
    to_hex(old): new
    for old, new in {
        style.PAPER: PAPER,
        style.INK: INK,
        style.QUIET: "#A3AFBF",
        style.FAINT: "#64728A",
        style.GRID: "#263246",
        style.SOFT: "#1B2F37",
        style.ACCENT: "#2A9D92",
        style.ALERT: "#DF8456",
        BAND_95: "#1C3A40",
        BAND_80: "#23535A",
    }.items()
}
INK_AREA = "#6F8BC9"  # ink as a filled area: bright, but not a lamp
LIGHT_BAND, BAND = 0.9, "#1B2536"  # an area lighter than this, without a place in EXCHANGE, is paper of some kind
EXCHANGE |= {new.lower(): new for new in (*EXCHANGE.values(), BAND)}  # what has been exchanged stays
RAMP = LinearSegmentedColormap.from_list("night", ["#1B2536", "#1F5C62", "#2A9D92", "#8FE0D3", "#E2FBF6"])
PROPERTIES = ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor")
SHAPE_CONTRAST = 3.0  # least contrast of a shape with the paper (WCAG 2, AA)


def for_dark(fig: Figure) -> Figure:
    """The same figure, recoloured in place for dark paper."""
    for artist in fig.findobj():
        if not isinstance(artist, Figure | Axes):  # their colours are those of the patch behind them
            for name in PROPERTIES:
                _exchange(artist, name)
    for axes in fig.axes:
        _number_bars(axes)
        for mesh in axes.collections:
            if isinstance(mesh, QuadMesh):  # a heat map: none is dark paper, most is bright
                mesh.set_cmap(RAMP)
    return fig


def _exchange(artist: Artist, name: str) -> None:
    read, write = getattr(artist, f"get_{name}", None), getattr(artist, f"set_{name}", None)
    if read is None or write is None:
        return
    value, kind = read(), _kind(artist)
    if isinstance(value, str):
        if value not in {"none", "auto"}:
            write(_dark(to_rgba(value), kind))
        return
    try:
        write(_dark(to_rgba(value), kind))
    except (TypeError, ValueError):
        if len(value):  # a collection has one colour for each of its parts
            write([_dark(to_rgba(one), kind) for one in value])


def _kind(artist: Artist) -> Kind:
    if isinstance(artist, Text):
        return "text"
    return "area" if isinstance(artist, Patch) and not isinstance(artist, StepPatch) else "line"


@cache
def _dark(colour: Colour, kind: Kind) -> Colour:
    name, alpha = to_hex(colour), colour[3]
    if name == to_hex(style.INK) and kind == "area":
        return to_rgba(INK_AREA, alpha)
    if name in EXCHANGE:
        return to_rgba(EXCHANGE[name], alpha)
    red, green, blue = colour[:3]
    if kind == "area" and style.luminance(name) > LIGHT_BAND:
        return to_rgba(BAND, alpha)
    least = style.TEXT_CONTRAST if kind == "text" else SHAPE_CONTRAST
    while style.contrast(to_hex((red, green, blue)), PAPER) < least:
        red, green, blue = (part + (1 - part) * 0.05 for part in (red, green, blue))
    return red, green, blue, alpha


def _number_bars(axes: Axes) -> None:
    """Numbers written on bars: dark on bright ones, whatever they were on white paper."""
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    for text in axes.texts:
        if text.get_horizontalalignment() != "center":
            continue
        place = text.get_position()
        under = next((bar for bar in bars if bar.get_bbox().contains(*place)), None)
        if under is not None:
            text.set_color(style.text_on(to_hex(under.get_facecolor())))
