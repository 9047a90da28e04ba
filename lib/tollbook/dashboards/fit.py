"""A finished figure on a page: its headline and its key are the panel's, its width is the panel's, its labels fit."""

from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.text import Text

from tollbook.charts.style import MARGIN, set_frame
from tollbook.dashboards.page import masked

QUICK = 3  # zlib level: 40% more bytes than with 6, a fifth less time on a screen of two device pixels a CSS pixel
CLEAR = 5  # pixels between two labels of an axis
ROW_NAME = 0.34  # how far above the middle of its row a name stands, in rows


def on_panel(fig: Figure, width: float, height: float) -> Figure:
    """The same figure, `width` x `height` inches, without the headline that the page writes as text."""
    for text in list(fig.texts):
        text.remove()
    fig.set_size_inches(width, height)
    set_frame(fig, top=MARGIN / 2, bottom=0.0)
    engine = fig.get_layout_engine()
    if engine is not None:
        engine.execute(fig)
    fig.set_layout_engine("none")  # laid out; doing it once more while drawing costs a third of the time
    for axes in fig.axes:
        thin_out(axes.xaxis)
    return fig


def as_png(fig: Figure, dpi: float) -> bytes:
    """A figure that is laid out, as PNG, drawn once: `savefig` would draw it once more to lay it out."""
    fig.set_dpi(dpi)
    file = BytesIO()
    FigureCanvasAgg(fig).print_png(  # type: ignore[no-untyped-call]
        file, metadata={"Software": None}, pil_kwargs={"compress_level": QUICK}
    )
    return file.getvalue()


def first_alone(fig: Figure) -> None:
    """Keep the first axes, across the whole width: for panels too narrow for two."""
    first, *others = fig.axes
    for axes in others:
        axes.remove()
    first.set_subplotspec(GridSpec(1, 1, figure=fig)[0])


def take_key(fig: Figure) -> list[tuple[str, str]]:
    """Remove legend and title of the first axes and give what the legend said: (name, colour #RRGGBB)."""
    axes = fig.axes[0]
    legend = axes.get_legend()
    if legend is not None:
        legend.remove()
    axes.set_title("", loc="left")
    bars = [container for container in axes.containers if isinstance(container, BarContainer)]
    return [(str(bar.get_label()), to_hex(bar.patches[0].get_facecolor())) for bar in bars if _named(bar)]


def _named(bar: BarContainer) -> bool:
    return bool(bar.patches) and not str(bar.get_label()).startswith("_")


def without_end_labels(axes: Axes) -> None:
    """Remove the texts beside and above the axes, which take a third of a phone's width."""
    for text in list(axes.texts):
        text.remove()


def last_days(axes: Axes, days: int) -> None:
    """Show the last days of a day axis alone."""
    axes.set_xlim(left=axes.get_xlim()[1] - days)


def names_above(axes: Axes) -> None:
    """Write the names of the rows above their bars instead of beside them, so that the bars get the width."""
    names = [(label.get_text(), row) for label, row in zip(axes.get_yticklabels(), axes.get_yticks(), strict=True)]
    axes.set_yticks([])
    for name, row in names:
        axes.text(
            0, row - ROW_NAME, name, ha="left", va="bottom", color=axes.xaxis.label.get_color(),
            transform=axes.get_yaxis_transform(),
        )  # fmt: skip


def without_digits(fig: Figure) -> None:
    """Write an X for every digit: for a screen that others see. Call it last: ticks keep the texts they have now."""
    for axes in fig.axes:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_ticks(axis.get_ticklocs(), [masked(label.get_text()) for label in axis.get_ticklabels()])
    for text in fig.findobj(Text):
        text.set_text(masked(text.get_text()))


def thin_out(axis: Axis) -> None:
    """Hide every label that would touch the one before it; needs a figure that has been laid out."""
    free_from = float("-inf")
    for label in axis.get_ticklabels():
        if not label.get_text():
            continue
        box = label.get_window_extent()
        label.set_visible(box.x0 >= free_from)
        if label.get_visible():
            free_from = box.x1 + CLEAR
