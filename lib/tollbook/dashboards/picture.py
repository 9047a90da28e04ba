"""A picture of a page: what it says, how it is drawn on the screen at hand, and its PNG."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CSS_INCH = 96  # CSS pixels an inch, by definition
NARROWEST, WIDEST = 240, 2400
PHONE = 440
ONE_DRAWING = 700  # a panel narrower than this has no room for a second drawing beside the first


@dataclass(frozen=True, slots=True)
class Screen:
    """Where pictures are going to be seen: room in panels in CSS pixels, dark or light, device pixels a CSS pixel."""

    wide: int
    half: int
    dark: bool
    ratio: float

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self | None:
        """What a browser told, kept within reason; None as long as it has told nothing."""
        try:
            wide, half = (min(max(int(told[name]), NARROWEST), WIDEST) for name in ("wide", "half"))
            ratio = min(max(float(told["ratio"]), 1.0), 2.0)
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
        return cls(wide, half, told.get("dark") is True, ratio)


def _as_it_is(_: "Figure") -> None:
    """Change nothing."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its words (the finding, and what is drawn), how to draw it, and its place.

    Attributes:
        name: of its panel.
        words: heading and line under it, of what the page has read.
        figure: from `tollbook.charts`.
        height: in CSS pixels, of what is read.
        wide: across the page, however wide it is.
        for_phone: what else to change where the panel is narrower than `PHONE`.
    """

    name: str
    words: Callable[[Any], tuple[str, str]]
    figure: Callable[[Any], "Figure"]
    height: Callable[[Any], int]
    wide: bool = False
    for_phone: Callable[["Figure"], None] = _as_it_is


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as PNG and its key, (name, colour) in order; empty when the names stand in the picture."""

    png: bytes
    key: tuple[tuple[str, str], ...]


def draw(picture: Picture, reading: Any, screen: Screen, *, hidden: bool = False) -> Drawn:
    """The picture, exactly as wide as its panel and on the panel's own paper; `hidden` leaves out every number."""
    from tollbook.charts.style import house_style
    from tollbook.dashboards import fit
    from tollbook.dashboards.night import for_dark

    room = screen.wide if picture.wide else screen.half
    key: list[tuple[str, str]] = []
    with house_style():
        fig = picture.figure(reading)
        if screen.dark:
            for_dark(fig)
        if room < ONE_DRAWING:
            fit.first_alone(fig)
            key = fit.take_key(fig)
        if room < PHONE:
            picture.for_phone(fig)
        fit.on_panel(fig, room / CSS_INCH, picture.height(reading) / CSS_INCH)
        if hidden:
            fit.without_digits(fig)
        return Drawn(fit.as_png(fig, CSS_INCH * screen.ratio), tuple(key))


def names_above_bars(fig: "Figure") -> None:
    """Give a phone's bars the width that their names would take."""
    from tollbook.dashboards.fit import names_above

    names_above(fig.axes[0])


def warm_up() -> None:
    """Import what drawing needs, so that the first picture does not wait for it."""
    from tollbook.charts import hours, outcome, places, receipts, usage  # noqa: F401 - imported for their effect
    from tollbook.dashboards import fit, night  # noqa: F401
