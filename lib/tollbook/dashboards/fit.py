"""A finished figure on a page: its headline is the panel's, its width is the panel's, its labels still fit."""

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from tollbook.charts.style import MARGIN, set_frame

CLEAR = 5  # pixels between two labels of an axis


def on_panel(fig: Figure, width: float, height: float) -> Figure:
    """The same figure, `width` x `height` inches, without the headline that the page writes as text."""
    for text in list(fig.texts):
        text.remove()
    fig.set_size_inches(width, height)
    set_frame(fig, top=MARGIN / 2, bottom=0.0)
    fig.draw_without_rendering()
    for axes in fig.axes:
        thin_out(axes.xaxis)
    return fig


def only_first(fig: Figure) -> Figure:
    """The same figure with its first axes alone, across the whole width: for screens too narrow for two."""
    first, *others = fig.axes
    for axes in others:
        axes.remove()
    first.set_subplotspec(GridSpec(1, 1, figure=fig)[0])
    return fig


def thin_out(axis: Axis) -> None:
    """Hide every label that would touch the one before it; needs a figure that has been laid out."""
    free_from = float("-inf")
    for label in axis.get_ticklabels():
        box = label.get_window_extent()
        touches = bool(label.get_text()) and box.x0 < free_from
        label.set_visible(not touches)
        if label.get_text() and not touches:
            free_from = box.x1 + CLEAR
