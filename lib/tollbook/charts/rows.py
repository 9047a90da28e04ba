"""Pictures made of rows: names at the side where reading begins, bars away from them, numbers beside the bars.

In a language read from the right all of it is mirrored. Time keeps running from left to right.
"""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from tollbook.charts.names import directed, from_right
from tollbook.charts.style import FAINT, INK

BAR = 0.62  # height of a bar, in rows


def side_by_side(fig: Figure, widths: Sequence[float]) -> list[Axes]:
    """Axes that share their rows, in the order in which they are read."""
    ratios = list(reversed(widths)) if from_right() else list(widths)
    axes = list(fig.subplots(1, len(widths), sharey=True, width_ratios=ratios))
    return axes[::-1] if from_right() else axes


def name_rows(ax: Axes, names: Sequence[str], *, least: int = 0) -> None:
    """Name the rows, the first at the top, and leave room for at least so many."""
    ax.set_yticks(range(len(names)), [directed(name) for name in names], color=INK)
    ax.set_ylim(max(len(names), least) - 0.45, -0.55)
    ax.tick_params(axis="y", labelleft=not from_right(), labelright=from_right())


def nameless_rows(ax: Axes) -> None:
    """The names stand at the axes beside it."""
    ax.tick_params(axis="y", labelleft=False, labelright=False)


def without_scale(ax: Axes) -> None:
    """Numbers beside the bars say enough: no ticks, no grid, one line where the bars begin."""
    ax.set(xticks=[])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    ax.spines["right" if from_right() else "left"].set(visible=True, color=FAINT)


def beside(  # noqa: PLR0913 - keyword-only words of one label
    ax: Axes,
    text: str,
    row: float,
    x: float | None = None,
    *,
    after: Annotation | None = None,
    points: float = 6,
    colour: str = INK,
    weight: str = "normal",
) -> Annotation:
    """Write in a row, beyond `x` in the direction of reading: beyond the axes where it is None, or `after` a label."""
    far = 0.0 if from_right() else 1.0
    xy, coords = (x, row), "data"
    if x is None:
        xy, coords = (far, row), ("axes fraction", "data")  # type: ignore[assignment]
    if after is not None:
        xy, coords = (far, 0.5), after  # type: ignore[assignment]
    return ax.annotate(
        directed(text), xy, (-points if from_right() else points, 0), xycoords=coords, textcoords="offset points",
        ha="right" if from_right() else "left", va="center", color=colour, weight=weight, annotation_clip=False,
    )  # fmt: skip


def across(part: float) -> float:
    """A place along the axes, 0 where reading begins to 1, as matplotlib counts it: from the left."""
    return 1 - part if from_right() else part


def start_side() -> Any:
    """`left` or `right`: where a line of text begins."""
    return "right" if from_right() else "left"


def end_side() -> Any:
    """`right` or `left`: where a line of text ends."""
    return "left" if from_right() else "right"


def turn(ax: Axes) -> None:
    """Let the bars grow in the direction of reading; the last thing to do, when the limits stand."""
    if from_right():
        ax.invert_xaxis()
