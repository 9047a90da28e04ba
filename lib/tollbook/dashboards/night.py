"""Pictures for dark screens: the house style's colours exchanged, the drawing left as it is."""

from functools import cache

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.text import Text

from tollbook.charts import style

Colour = tuple[float, float, float, float]

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
    }.items()
}
INK_AREA = "#6F8BC9"  # ink as a filled area: bright, but not a lamp
PROPERTIES = ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor")
# Least lightness (0 to 1) on dark paper, of text and of anything else.
TEXT_LIGHT, SHAPE_LIGHT = 0.5, 0.3
NIGHT_BAND = 0.9  # above it a large area without a place in EXCHANGE is paper of some kind


def for_dark(fig: Figure) -> Figure:
    """The same figure, recoloured in place for dark paper."""
    for artist in fig.findobj():
        for name in PROPERTIES:
            _exchange(artist, name)
    for axes in fig.axes:
        _number_bars(axes)
    return fig


def _exchange(artist: Artist, name: str) -> None:
    read, write = getattr(artist, f"get_{name}", None), getattr(artist, f"set_{name}", None)
    if read is None or write is None:
        return
    value = read()
    if isinstance(value, str):
        if value not in {"none", "auto"}:
            write(_dark(to_rgba(value), type(artist)))
        return
    try:
        write(_dark(to_rgba(value), type(artist)))
    except (TypeError, ValueError):
        if len(value):  # a collection has one colour for each of its parts
            write([_dark(to_rgba(one), type(artist)) for one in value])


@cache
def _dark(colour: Colour, kind: type[Artist]) -> Colour:
    name, alpha = to_hex(colour), colour[3]
    if name == to_hex(style.INK) and issubclass(kind, Patch):
        return to_rgba(INK_AREA, alpha)
    if name in EXCHANGE:
        return to_rgba(EXCHANGE[name], alpha)
    light = _lightness(colour)
    if light > NIGHT_BAND and issubclass(kind, Patch):
        return to_rgba("#1B2536", alpha)
    least = TEXT_LIGHT if issubclass(kind, Text) else SHAPE_LIGHT
    if light >= least:
        return colour
    lift = (least - light) / (1 - light)
    red, green, blue = (part + (1 - part) * lift for part in colour[:3])
    return red, green, blue, alpha


def _lightness(colour: Colour) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def _number_bars(axes: Axes) -> None:
    """Numbers written on bars: dark on bright ones, whatever they were on white paper."""
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    for text in axes.texts:
        x, y = text.get_position()
        under = next((bar for bar in bars if text.get_ha() == "center" and bar.get_bbox().contains(x, y)), None)
        if under is not None:
            text.set_color(style.text_on(to_hex(under.get_facecolor())))
